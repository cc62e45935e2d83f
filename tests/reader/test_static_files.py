"""What readers' browsers load once: the bytes of style sheet, scripts and fonts, as production serves them."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile

from cms.reader.caches import StaticFilesStorage

FONTS = {"cyrillic": 40_000, "latin": 25_000, "persian": 40_000}


def stored(folder: Path, content: bytes) -> bytes:
    """Return what the storage keeps of a style sheet."""
    storage = StaticFilesStorage(location=folder, base_url="/static/")
    return (folder / storage.save("site.css", ContentFile(content))).read_bytes()


def test_comments_and_indents_are_left_out_and_nothing_else(tmp_path: Path) -> None:
    sheet = b'/* why */\na {\n  color: red;\n}\nb::before { content: ", "; inline-size: calc(1px + 2px); }\n'
    assert (
        stored(tmp_path, sheet)
        == b'\na {\ncolor: red;\n}\nb::before { content: ", "; inline-size: calc(1px + 2px); }\n'
    )


def test_the_style_sheet_of_the_site_is_at_most_13_kb(tmp_path: Path) -> None:
    content = Path(str(finders.find("cms/css/site.css"))).read_bytes()
    assert len(gzip.compress(stored(tmp_path, content))) <= 13_000


@pytest.mark.parametrize(("script", "limit"), FONTS.items())
def test_a_page_s_two_fonts_are_small(script: str, limit: int) -> None:
    folder = Path(str(finders.find("cms/fonts/OFL.txt"))).parent
    files: list[Any] = sorted(folder.glob(f"{script}-[0-9]*.woff2"))
    assert len(files) == 2
    assert sum(file.stat().st_size for file in files) <= limit
