"""Divide the text of a translation among blocks as its source does: where a picture was put in between, or taken out.

No byte of a paragraph changes; those of a list that is cut are two lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any, NamedTuple

from wagtail import blocks

from chorsu_editorial.markup import VOID, paragraphs, tokens

LISTS = frozenset({"ol", "ul"})


class Piece(NamedTuple):
    """A paragraph of a rich text with all that follows it, or a list item and the begin tag of its list.

    ``number`` tells apart lists that stand side by side; ``units`` is how many the piece has.
    """

    html: str
    units: int
    list_tag: str = ""
    number: int = 0


def pieces(html: str) -> list[Piece]:
    """Return the pieces of a rich text; of one whose elements aren't all closed, it as a whole."""
    found: list[Piece] = []
    depth = start = 0
    tag, number = "", 0
    for token in tokens(html):
        is_open = token.kind == "begin" and token.name not in VOID and not token.closed
        if is_open and depth == 0 and token.name in LISTS:
            tag, number, start = html[token.start : token.end], len(found) + 1, token.end
        depth += is_open - (token.kind == "end")
        if token.kind == "end" and tag and depth == 0:
            tag, start = "", token.end
        elif depth == (1 if tag else 0) and token.kind != "text" and not (is_open and tag and depth == 1):
            inside = html[start : token.end]
            found.append(Piece(inside, len(paragraphs(inside)), tag, number if tag else 0))
            start = token.end
    is_whole = depth == 0 and start == len(html) and sum(each.units for each in found) == len(paragraphs(html))
    return found if is_whole and joined(found) == html else [Piece(html, len(paragraphs(html)))]


def joined(found: list[Piece]) -> str:
    """Return the rich text of pieces."""
    texts = []
    for (tag, _number), group in groupby(found, key=lambda each: (each.list_tag, each.number)):
        inside = "".join(each.html for each in group)
        texts.append(f"{tag}{inside}</{tag.strip('<>').split()[0]}>" if tag else inside)
    return "".join(texts)


def divided(
    block: Any, name: str, source: list[Any], target: list[Any], owners: Mapping[tuple[str, int], str]
) -> list[Any]:
    """Return the items of a translation's StreamField ``name`` with their texts divided as in the source.

    ``owners`` are the content paths of blocks by path and index of the translation's units; what has none stays behind
    the piece before it.
    """
    theirs, mine = ({f"{name}.{item.get('id')}": item for item in side} for side in (source, target))
    found: list[Any] = []
    held: dict[str, list[Piece]] = {}
    for own, item in mine.items():
        if not _is_text(block, item):
            found.append(item)
            continue
        path, index = own, 0
        for piece in pieces(item["value"]):
            wanted = (owners.get((own, index + number)) for number in range(piece.units))
            path = next((each for each in wanted if each and _is_text(block, mine.get(each) or theirs[each])), path)
            index += piece.units
            if path not in held and (path == own or path not in mine):
                found.append(path)
            held.setdefault(path, []).append(piece)
        if own not in found:
            found.append(own)
    result = []
    for each in found:
        if not isinstance(each, str):
            result.append(each)
        elif each in held or not mine[each]["value"]:
            result.append({**(mine.get(each) or theirs[each]), "value": joined(held.get(each, []))})
    return result


def _is_text(block: Any, item: Any) -> bool:
    return isinstance(block.child_blocks.get(item["type"]), blocks.RichTextBlock) and isinstance(item["value"], str)
