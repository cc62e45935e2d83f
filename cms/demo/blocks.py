"""Build the raw stream data of a demo article's fields."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cms.demo.content import Article, text_of

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
    return "".join(part if part.startswith(("<ul", "<ol", "<p")) else f"<p>{part}</p>" for part in parts)


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


def list_of(article: Article, block: Mapping[str, Any], values: list[Any]) -> list[RawBlock]:
    """Return the items of a list block."""
    return [
        {"type": "item", "value": value, "id": block_id(article.key, block["id"], number)}
        for number, value in enumerate(values)
    ]


def table(block: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return a typed table: ``types`` per column, ``head`` and ``rows`` per language."""
    types = block["types"]
    return {
        "columns": [
            {"type": kind, "heading": heading}
            for kind, heading in zip(types, text_of(block["head"], language), strict=True)
        ],
        "rows": [{"values": list(row)} for row in text_of(block["rows"], language)],
        "caption": text_of(block.get("caption"), language),
    }


def value_of(article: Article, block: Mapping[str, Any], language: str, library: Library, *, earlier: bool) -> Any:
    """Return the raw value of one block in one language, or None where it has nothing to show there."""
    texts = block["earlier"] if earlier and "earlier" in block else block.get("text")
    text = text_of(texts, language) or text_of(block.get("text"), language)
    match block["type"]:
        case "paragraph":
            return rich_text(text)
        case "heading":
            return {"text": plain(text), "level": block.get("level", "h2")}
        case "quotation":
            return {
                "text": rich_text(text),
                "who": text_of(block.get("who"), language),
                "role": text_of(block.get("role"), language),
                "language": block.get("language", ""),
            }
        case "picture":
            return {**picture_value(library, block["picture"], block, language), "size": block.get("size", "text")}
        case "gallery":
            items = [picture_value(library, key, {}, language) for key in block["pictures"]]
            return {"pictures": list_of(article, block, items)}
        case "facts":
            items = [rich_text(item) for item in text_of(block["items"], language)]
            return {"title": text_of(block["title"], language), "items": list_of(article, block, items)}
        case "table":
            return table(block, language)
        case "related":
            pages = [library.pages[key] for key in block["articles"] if key in library.pages]
            return {"pages": list_of(article, block, pages)} if pages else None
        case "pull_quote":
            return {"text": plain(text)}
        case "passage":
            return {"text": rich_text(text), "language": block["language"]}
        case "footnotes":
            notes = [rich_text(note) for note in text_of(block["notes"], language)]
            return {"notes": list_of(article, block, notes)}
    raise ValueError(f"{article.key}: the demo doesn't know blocks of type {block['type']!r}.")


def body(article: Article, language: str, library: Library, *, earlier: bool = False) -> list[RawBlock]:
    """Return the raw body in one language; ``earlier``: as it was before the source's last change."""
    found = [
        (block, value_of(article, block, language, library, earlier=earlier)) for block in article.body
    ]
    return [
        {"type": block["type"], "value": value, "id": block_id(article.key, block["id"])}
        for block, value in found
        if value is not None
    ]


def key_points(article: Article, language: str) -> list[RawBlock]:
    """Return the key points of an analysis."""
    return [
        {"type": "point", "value": plain(point), "id": block_id(article.key, "key_points", number)}
        for number, point in enumerate(article.text("key_points", language, []))
    ]


def references(article: Article, language: str) -> list[RawBlock]:
    """Return the references of an analysis."""
    return [
        {"type": "reference", "value": {"text": rich_text(text)}, "id": block_id(article.key, "references", number)}
        for number, text in enumerate(article.text("references", language, []))
    ]


def participants(article: Article, language: str) -> list[RawBlock]:
    """Return the participants of an event: name, role and organisation each."""
    return [
        {
            "type": "participant",
            "value": dict(zip(("name", "role", "organisation"), row, strict=True)),
            "id": block_id(article.key, "participants", number),
        }
        for number, row in enumerate(article.text("participants", language, []))
    ]
