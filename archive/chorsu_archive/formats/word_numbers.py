"""Write the numbers that Word shows before paragraphs into their text. The module needs no Django.

After ECMA-376, part 1, 17.9: a paragraph names a list and a level, itself or by its style. Lists that are made from one
abstract list count on together, but where one of them says that it starts anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.dom.minidom import Document, Element

from chorsu_articles.numerals import NumeralStyle, numeral

# Around a number, for whoever reads the text; no stored text has these.
BEGIN, END = "\ue002", "\ue003"
# How deep styles may stand on one another.
DEEPEST_STYLE = 20
STYLES: dict[str, NumeralStyle] = {
    "lowerLetter": "lower-alpha",
    "upperLetter": "upper-alpha",
    "russianLower": "lower-russian",
    "russianUpper": "upper-russian",
    "lowerRoman": "lower-roman",
    "upperRoman": "upper-roman",
}
UNNUMBERED = ("bullet", "none")
# In the text of a level, the number of a level: "%1.%2."
PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """A level of an abstract list: how its numbers are written, what stands around them, the first of them."""

    style: str
    text: str
    start: int


class Numbering:
    """The lists of a document, as its parts say and as far as they have counted.

    ``read_styles`` and ``read_lists`` come before ``number``. Paragraphs in styles of these names stay in their lists.
    """

    def __init__(self, *names_of_styles: str) -> None:
        self._names_of_styles = names_of_styles
        self._styles_of_lists: set[str] = set()
        # By the number of an abstract list and of a level; levels by the styles of paragraphs that they name.
        self._levels: dict[str, dict[int, Level]] = {}
        self._level_of_style: dict[tuple[str, str], int] = {}
        # By the number of a list: its abstract list, and what levels start anew with.
        self._abstract: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        # By the name of a style: the list and level that it says, and the style that it is based on.
        self._of_style: dict[str, tuple[str, str]] = {}
        self._based_on: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}

    def read_styles(self, document: Document) -> None:
        """Read the part of styles."""
        for style in document.getElementsByTagNameNS("*", "style"):
            name = _attribute(style, "styleId")
            self._based_on[name] = _value(style, "basedOn")
            self._of_style[name] = _list_and_level(style)
            if _value(style, "name") in self._names_of_styles:
                self._styles_of_lists.add(name)

    def read_lists(self, document: Document) -> None:
        """Read the part of numberings."""
        for abstract in document.getElementsByTagNameNS("*", "abstractNum"):
            number = _attribute(abstract, "abstractNumId")
            self._levels[number] = {}
            for level in _children(abstract, "lvl"):
                place = _integer(_attribute(level, "ilvl"), 0)
                text, start = _value(level, "lvlText"), _integer(_value(level, "start"), 0)
                self._levels[number][place] = Level(_value(level, "numFmt"), text, start)
                self._level_of_style[number, _value(level, "pStyle")] = place
        for one in document.getElementsByTagNameNS("*", "num"):
            number = _attribute(one, "numId")
            self._abstract[number] = _value(one, "abstractNumId")
            starts = (
                (_attribute(each, "ilvl"), _value(each, "startOverride")) for each in _children(one, "lvlOverride")
            )
            self._restarts[number] = {_integer(place, 0): _integer(start, 1) for place, start in starts if start}

    def number(self, document: Document) -> None:
        """Write the numbers of a document's paragraphs into them, which are paragraphs of no list then."""
        for paragraph in document.getElementsByTagNameNS("*", "p"):
            properties = next(_children(paragraph, "pPr"), None)
            if properties is None or _value(properties, "pStyle") in self._styles_of_lists:
                continue
            number, place = self._list_of(properties)
            level = self._levels.get(self._abstract.get(number, ""), {}).get(place)
            if level is None:
                continue
            self._count(number, place)
            if level.style not in UNNUMBERED and level.text:
                _leave_list(document, properties)
                # Word shows a number before nothing, too; nobody misses it.
                if paragraph.getElementsByTagNameNS("*", "t"):
                    _write(document, paragraph, f"{BEGIN}{self._marker(number, level)}{END}")

    def _list_of(self, properties: Element) -> tuple[str, int]:
        """Return the list and level of a paragraph."""
        number, place = _list_and_level(properties)
        style = _value(properties, "pStyle")
        for _depth in range(DEEPEST_STYLE):
            if number or not style:
                break
            number, place = self._of_style.get(style, ("", ""))
            linked = self._level_of_style.get((self._abstract.get(number, ""), style))
            place = place if linked is None else str(linked)
            style = self._based_on.get(style, "")
        return number, _integer(place, 0)

    def _count(self, number: str, place: int) -> None:
        abstract = self._abstract[number]
        counts = self._counts.setdefault(abstract, {})
        restart = self._restarts[number].pop(place, None)
        if restart is not None:
            counts[place] = restart
        elif place in counts:
            counts[place] += 1
        else:
            counts[place] = self._levels[abstract][place].start
        for deeper in [each for each in counts if each > place]:
            del counts[deeper]

    def _marker(self, number: str, level: Level) -> str:
        abstract = self._abstract[number]
        levels, counts = self._levels[abstract], self._counts[abstract]

        def written(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            if place not in levels:
                return ""
            style = STYLES.get(levels[place].style, "decimal")
            return numeral(counts.get(place, levels[place].start), style)

        return PLACE.sub(written, level.text)


def _children(element: Element, name: str) -> Iterator[Element]:
    for child in element.childNodes:
        if isinstance(child, Element) and child.localName == name:
            yield child


def _attribute(element: Element, name: str) -> str:
    """Return an attribute, whose namespace is that of its element in both forms of the standard."""
    return str(element.getAttributeNS(element.namespaceURI, name))


def _value(element: Element, name: str) -> str:
    """Return the value of the first child of that name; "" without one."""
    child = next(_children(element, name), None)
    return "" if child is None else _attribute(child, "val")


def _list_and_level(element: Element) -> tuple[str, str]:
    """Return the list and level that properties of a paragraph, or those of a style, say; "" where they say none."""
    for inner in (element, *_children(element, "pPr")):
        for numbering in _children(inner, "numPr"):
            return _value(numbering, "numId"), _value(numbering, "ilvl")
    return "", ""


def _integer(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else default


def _leave_list(document: Document, properties: Element) -> None:
    """Let a paragraph be in no list, whatever its style says: that has the number 0."""
    for former in list(_children(properties, "numPr")):
        properties.removeChild(former)
    numbering = _new(document, properties, "numPr")
    for name in ("ilvl", "numId"):
        child = _new(document, properties, name)
        child.setAttributeNS(properties.namespaceURI, f"{properties.prefix}:val", "0")
        numbering.appendChild(child)
    properties.appendChild(numbering)


def _write(document: Document, paragraph: Element, text: str) -> None:
    """Write a text at the beginning of a paragraph; where its properties stand counts nothing for mammoth."""
    run, inner = _new(document, paragraph, "r"), _new(document, paragraph, "t")
    inner.appendChild(document.createTextNode(text))
    run.appendChild(inner)
    paragraph.insertBefore(run, paragraph.firstChild)


def _new(document: Document, like: Element, name: str) -> Element:
    """Return an element of the same namespace as another one."""
    return document.createElementNS(like.namespaceURI, f"{like.prefix}:{name}")
