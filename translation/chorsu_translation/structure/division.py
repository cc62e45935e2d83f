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
    """A paragraph of a rich text or an item of the list whose begin tag and place are ``within``."""

    html: str
    units: int
    within: tuple[str, int] = ("", 0)


def pieces(html: str) -> list[Piece]:
    """Return the pieces of a rich text; of one with anything else in it than closed elements, it as a whole."""
    found: list[Piece] = []
    depth = start = 0
    within = ("", 0)
    for token in tokens(html):
        is_open = token.kind == "begin" and token.name not in VOID and not token.closed
        depth += is_open - (token.kind == "end")
        if is_open and depth == 1 and token.name in LISTS:
            within, start = (html[token.start : token.end], token.start), token.end
        elif token.kind == "end" and depth == 0 and within[0]:
            within, start = ("", 0), token.end
        elif token.kind != "text" and depth == bool(within[0]):
            inside = html[start : token.end]
            found.append(Piece(inside, len(paragraphs(inside)), within))
            start = token.end
    number = len(paragraphs(html))
    is_whole = joined(found) == html and sum(each.units for each in found) == number
    return found if is_whole else [Piece(html, number)]


def joined(found: list[Piece]) -> str:
    """Return the rich text of pieces."""
    texts = []
    for (tag, _start), group in groupby(found, key=lambda each: each.within):
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
            wanted = (owners.get((own, index + number), "") for number in range(piece.units))
            path = next((each for each in wanted if _is_text(block, mine.get(each) or theirs.get(each))), path)
            index += piece.units
            if path not in held and (path == own or path not in mine):
                found.append(path)
            held.setdefault(path, []).append(piece)
        if own not in found:
            found.append(own)
    return [
        each if isinstance(each, dict) else {**(mine.get(each) or theirs[each]), "value": joined(held.get(each, []))}
        for each in found
        if isinstance(each, dict) or each in held or not mine[each]["value"]
    ]


def _is_text(block: Any, item: Any) -> bool:
    if item is None:
        return False
    return isinstance(block.child_blocks.get(item["type"]), blocks.RichTextBlock) and isinstance(item["value"], str)
