"""The paragraphs of a cleaned tree, in reading order, each with what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import islice
from typing import Any

from chorsu_articles.paste.markup import BLOCK_TAGS, HEADING_LEVELS, inline
from chorsu_articles.paste.tables import ARRANGED, CELLS, table_value
from chorsu_editorial.markup import Element

BULLETS = "\u2022\u00b7\u25aa\u25cf\u25e6\u25a0\u2013\u2014\\-o§"
NUMBER = r"(?:\d{1,3}|[a-zа-я]|[ivxl]{2,6})[.)]"
LIST_TAGS = frozenset({"ul", "ol", "li"})
LIST_MARKER = re.compile(rf"^\s*(?P<marker>[{BULLETS}]|{NUMBER})\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph as it was pasted: ``html`` is cleaned inner HTML, ``kind`` what its element said it is.

    ``kind`` is ``p``, ``h2``, ``h3``, ``blockquote`` (its ``html`` has paragraphs), ``list``, ``ul`` and ``ol`` (one
    item of a list of Word's) or ``table`` (with its raw value).
    """

    html: str
    text: str
    kind: str = "p"
    is_bold: bool = False
    table: dict[str, Any] = field(default_factory=dict)


def paragraphs(node: Element) -> Iterator[Paragraph]:
    """Yield the paragraphs of a tree in reading order; loose inline text between blocks is a paragraph too."""
    loose: list[Element | str] = []
    for place, child in enumerate(node.children):
        if isinstance(child, Element) and _holds_block(child):
            yield from _loose(loose)
            loose = []
            yield from _block(child)
        elif isinstance(child, Element) and child.name == "br" and (not loose or _is_doubled(node, place)):
            yield from _loose(loose)
            loose = []
        else:
            loose.append(child)
    yield from _loose(loose)


def _holds_block(tag: Element) -> bool:
    return tag.name in BLOCK_TAGS or not tag.inside.isdisjoint(BLOCK_TAGS)


def _is_doubled(node: Element, place: int) -> bool:
    """Tell whether another line break follows the one at this place: they stand between paragraphs."""
    for number in range(place + 1, len(node.children)):
        following = node.children[number]
        if isinstance(following, Element):
            return following.name == "br"
        if following.strip():
            return False
    return False


def _block(tag: Element) -> Iterator[Paragraph]:
    if tag.name in {"ul", "ol"}:
        yield from _list(tag)
    elif tag.name in HEADING_LEVELS:
        html, text = inline(tag.children)
        if text:
            yield Paragraph(html, text, HEADING_LEVELS[tag.name])
    elif tag.name == "blockquote":
        yield from _quotation(tag)
    elif tag.name == "table" and (value := table_value(tag)):
        yield Paragraph("", "", "table", table=value)
    elif tag.name == "tr" and _is_line(tag):
        yield from _loose([tag])
    elif tag.name == "p" and _is_word_list_item(tag):
        yield from _word_list_item(tag)
    elif not tag.inside.isdisjoint(BLOCK_TAGS) or ("br" in tag.inside and tag.name != "p"):
        yield from paragraphs(tag)
    else:
        yield from _loose(tag.children, heading=_word_heading(tag))


def _quotation(tag: Element) -> Iterator[Paragraph]:
    """Yield a quotation of several paragraphs as one; what else stands indented isn't quoted."""
    found = list(paragraphs(tag))
    if not all(paragraph.kind == "p" for paragraph in found):
        yield from found
    elif found:
        html = "".join(f"<p>{paragraph.html}</p>" for paragraph in found)
        yield Paragraph(html, " ".join(paragraph.text for paragraph in found), "blockquote")


def _is_line(row: Element) -> bool:
    """Tell whether a row of a table that isn't kept reads as one line: cells of a few words side by side."""
    if not row.inside.isdisjoint(ARRANGED):
        return False
    cells = list(row.outermost(CELLS))
    return len(cells) > 1 and all(len(list(islice(cell.outermost({"p", "div"}), 2))) < 2 for cell in cells)


def _list(tag: Element) -> Iterator[Paragraph]:
    items = [item for item in _list_items(tag) if item[0]]
    if items:
        html = "".join(f"<li>{item}</li>" for item, _text in items)
        yield Paragraph(f"<{tag.name}>{html}</{tag.name}>", " ".join(text for _item, text in items), "list")


def _list_items(tag: Element) -> Iterator[tuple[str, str]]:
    """Yield inner HTML and text of a list's items; lists inside it are flattened, text outside of items is one too."""
    loose: list[Element | str] = []
    for child in tag.children:
        if isinstance(child, Element) and (child.name in LIST_TAGS or not child.inside.isdisjoint(LIST_TAGS)):
            yield inline(loose)
            loose = []
            yield from _list_items(child)
        else:
            loose.append(child)
    yield inline(loose)


def _word_heading(tag: Element) -> str:
    """Return the level that Word gives a paragraph which isn't a heading element, or an empty text."""
    found = re.search(r"mso-outline-level:(\d)", tag.style)
    names = " ".join(sorted(tag.classes))
    titled = re.search(r"MsoTitle|(?:Heading|Titre|Заголовок)(\d)", names)
    number = int(found[1]) if found else int(titled[1] or 1) if titled else 0
    return HEADING_LEVELS[f"h{min(number, 6)}"] if number else ""


def _is_word_list_item(tag: Element) -> bool:
    if "mso-list:" in tag.style:
        return True
    return any("MsoListParagraph" in name for name in tag.classes) and bool(
        LIST_MARKER.match("".join(islice(tag.texts(), 20)))
    )


def _word_list_item(tag: Element) -> Iterator[Paragraph]:
    """Yield an item of a list without the mark that Word typed before it; a mark of words ("Article 5.") stays."""
    typed = ""
    for marker in _typed_marks(tag):
        typed = "".join(marker.texts()).strip()
        if len(typed) < 2 or re.fullmatch(NUMBER, typed, re.IGNORECASE):
            marker.children.clear()
        else:
            marker.append(" ")
            typed = ""
    html, text = inline(tag.children)
    if not typed and (found := LIST_MARKER.match(text)):
        typed = found["marker"]
        html = re.sub(rf"^((?:<[bi]>)*)\s*{re.escape(escape(typed, quote=False))}\s*", r"\1", html, count=1)
        text = text[found.end() :]
    if text.strip():
        ordered = re.fullmatch(NUMBER, typed, re.IGNORECASE)
        yield Paragraph(html.strip(), text.strip(), "ol" if ordered else "ul")


def _typed_marks(tag: Element) -> Iterator[Element]:
    for span in tag.outermost({"span"}):
        if "mso-list:ignore" in span.style:
            yield span
        else:
            yield from _typed_marks(span)


def _loose(nodes: list[Element | str], heading: str = "") -> Iterator[Paragraph]:
    html, text = inline(nodes)
    if not text:
        return
    is_bold = bool(re.fullmatch(r"(?:<b>[^<]*(?:</?(?:i|sup|sub|br)/?>[^<]*)*</b>\s*)+", html))
    yield Paragraph(html, text, heading or "p", is_bold)
