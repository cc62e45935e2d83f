"""No page of any kind has a fault that axe or html-validate finds, in five languages, light and dark, phone and desk.

`make test` tries each kind in two languages, in both schemes and sizes; `make slow` all renderings.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE
from tests.browser.whole_site import CODES, KINDS

pytestmark = pytest.mark.conformance

SCHEMES = ("light", "dark")
SIZES = {"phone": PHONE, "desk": DESK}
# What the standard of HTML asks for; a11y is axe's, and how source is written nobody's.
CONFIGURATION = {"root": True, "extends": ["html-validate:standard"]}
# axe measures targets, and compares labels with what is seen, only where it is asked to.
VIOLATIONS = """async () => (await axe.run({rules: {
    "target-size": {enabled: true}, "label-content-name-mismatch": {enabled: true}}}))
  .violations.flatMap(({id, nodes}) => nodes
  .map((node) => `${id}: ${node.html.slice(0, 120)} ${node.failureSummary}`))"""


@pytest.fixture(scope="session")
def checkers() -> Path:
    """Return where npm installed axe-core and html-validate: `make test` installs them and sets the variable."""
    folder = Path(os.environ.get("PAGE_CHECKERS", ".cache/checkers"))
    assert folder.exists(), "Run tools/page_checkers.py first."
    return folder


def some() -> list[tuple[str, str, str, str]]:
    """Return two renderings of each kind, in which every two values but those of kind and language meet."""
    sizes = list(SIZES)
    return [
        (kind, CODES[(2 * row + column) % len(CODES)], scheme, sizes[(row + column) % 2])
        for row, kind in enumerate(KINDS)
        for column, scheme in enumerate(SCHEMES)
    ]


def violations(
    new_page: Callable[..., Page], checkers: Path, renderings: list[tuple[str, str, str, str]]
) -> dict[tuple[str, ...], Any]:
    script = (checkers / "node_modules/axe-core/axe.min.js").read_text()
    found = {}
    for scheme, size in product(SCHEMES, SIZES):
        page = new_page(color_scheme=scheme, viewport=SIZES[size], bypass_csp=True)
        for rendering in renderings:
            if rendering[2:] != (scheme, size):
                continue
            page.goto(KINDS[rendering[0]].format(code=rendering[1]))
            page.evaluate(script)
            if faults := page.evaluate(VIOLATIONS):
                found[rendering] = faults
    return found


def test_every_two_values_meet_but_those_of_kind_and_language():
    rows = some()
    values = [list(KINDS), list(CODES), list(SCHEMES), list(SIZES)]
    for first in range(4):
        for second in range(max(2, first + 1), 4):
            assert {(row[first], row[second]) for row in rows} == set(product(values[first], values[second]))


@pytest.mark.usefixtures("whole_site")
def test_axe_finds_no_violation(new_page: Callable[..., Page], checkers: Path):
    assert violations(new_page, checkers, some()) == {}


@pytest.mark.usefixtures("whole_site")
@pytest.mark.slow
def test_axe_finds_no_violation_in_any_rendering(new_page: Callable[..., Page], checkers: Path):
    assert violations(new_page, checkers, list(product(KINDS, CODES, SCHEMES, SIZES))) == {}


@pytest.mark.usefixtures("whole_site")
@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([each[:2] for each in some()], id="some"),
        pytest.param(list(product(KINDS, CODES)), id="all", marks=pytest.mark.slow),
    ],
)
def test_html_validate_finds_no_fault(client: Client, checkers: Path, tmp_path: Path, pages: list[tuple[str, str]]):
    for kind, code in pages:
        status = 404 if kind == "missing" else 200
        response = client.get(KINDS[kind].format(code=code))
        assert response.status_code == status, (kind, code)
        (tmp_path / f"{code} {kind}.html").write_bytes(response.content)
    (tmp_path / ".htmlvalidate.json").write_text(json.dumps(CONFIGURATION))
    # Into a file: what is longer than a pipe's buffer would be cut off.
    command = [checkers.resolve() / "node_modules/.bin/html-validate", "-f", "json=found.json"]
    done = subprocess.run([*command, *sorted(tmp_path.glob("*.html"))], cwd=tmp_path, capture_output=True, check=False)
    assert (tmp_path / "found.json").exists(), done.stderr.decode()
    reports = json.loads((tmp_path / "found.json").read_text())
    faults = {
        Path(report["filePath"]).stem: [f"{each['line']}: {each['ruleId']}: {each['message']}" for each in messages]
        for report in reports
        if (messages := report["messages"])
    }
    assert faults == {}
