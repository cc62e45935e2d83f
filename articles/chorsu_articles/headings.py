"""Where the headings of a text can be linked to, and the list of contents above a long one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chorsu_articles.models import Publication

# Shorter texts are looked over faster than a list of their parts.
LEAST_HEADINGS = 3
LEAST_WORDS = 600


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the first level, and the id of its element."""

    text: str
    anchor: str


def anchor_of(block_id: str | None) -> str:
    """Return the id of a heading's element, empty without a stored block id.

    It is the beginning of the block's own id, which stays the same when a slip in the heading is mended, and in every
    language of the publication.
    """
    return f"h-{block_id.partition('-')[0]}" if block_id else ""


def contents_of(publication: Publication) -> list[Heading]:
    """Return the headings of the first level, in order; none of a text that is short or has few of them."""
    if publication.word_count < LEAST_WORDS:
        return []
    found = list(_headings(publication))
    return found if len(found) >= LEAST_HEADINGS else []


def _headings(publication: Publication) -> Iterator[Heading]:
    for block in publication.body or ():
        if block.block_type == "heading" and block.value["level"] == "h2" and block.id:
            yield Heading(block.value["text"], anchor_of(block.id))
