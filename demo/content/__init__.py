"""The texts of the demo, read from the TOML files beside this module.

An article is one file for all its languages, so that versions can't drift apart: whatever readers see is a table
``{language: text}`` (lists are ``{language: [text, ...]}``, matched by position; ``every`` stands for all languages).
A block has an ``id`` that is unique in its file; the block ids of the pages are derived from it, which makes them equal
in all language versions, as they are after Wagtail's ``copy_for_translation``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

FOLDER = Path(__file__).parent
PICTURES = FOLDER.parent / "pictures"


def text_of(texts: Mapping[str, Any] | None, language: str, default: Any = "") -> Any:
    """Return the text of a language from a table ``{language: text}``, else that of ``every``, else the default."""
    if not texts:
        return default
    return texts.get(language, texts.get("every", default))


@dataclass(frozen=True, slots=True)
class Article:
    """One article or event report of the demo, in all its languages.

    ``languages`` are the codes it is written in, ``source`` the one it was written in first; ``days_ago`` counts
    from the day of loading. ``in_review`` are the languages whose version waits for approval, ``updated`` those
    brought up to date after the source's last change (which is marked by ``earlier`` texts in its blocks).
    """

    key: str
    kind: str
    source: str
    days_ago: int
    data: Mapping[str, Any]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.data["title"])

    @property
    def in_review(self) -> tuple[str, ...]:
        return tuple(self.data.get("in_review", ()))

    @property
    def updated(self) -> tuple[str, ...]:
        return tuple(self.data.get("updated", ()))

    @property
    def body(self) -> list[dict[str, Any]]:
        return list(self.data["body"])

    @property
    def changed(self) -> bool:
        """Whether the source was changed after its first publication."""
        return any("earlier" in block for block in self.body)

    def text(self, field: str, language: str, default: Any = "") -> Any:
        """Return the text (or list of texts) of a field in a language."""
        return text_of(self.data.get(field), language, default)


def read(name: str) -> dict[str, Any]:
    """Return the content of one TOML file of the demo."""
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def picture(key: str) -> Image.Image:
    """Open a picture of the demo: a lossless drawing, or a photograph; raise ``KeyError`` for an unknown key."""
    for path in (PICTURES / f"{key}.webp", PICTURES / f"{key}.jpg"):
        if path.exists():
            return Image.open(path)
    raise KeyError(key)


@cache
def articles() -> tuple[Article, ...]:
    """Return the articles of the demo, oldest first."""
    found = [
        Article(path.stem, data["kind"], data["source"], data["days_ago"], data)
        for path in sorted((FOLDER / "articles").glob("*.toml"))
        for data in [tomllib.loads(path.read_text("utf-8"))]
    ]
    return tuple(sorted(found, key=lambda article: -article.days_ago))
