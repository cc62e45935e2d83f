"""`make check` refuses templates that no tool has formatted and lines that nobody can review."""

from __future__ import annotations

from types import ModuleType

import pytest
from django.template import engines

from tests.tools.scripts import load_script


@pytest.fixture
def templates(monkeypatch) -> ModuleType:
    return load_script(monkeypatch, "templates")


def test_a_template_that_djade_would_change_is_named(templates, tmp_path):
    good, bad = tmp_path / "good.html", tmp_path / "bad.html"
    good.write_text("{% load i18n static %}\n")
    bad.write_text("{% load static i18n %}\n")
    assert not templates.unformatted([good])
    (message,) = templates.unformatted([good, bad])
    assert "bad.html" in message
    assert "good.html" not in message
    assert "make format" in message


def test_a_line_is_as_long_as_two_hundred_characters(templates, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(f"<p>\n{'ш' * 200}\n{'ш' * 201}\n", encoding="utf-8")
    assert templates.overlong([path]) == [f"{path}:3: 201 characters, more than 200"]


def test_templates_outside_version_control_are_checked_too(templates):
    paths = templates.html_files()
    assert {"base.html", "story_page.html"} <= {path.name for path in paths}
    assert all(path.is_file() for path in paths)


@pytest.mark.parametrize("kind", ["tags", "filters"])
def test_no_tag_of_ours_has_another_ones_name(kind):
    """Where two libraries have a name, the one that is loaded last counts, and djade sorts them."""
    engine = engines["django"].engine
    libraries = [*engine.template_libraries.items(), *(("builtins", library) for library in engine.template_builtins)]
    names = [(name, title) for title, library in libraries for name in getattr(library, kind)]
    ours = {(name, title) for name, title in names if title.startswith("chorsu_")}
    others = {name: title for name, title in names if not title.startswith("chorsu_")}
    assert not {(name, title, others[name]) for name, title in ours if name in others}
    assert len({name for name, _title in ours}) == len(ours)
