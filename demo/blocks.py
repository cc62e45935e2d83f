"""Build the raw stream data of a demo article's fields."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from demo.content import Article, text_of

NAMESPACE = uuid.UUID("5e6b7a52-4a7e-4a39-9d2b-0c1f2f3c7a10")
RawBlock = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Library:
    """What blocks refer to: primary keys of pictures and pages by key, and the pictures' texts.

    ``pages`` holds, per article key, the page of the language that is being built (or of the source).
    """

    pictures: Mapping[str, int]
    picture_texts: Mapping[str, Mapping[str, Any]]
    pages: Mapping[str, int]


def block_id(*parts: str | int) -> str:
    """Return the id of a block or list item: the same for the same article and place, in every language."""
    return str(uuid.uuid5(NAMESPACE, "/".join(str(part) for part in parts)))


def rich_text(text: str) -> str:
    """Return stored rich text for demo text: paragraphs stand apart by an empty line; inline tags are kept."""
    parts = [re.sub(r"\s+", " ", part.strip()) for part in re.split(r"\n\s*\n", text.strip())]
    return "".join(part if part.startswith(("<ul", "<ol", "<p", "<h2")) else f"<p>{part}</p>" for part in parts)


def plain(text: str) -> str:
    """Return text with white space folded, so that files may wrap their lines."""
    return re.sub(r"\s+", " ", text.strip())


def picture_value(library: Library, key: str, block: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return a picture with the page's caption and alternative text, else those suggested by the library."""
    texts = library.picture_texts[key]
    return {
        "picture": library.pictures[key],
        "caption": plain(text_of(block.get("caption"), language) or text_of(texts["caption"], language)),
        "alt": plain(text_of(block.get("alt"), language) or text_of(texts["alt"], language)),
    }


@dataclass(frozen=True, slots=True)
class Place:
    """One block in one language: ``text`` is its main text there."""

    article: Article
    block: Mapping[str, Any]
    language: str
    library: Library
    text: str

    def of(self, name: str, default: Any = "") -> Any:
        """Return another text of the block."""
        return text_of(self.block.get(name), self.language, default)


def list_of(place: Place, values: list[Any]) -> list[RawBlock]:
    """Return the items of a list block."""
    return [
        {"type": "item", "value": value, "id": block_id(place.article.key, place.block["id"], number)}
        for number, value in enumerate(values)
    ]


def heading(place: Place) -> str:
    """Return a heading inside a text, with the key that the editor would give it: the same in every language."""
    level, key = place.block.get("level", "h2"), block_id(place.article.key, place.block["id"])[:8]
    return f'<{level} data-block-key="{key}">{escape(plain(place.text), quote=False)}</{level}>'


def quotation(place: Place) -> RawBlock:
    return {
        "text": rich_text(place.text),
        "who": place.of("who"),
        "role": place.of("role"),
        "language": place.block.get("language", ""),
    }


def picture(place: Place) -> RawBlock:
    value = picture_value(place.library, place.block["picture"], place.block, place.language)
    return {**value, "size": place.block.get("size", "text")}


def gallery(place: Place) -> RawBlock:
    shown = [picture_value(place.library, key, {}, place.language) for key in place.block["pictures"]]
    return {"pictures": list_of(place, shown)}


def facts(place: Place) -> RawBlock:
    return {"title": place.of("title"), "items": list_of(place, [rich_text(item) for item in place.of("items")])}


def table(place: Place) -> RawBlock:
    """Return a typed table: ``types`` per column, ``head`` and ``rows`` per language."""
    return {
        "columns": [
            {"type": kind, "heading": title} for kind, title in zip(place.block["types"], place.of("head"), strict=True)
        ],
        # The editor stores what was typed: a number too is a string.
        "rows": [{"values": [str(cell) for cell in row]} for row in place.of("rows")],
        "caption": place.of("caption"),
    }


def related(place: Place) -> RawBlock | None:
    """Return links to articles that exist in this language, or None where none does."""
    pages = [place.library.pages[key] for key in place.block["articles"] if key in place.library.pages]
    return {"pages": list_of(place, pages)} if pages else None


def footnotes(place: Place) -> RawBlock:
    return {"notes": list_of(place, [rich_text(note) for note in place.of("notes")])}


BUILDERS: dict[str, Callable[[Place], Any]] = {
    "paragraph": lambda place: rich_text(place.text),
    "heading": heading,
    "quotation": quotation,
    "picture": picture,
    "gallery": gallery,
    "facts": facts,
    "table": table,
    "related": related,
    "pull_quote": lambda place: {"text": plain(place.text)},
    "passage": lambda place: {"text": rich_text(place.text), "language": place.block["language"]},
    "footnotes": footnotes,
}


def place_of(article: Article, block: Mapping[str, Any], language: str, library: Library, *, earlier: bool) -> Place:
    """Return a block as it stands in one language."""
    text = text_of(block.get("text"), language)
    if earlier:
        text = text_of(block.get("earlier"), language) or text
    return Place(article, block, language, library, text)


def body(article: Article, language: str, library: Library, *, earlier: bool = False) -> list[RawBlock]:
    """Return the raw body in one language; ``earlier``: as it was before the source's last change."""
    places = [place_of(article, block, language, library, earlier=earlier) for block in article.body]
    found: list[RawBlock] = []
    for place in places:
        value, kind = BUILDERS[place.block["type"]](place), place.block["type"]
        kind = "paragraph" if kind == "heading" else kind
        if kind == "paragraph" and found and found[-1]["type"] == kind:
            found[-1]["value"] += value  # one text up to the next block of another kind
        elif value is not None:
            found.append({"type": kind, "value": value, "id": block_id(article.key, place.block["id"])})
    return found


def items(article: Article, name: str, kind: str, values: Iterable[Any]) -> list[RawBlock]:
    """Return the raw blocks of one of the fields beside the body."""
    return [
        {"type": kind, "value": value, "id": block_id(article.key, name, number)} for number, value in enumerate(values)
    ]


def key_points(article: Article, language: str) -> list[RawBlock]:
    """Return the key points of an analysis."""
    return items(article, "key_points", "point", map(plain, article.text("key_points", language, [])))


def references(article: Article, language: str) -> list[RawBlock]:
    """Return the references of an analysis."""
    texts = article.text("references", language, [])
    return items(article, "references", "reference", [{"text": rich_text(text)} for text in texts])


def participants(article: Article, language: str) -> list[RawBlock]:
    """Return the participants of an event: name, role and organisation each."""
    rows = article.text("participants", language, [])
    values = [dict(zip(("name", "role", "organisation"), row, strict=True)) for row in rows]
    return items(article, "participants", "participant", values)


def documents(article: Article, language: str, keys: Mapping[tuple[str, str], int]) -> list[RawBlock]:
    """Return the papers of an event in one language; ``keys`` are primary keys by (paper, language)."""
    names = article.data.get("documents", [])
    return items(article, "documents", "document", [keys[name, language] for name in names])
