"""Lists of somebody's cleaned HTML as lists of ours, which are flat and count from 1.

Where that would show other numbers than readers saw, the numbers become text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Literal, Protocol

from chorsu_articles.inline_html import inline
from chorsu_articles.numerals import NumeralStyle, numeral
from chorsu_editorial.markup import Element

LISTS = frozenset({"ul", "ol"})
LIST_TAGS = LISTS | {"li"}
# Values of the attribute ``type``, and the other names of CSS for the same.
STYLES: dict[str, NumeralStyle] = {
    "1": "decimal",
    "a": "lower-alpha",
    "A": "upper-alpha",
    "i": "lower-roman",
    "I": "upper-roman",
    "lower-alpha": "lower-alpha",
    "lower-latin": "lower-alpha",
    "upper-alpha": "upper-alpha",
    "upper-latin": "upper-alpha",
    "lower-roman": "lower-roman",
    "upper-roman": "upper-roman",
}
STYLE_TYPE = re.compile(r"list-style(?:-type)?:([a-z-]+)")
INTEGER = re.compile(r"\s*([+-]?[0-9]{1,9})(?![0-9])")
DECIMAL = re.compile(r"([0-9]+)[.)]")


class Item(Protocol):
    """Inner HTML of an item; ``marker`` is what readers saw before one of ``ol``, such as "3." or "b."."""

    @property
    def kind(self) -> str: ...
    @property
    def html(self) -> str: ...
    @property
    def marker(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item with its text; ``kind`` is ``ul``, ``ol`` or, of text beside items, ``p``."""

    html: str
    text: str
    kind: Literal["ul", "ol", "p"]
    marker: str = ""


def list_items(element: Element) -> list[ListItem]:
    """Return the items of a list and of the lists in it that have a text, in reading order."""
    reader = _Reader()
    reader.read(element, _Numbering(element))
    return reader.items


def list_html(items: Sequence[Item]) -> str:
    """Return neighbouring items of ``ul`` and ``ol`` as lists; as paragraphs that begin with the numbers seen, where a
    list would have others.
    """
    runs = [(kind, list(run)) for kind, run in groupby(items, lambda item: item.kind)]
    is_countable = all(_counts_from_one(run) for kind, run in runs if kind == "ol")
    return "".join(_html_list(kind, run) if kind == "ul" or is_countable else _numbered(run) for kind, run in runs)


def _counts_from_one(items: Sequence[Item]) -> bool:
    markers = [DECIMAL.fullmatch(item.marker) for item in items]
    return [marker and int(marker[1]) for marker in markers] == list(range(1, len(items) + 1))


def _numbered(items: Sequence[Item]) -> str:
    return "".join(f"<p>{escape(item.marker, quote=False)} {item.html}</p>" for item in items)


def _html_list(name: str, items: Sequence[Item]) -> str:
    inner = "".join(f"<li>{item.html}</li>" for item in items)
    return f"<{name}>{inner}</{name}>"


class _Reader:
    """Collects the items of lists that stand in one another."""

    def __init__(self) -> None:
        self.items: list[ListItem] = []
        self._loose: list[Element | str] = []
        # Of the item that has had no text yet.
        self._kind: Literal["ul", "ol", "p"] = "p"
        self._marker = ""

    def read(self, element: Element, numbering: _Numbering) -> None:
        """Read what stands in a list, an item, or what holds either."""
        for child in element.children:
            if not isinstance(child, Element) or (child.name not in LIST_TAGS and child.inside.isdisjoint(LIST_TAGS)):
                self._loose.append(child)
                continue
            self._end_text()
            if child.name == "li":
                self._kind, self._marker = numbering.next(child)
                # An item in an item is one whose end tag was left out.
                self.read(child, numbering)
                self._kind = "p"
            elif child.name in LISTS:
                self.read(child, _Numbering(child))
                self._kind = "p"
            else:
                self.read(child, numbering)
        self._end_text()

    def _end_text(self) -> None:
        html, text = inline(self._loose)
        self._loose = []
        if text:
            self.items.append(ListItem(html, text, self._kind, self._marker if self._kind == "ol" else ""))
            self._kind = "p"


class _Numbering:
    """Numbers the items of a list as HTML does (https://html.spec.whatwg.org/multipage/grouping-content.html)."""

    def __init__(self, element: Element) -> None:
        self._element = element
        self._is_reversed = "reversed" in element.attributes
        first = len(list(element.outermost({"li"}))) if self._is_reversed else 1
        start = _integer(element.attributes.get("start", ""))
        self._number = first if start is None else start

    def next(self, item: Element) -> tuple[Literal["ul", "ol"], str]:
        """Return the kind of the next item, and its marker."""
        style = _style_of(item) or _style_of(self._element)
        value = _integer(item.attributes.get("value", ""))
        number = self._number if value is None else value
        self._number = number - 1 if self._is_reversed else number + 1
        if self._element.name != "ol" or style == "none":
            return "ul", ""
        return "ol", f"{numeral(number, STYLES.get(style, 'decimal'))}."


def _style_of(element: Element) -> str:
    """Return the style of an element's numbers, as a key of ``STYLES`` or another word of CSS."""
    written = STYLE_TYPE.search(element.style)
    return written[1] if written else element.attributes.get("type", "").strip()


def _integer(attribute: str) -> int | None:
    digits = INTEGER.match(attribute)
    return int(digits[1]) if digits else None
