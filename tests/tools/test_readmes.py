"""Every README of a plug-in has its parts, names the tested versions and all settings, and links to what exists."""

from __future__ import annotations

import importlib
import re

import pytest
from django.template import engines

from tests.foreign.readmes import PLUGINS, blocks, documents, readme, section
from tests.foreign.versions import ROOT, versions_table

PARTS = [
    "Contents",
    "Tested versions",
    "Install",
    "Set up, in the admin",
    "Settings",
    "Hooks and signals",
    "Limits",
    "Beside wagtail-localize and simple_translation",
    "Upgrade",
    "Removal",
]
# What one reads before a decision; the rest stands in docs/guide.md and docs/extend/.
MOST_WORDS = 1200
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("*/README.md"), *(ROOT / "docs").rglob("*.md")]


def anchor_of(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("plugin", PLUGINS)
def test_its_parts_stand_in_one_order(plugin):
    headings = re.findall(r"^## (.*)$", readme(plugin), re.MULTILINE)
    assert [heading for heading in headings if heading in PARTS] == PARTS


@pytest.mark.parametrize("plugin", PLUGINS)
def test_it_is_short_and_its_contents_name_each_part(plugin):
    assert len(readme(plugin).split()) <= MOST_WORDS
    _, *headings = re.findall(r"^## (.*)$", readme(plugin), re.MULTILINE)
    links = re.findall(r"\[([^\]]+)\]\(#([^)]+)\)", section(plugin, "Contents"))
    assert links == [(heading, anchor_of(heading)) for heading in headings]


@pytest.mark.parametrize("plugin", PLUGINS)
def test_it_begins_with_a_picture_and_names_versions_and_settings(plugin):
    beginning = readme(plugin).partition("\n## ")[0]
    assert re.search(r"^!\[.+\]\(\.\./docs/pictures/\w+\.jpg\)$", beginning, re.MULTILINE)
    assert section(plugin, "Tested versions").strip() == versions_table().strip()
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", section(plugin, "Settings"), re.MULTILINE))
    has_settings = (ROOT / plugin / f"chorsu_{plugin}" / "conf.py").exists()
    keys = importlib.import_module(f"chorsu_{plugin}.conf").configuration.keys if has_settings else frozenset()
    assert documented == keys


@pytest.mark.parametrize("plugin", PLUGINS)
def test_its_examples_compile(plugin):
    for block in blocks(documents(plugin), "python"):
        compile(block, plugin, "exec")
    for block in blocks(documents(plugin), "django"):
        engines["django"].from_string(block)


@pytest.mark.parametrize("plugin", PLUGINS)
def test_its_installation_takes_no_url_name_from_the_site(plugin):
    diff = "".join(blocks(section(plugin, "Install"), "diff"))
    removed, added = (set(re.findall(rf'^[{sign}].*\bname="(\w+)"', diff, re.MULTILINE)) for sign in "-+")
    assert removed <= added


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings_and_named_tests_exist(document):
    for path in re.findall(r"`((?:tests|bench)/[\w/.]+)`", document.read_text()):
        assert (ROOT / path).exists(), path
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        path, _, anchor = target.partition("#")
        if "://" in target:
            continue
        found = document.parent / path if path else document
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", found.read_text(), re.MULTILINE)
            assert anchor in map(anchor_of, headings), target


def test_attempts_that_are_named_exist():
    subjects = {path.stem for path in (ROOT / "tests/abuse/attempts").glob("*.py")} - {"__init__"}
    sentences = re.findall(r"[Aa]ttempts\s((?:`\w+`(?:,\s)?)+)", (ROOT / "docs/security.md").read_text())
    assert {name for sentence in sentences for name in re.findall(r"\w+", sentence)} == subjects
