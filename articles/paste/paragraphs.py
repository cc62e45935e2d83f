"""The paragraphs of a cleaned tree, in reading order, each with what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

from bs4 import PageElement, Tag

from articles.paste.markup import BLOCK_TAGS, HEADING_LEVELS, classes_of, inline, style_of
from articles.paste.tables import ARRANGED, table_value

BULLETS = "\u2022\u00b7\uf0b7\uf0a7\uf0d8\uf0fc\u25aa\u25cf\u25e6\u25a0\u2013\u2014\\-o§"
NUMBER = r"(?:\d{1,3}|[a-zа-я]|[ivxl]{2,6})[.)]"
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


def paragraphs(node: Tag) -> Iterator[Paragraph]:
    """Yield the paragraphs below a node in reading order; loose inline text between blocks is a paragraph too."""
    loose: list[PageElement] = []
    for child in list(node.children):
        if isinstance(child, Tag) and (child.name in BLOCK_TAGS or child.find(list(BLOCK_TAGS))):
            yield from _loose(loose)
            loose = []
            yield from _block(child)
        elif isinstance(child, Tag) and child.name == "br" and _is_break(loose, child):
            yield from _loose(loose)
            loose = []
        else:
            loose.append(child)
    yield from _loose(loose)


def _is_break(loose: list[PageElement], tag: Tag) -> bool:
    """Tell whether a line break stands between paragraphs: where two follow each other."""
    following = tag.next_sibling
    while following is not None and not isinstance(following, Tag) and not str(following).strip():
        following = following.next_sibling
    return not loose or (isinstance(following, Tag) and following.name == "br")


def _block(tag: Tag) -> Iterator[Paragraph]:
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
    elif tag.find(list(BLOCK_TAGS)) or (tag.find("br") and tag.name != "p"):
        yield from paragraphs(tag)
    else:
        yield from _loose(list(tag.children), heading=_word_heading(tag))


def _quotation(tag: Tag) -> Iterator[Paragraph]:
    """Yield a quotation of several paragraphs as one; what else stands indented isn't quoted."""
    found = list(paragraphs(tag))
    if not all(paragraph.kind == "p" for paragraph in found):
        yield from found
    elif found:
        html = "".join(f"<p>{paragraph.html}</p>" for paragraph in found)
        yield Paragraph(html, " ".join(paragraph.text for paragraph in found), "blockquote")


def _is_line(row: Tag) -> bool:
    """Tell whether a row of a table that isn't kept reads as one line: cells of a few words side by side."""
    cells = row.find_all(["td", "th"])
    return len(cells) > 1 and not row.find(ARRANGED) and all(len(cell.find_all(["p", "div"])) < 2 for cell in cells)


def _list(tag: Tag) -> Iterator[Paragraph]:
    items = [item for item in _list_items(tag) if item]
    if items:
        html = "".join(f"<li>{item}</li>" for item in items)
        yield Paragraph(f"<{tag.name}>{html}</{tag.name}>", tag.get_text(" ", strip=True), "list")


def _list_items(tag: Tag) -> Iterator[str]:
    """Yield the inner HTML of a list's items; lists inside it are flattened, text outside of items is one too."""
    loose: list[PageElement] = []
    for child in tag.children:
        if isinstance(child, Tag) and (child.name in {"ul", "ol", "li"} or child.find(["ul", "ol", "li"])):
            yield inline(loose)[0]
            loose = []
            yield from _list_items(child)
        else:
            loose.append(child)
    yield inline(loose)[0]


def _word_heading(tag: Tag) -> str:
    """Return the level that Word gives a paragraph which isn't a heading element, or an empty text."""
    found = re.search(r"mso-outline-level:(\d)", style_of(tag))
    names = " ".join(sorted(classes_of(tag)))
    titled = re.search(r"MsoTitle|(?:Heading|Titre|Заголовок)(\d)", names)
    number = int(found[1]) if found else int(titled[1] or 1) if titled else 0
    return HEADING_LEVELS[f"h{min(number, 6)}"] if number else ""


def _is_word_list_item(tag: Tag) -> bool:
    if "mso-list:" in style_of(tag):
        return True
    return any("MsoListParagraph" in name for name in classes_of(tag)) and bool(LIST_MARKER.match(tag.get_text()))


def _word_list_item(tag: Tag) -> Iterator[Paragraph]:
    """Yield an item of a list without the mark that Word typed before it; a mark of words ("Article 5.") stays."""
    typed = ""
    for marker in tag.find_all("span", style=re.compile(r"mso-list:\s*Ignore", re.IGNORECASE)):
        typed = marker.get_text().strip()
        if len(typed) < 2 or re.fullmatch(NUMBER, typed, re.IGNORECASE):
            marker.decompose()
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


def _loose(nodes: list[PageElement], heading: str = "") -> Iterator[Paragraph]:
    html, text = inline(nodes)
    if not text:
        return
    is_bold = bool(re.fullmatch(r"(?:<b>[^<]*(?:</?(?:i|sup|sub|br)/?>[^<]*)*</b>\s*)+", html))
    yield Paragraph(html, text, heading or "p", is_bold)
