"""What a text of WordPress shows that stands elsewhere in the export: its post's pictures, and reusable blocks."""

from __future__ import annotations

import re
from collections import defaultdict
from mimetypes import guess_type
from typing import Protocol

from chorsu_archive.conf import get_settings
from chorsu_editorial.markup import tokens

# The shortcode of galleries that no brackets escape.
GALLERY = re.compile(r"(?<!\[)\[gallery(?P<about>(?:\s[^\[\]]*)?)\]")
# Without changes for this place, which WordPress writes as other attributes.
REUSABLE_BLOCK = re.compile(r'<!-- wp:block \{"ref":(?P<number>[0-9]{1,19})\} /-->')
LONGEST_NUMBER = 20
NUMBER = re.compile("[0-9]{1,19}")
# Reusable blocks in one another; and the characters of all that are held.
DEEPEST, MOST_HELD = 10, 20_000_000


class Post(Protocol):
    """A record with the texts that WXR has for it."""

    def __getitem__(self, name: str) -> str: ...


class Parts:
    """Attached pictures by the number of their post, and the texts of reusable blocks by their own numbers."""

    def __init__(self) -> None:
        # A post may be in two files of an export.
        self._pictures = defaultdict[str, set[tuple[int, int]]](set)
        self._blocks: dict[str, str] = {}
        self._number = self._held = self._room = 0

    def __len__(self) -> int:
        """Return how many pictures and blocks are held."""
        return self._number

    def add(self, record: Post) -> None:
        """Keep what texts may show of a post: an attached picture, or the text of a block."""
        number = record["post_id"]
        if record["status"] == "trash" or not NUMBER.fullmatch(number):
            return
        if record["post_type"] == "wp_block" and self._held + len(record["content"]) <= MOST_HELD:
            self._blocks[number] = record["content"]
            self._held += len(record["content"])
            self._number += 1
        kind = guess_type(record["attachment_url"])[0] or ""
        if kind.startswith("image/") and record["post_parent"] not in {"", "0"}:
            place = int(record["menu_order"]) if NUMBER.fullmatch(record["menu_order"]) else 0
            self._pictures[record["post_parent"]].add((place, int(number)))
            self._number += 1

    def put_in(self, html: str, post: str) -> str:
        """Return the text of a post with reusable blocks, and with the numbers of pictures in galleries without any.

        What isn't in the export stays as it is written.
        """
        self._room = get_settings().largest_text - len(html)
        whole = self._with_blocks(html, ())
        return GALLERY.sub(lambda found: self._gallery(found, post), whole)

    def _with_blocks(self, html: str, around: tuple[str, ...]) -> str:
        def content(found: re.Match[str]) -> str:
            number = found["number"]
            text = self._blocks.get(number, "")
            self._room -= len(text)
            is_endless = number in around or len(around) == DEEPEST or self._room < 0
            return found[0] if is_endless or not text else self._with_blocks(text, (*around, number))

        return REUSABLE_BLOCK.sub(content, html)

    def _gallery(self, found: re.Match[str], post: str) -> str:
        attributes = next(tokens(f"<x {found['about']}>")).attributes
        if "ids" in attributes or "include" in attributes:
            return found[0]
        pictures = self._pictures.get(attributes.get("id", post), set())
        self._room -= LONGEST_NUMBER * len(pictures)
        left_out = {key.strip() for key in attributes.get("exclude", "").split(",")}
        if not pictures or self._room < 0:
            return found[0]
        keys = [str(number) for _place, number in sorted(pictures) if str(number) not in left_out]
        return f'[gallery ids="{",".join(keys)}"]'
