"""No page of any kind has a fault that axe or html-validate finds, in five languages, light and dark, phone and desk.

`make test` holds the main pages to both, `make test-all` each kind in two languages, `make slow` all renderings.
"""

from __future__ import annotations

import json
import os
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Error

from chorsu_articles.models import SectionPage
from chorsu_search.writing import sync
from tests.browser.conftest import DESK, PHONE, NewPage, enter
from tests.browser.whole_site import CODES, KINDS
from tests.cms.content import make_full_article
from tests.factories import make_user

pytestmark = pytest.mark.conformance

SCHEMES = ("light", "dark")
SIZES = {"phone": PHONE, "desk": DESK}
# Of the editor what is ours: Wagtail's fields have faults of their own.
OURS = "[class^=articles-]"
MOST_ATTEMPTS = 3
PATIENCE_MS = 180_000  # where thirty processes share two cores
# What the standard of HTML asks for; a11y is axe's, and how source is written nobody's.
CONFIGURATION = {"root": True, "extends": ["html-validate:standard"]}
# axe measures targets, and compares labels with what is seen, only where it is asked to.
VIOLATIONS = """async (place) => (await axe.run(place, {rules: {
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
    new_page: NewPage, checkers: Path, address: str, user: Any = None, place: str = "html", **options: Any
) -> list[str]:
    """Return what axe finds in a place of a page; once more where a busy machine has killed the browser meanwhile."""
    script = (checkers / "node_modules/axe-core/axe.min.js").read_text()
    for attempt in range(MOST_ATTEMPTS):
        try:
            page = new_page(bypass_csp=True, **options)
            page.set_default_timeout(PATIENCE_MS)
            if user:
                enter(page, user)
            page.goto(address)
            page.evaluate(script)
            faults: list[str] = page.evaluate(VIOLATIONS, place)
            page.context.close()
        except Error:
            if attempt == MOST_ATTEMPTS - 1:
                raise
        else:
            return faults
    return []


@pytest.mark.usefixtures("whole_site")
@pytest.mark.parametrize(
    "renderings",
    [
        pytest.param(some(), id="some"),
        pytest.param(list(product(KINDS, CODES, SCHEMES, SIZES)), id="all", marks=pytest.mark.slow),
    ],
)
def test_axe_finds_no_violation(new_page, checkers, renderings):
    found = {}
    for kind, code, scheme, size in renderings:
        options = {"color_scheme": scheme, "viewport": SIZES[size]}
        found[kind, code, scheme, size] = violations(new_page, checkers, KINDS[kind].format(code=code), **options)
    assert {rendering: faults for rendering, faults in found.items() if faults} == {}


@pytest.mark.usefixtures("whole_site")
@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([each[:2] for each in some()], id="some"),
        pytest.param(list(product(KINDS, CODES)), id="all", marks=pytest.mark.slow),
    ],
)
def test_html_validate_finds_no_fault(client, checkers, tmp_path, pages):
    addresses = {f"{code} {kind}": KINDS[kind].format(code=code) for kind, code in pages}
    assert faults_in_html(client, addresses, checkers, tmp_path) == {}


@pytest.mark.journey
@pytest.mark.usefixtures("newsroom")
def test_the_main_pages_hold_to_both_checkers(new_page, client, checkers, tmp_path):
    section = SectionPage.objects.get(locale__language_code="ru", kind="analysis")
    article = make_full_article(section, slug="full")
    sync(limit=1000)
    public = {"home": "/ru/", "section": section.url, "article": article.url, "found": "/ru/search/?q=Headline"}
    assert faults_in_html(client, public, checkers, tmp_path) == {}
    member = make_user("Chief editors", "Editors (ru)")
    found = {name: violations(new_page, checkers, address) for name, address in public.items()}
    found["editor"] = violations(new_page, checkers, f"/admin/pages/{article.pk}/edit/", member, OURS)
    found["desk"] = violations(new_page, checkers, "/admin/translations/", member)
    assert {name: faults for name, faults in found.items() if faults} == {}


def faults_in_html(client: Client, addresses: dict[str, str], checkers: Path, folder: Path) -> dict[str, list[str]]:
    """Return by name what html-validate finds on pages."""
    for name, address in addresses.items():
        response = client.get(address)
        assert response.status_code == (404 if name.endswith("missing") else 200), name
        (folder / f"{name}.html").write_bytes(response.content)
    (folder / ".htmlvalidate.json").write_text(json.dumps(CONFIGURATION))
    # Into a file: what is longer than a pipe's buffer would be cut off.
    command = [checkers.resolve() / "node_modules/.bin/html-validate", "-f", "json=found.json"]
    done = subprocess.run([*command, *sorted(folder.glob("*.html"))], cwd=folder, capture_output=True, check=False)
    assert (folder / "found.json").exists(), done.stderr.decode()
    faults = {}
    for report in json.loads((folder / "found.json").read_text()):
        if report["messages"]:
            lines = [f"{each['line']}: {each['ruleId']}: {each['message']}" for each in report["messages"]]
            faults[Path(report["filePath"]).stem] = lines
    return faults
