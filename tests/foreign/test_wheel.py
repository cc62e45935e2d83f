"""The wheel: the plug-ins, all that they need, and nothing that could meet what others install."""

from __future__ import annotations

import ast
import re
import zipfile
from email import message_from_string
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.foreign.versions import ROOT

pytestmark = pytest.mark.foreign

PLUGINS = ("archive", "articles", "delivery", "editorial", "feedback", "locales", "search", "translation")
# Bytes. Some 1,210,000 are code and catalogues, 100,000 words that no rule gives; fonts or the demo would be more.
LARGEST = 1_400_000


def test_it_holds_the_plugins_and_nothing_else(wheel, wheel_names):
    packages = {name.partition("/")[0] for name in wheel_names if ".dist-info/" not in name}
    assert packages == {f"chorsu_{plugin}" for plugin in PLUGINS}
    assert {f"{package}/py.typed" for package in packages} <= set(wheel_names)
    assert wheel.stat().st_size <= LARGEST


def test_it_holds_what_the_code_needs(wheel_names):
    needed = {
        path.relative_to(ROOT / plugin).as_posix()
        for plugin in PLUGINS
        for path in (ROOT / plugin / f"chorsu_{plugin}").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".po"
    }
    for kind in ("templates", "static", "migrations", "locale"):
        assert any(kind in Path(name).parts for name in needed)
    assert needed == {name for name in wheel_names if ".dist-info/" not in name}


def test_what_it_asks_for(wheel, wheel_names):
    (metadata,) = (name for name in wheel_names if name.endswith(".dist-info/METADATA"))
    with zipfile.ZipFile(wheel) as archive:
        fields = message_from_string(archive.read(metadata).decode())
    asked = [Requirement(line) for line in fields.get_all("Requires-Dist", [])]
    always = {each.name.lower(): str(each.specifier) for each in asked if each.marker is None}
    assert always == {"django": "<6.2,>=5.2", "wagtail": "<9,>=7.4"}
    assert set(fields.get_all("Provides-Extra", [])) == set(PLUGINS)
    # An exact pin in a library keeps its host from updating.
    assert {part.operator for each in asked for part in each.specifier} == {">=", "<"}


def test_nothing_that_it_says_leads_out_of_it(wheel, wheel_names):
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in wheel_names if name.endswith(".dist-info/METADATA"))
        text = archive.read(metadata).decode()
        assert all(f"`chorsu_{plugin}`" in text for plugin in PLUGINS)
        assert not re.findall(r"\]\((?!https://)", text), "a link that needs the checkout"
        checks = [ast.parse(archive.read(name)) for name in wheel_names if name.endswith("/checks.py")]
    nodes = [node for tree in checks for node in ast.walk(tree)]
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    said = [str(node.value) for node in nodes if isinstance(node, ast.Constant) and id(node) not in docstrings]
    assert len(said) > 100
    assert not [text for text in said if re.search(r"docs/|README|\.md\b", text)]
