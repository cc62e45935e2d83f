"""The headings of a body: what they say, and the ids by which addresses name them.

A heading inside a text is named by the key that Wagtail's editor gives each of its blocks: it stays when the words are
mended, and copies of a page for other languages have the same. One without a key (texts from imports) is named by its
place among its block's headings. Heading blocks are named by their own ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from chorsu_editorial.markup import Token, paragraphs

# What has been shown of a page: ids of headings, each with how many have been wanted, and numbers of notes.
Seen = dict[int | str, int]
KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")


class Heading(NamedTuple):
    """``path`` is the content path of its block, ``level`` 2 or 3, ``anchor`` its id on the page, if it has one."""

    path: str
    level: int
    text: str
    anchor: str


def headings(body: Iterable[Any] | None) -> Iterator[Heading]:
    """Yield the headings of a body's bound blocks in reading order."""
    seen: Seen = {}
    for block in body or ():
        path = f"body.{block.id}" if block.id else ""
        if block.block_type == "heading":
            level = 3 if block.value.get("level") == "h3" else 2
            yield Heading(path, level, block.value.get("text") or "", heading_anchor(path))
        elif block.block_type == "paragraph":
            yield from (heading for heading, _tag, _words in headings_inside(block.value.source, path, seen))


def headings_inside(html: str, path: str, seen: Seen) -> Iterator[tuple[Heading, Token, str]]:
    """Yield the headings of a rich text, each with its begin tag and inner HTML; ``seen`` gets their ids."""
    if "<h" not in html:
        return
    found = ((each.text, each.tag, each.html) for each in paragraphs(html) if each.tag and each.is_heading)
    for number, (text, tag, words) in enumerate(found, 1):
        key = tag.attributes.get("data-block-key", "")
        name = key if KEY.fullmatch(key) else f"{_block_name(path)}-{number}"
        anchor = wanted = anchor_of_key(name)
        while anchor in seen:  # a block that was doubled in the editor keeps its keys
            seen[wanted] += 1
            anchor = f"{wanted}-{seen[wanted]}"
        seen[anchor] = 1
        yield Heading(path, 2 if tag.name == "h2" else 3, text, anchor), tag, words


def anchor_of_key(key: str) -> str:
    """Return the id of a heading inside a text by its key."""
    return f"t-{key}"


def heading_anchor(path: str) -> str:
    """Return the id of a heading block by its path; it is the same in all languages and after corrections."""
    return f"h-{_block_name(path)}" if path else ""


def _block_name(path: str) -> str:
    return path.rpartition(".")[2].partition("-")[0]
