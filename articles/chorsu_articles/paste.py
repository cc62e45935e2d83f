"""A clipboard's HTML as the blocks of a body: journalists paste a whole report at once.

Word's lists are paragraphs with a bullet typed before them (``mso-list``), its headings may be bold paragraphs; Google
Docs wraps everything in a bold element that isn't bold, and styles spans instead of naming elements. The HTML is
cleaned first: what isn't text goes, what is only styled becomes an element, what stays is safe. Then the paragraphs,
headings and lists between two quotations, pictures, tables or videos become one text. No text that a reader could read
is dropped, except another outlet's line about mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape, unescape
from itertools import groupby, islice
from typing import Any

from chorsu_articles.inline_html import BLOCK_TAGS, HEADING_LEVELS, inline
from chorsu_articles.pasted_lists import LISTS, list_html, list_items
from chorsu_articles.pasted_tables import ARRANGED, PastedTable, read_table
from chorsu_articles.pictures.credit_lines import asks_for_reports, credited_caption
from chorsu_articles.quotation_marks import CLOSED_BY, unquoted, write_marks_of_q
from chorsu_articles.speakers import with_quotations
from chorsu_articles.table_grid import CELLS
from chorsu_articles.videos import video_address
from chorsu_editorial.markup import Element, TooMuchMarkupError, tree
from chorsu_locales.normal_form import normal_data, normal_text

# What isn't shown, or stands for something that isn't: text that a writer deleted with changes tracked, and what a
# browser shows only where it can't show a film.
DROPPED = frozenset(
    {"script", "style", "meta", "link", "title", "xml", "head", "template", "noscript", "del", "svg", "iframe", "video",
     "audio", "canvas", "select", "datalist"}
)  # fmt: skip
# Remarks of editors, as Word and Google Docs mark them: the mark in the text, and their list at the end.
REMARK_CLASSES = frozenset({"MsoCommentReference", "msocomanchor", "MsoCommentText", "msocomoff"})
UNSEEN_STYLES = ("display:none", "visibility:hidden", "mso-hide:all", "mso-element:comment-list",
                 "mso-special-character:comment")  # fmt: skip
LINES_KEPT = re.compile(r"white-space(-collapse)?:(pre|break)")
# LibreOffice writes a note's number alone; Word and Google Docs put it into brackets.
NOTE_MARKS = frozenset({"sdfootnoteanc", "sdfootnotesym", "sdendnoteanc", "sdendnotesym"})
# Each may become a line break.
MOST_LINES = 40_000
# Bullets of Symbol and Wingdings, which Word writes for private use.
SYMBOLS = str.maketrans(dict.fromkeys("\uf0b7\uf0a7\uf0d8\uf0fc", "\u2022"))
BULLETS = "\u2022\u00b7\u25aa\u25cf\u25e6\u25a0\u2013\u2014\\-o§"
NUMBER = r"(?:\d{1,3}|[a-zа-я]|[ivxl]{2,6})[.)]"
# Of a list in a list: "2.1", "1.a.3.".
LEVELS = re.compile(r"[0-9a-zа-я]{1,4}(?:\.[0-9a-zа-я]{1,4}){1,8}[.)]?", re.IGNORECASE)
LIST_MARKER = re.compile(rf"^\s*(?P<marker>[{BULLETS}]|{NUMBER})\s+", re.IGNORECASE)
LONGEST = 2_000_000
# More than any article has; the editor's form takes as long for each as its reading does.
MOST_BLOCKS = 5000
LONGEST_HEADING = 120
FIRST_HEADING = re.compile(r"<(h[23])>(?P<text>[^<]*)</\1>")
SENTENCE_ENDS = (".", "!", "?", "…", ":", ";", ",")


def parsed(html: str, language: str = "") -> Element:
    """Return the copied part of a clipboard's HTML, cleaned, as a tree; raises ``TooMuchMarkupError``.

    ``language`` is that of the quotation marks that browsers write around ``q``.
    """
    if html.count("\n") > MOST_LINES:
        raise TooMuchMarkupError
    start, end = html.find("<!--StartFragment-->"), html.find("<!--EndFragment-->")
    part = html[start + 20 : end] if 0 <= start < end else html
    # Excel marks the rows and leaves the table outside.
    if re.match(r"\s*<(?:tr|td|th|col|colgroup|tbody)\b", part, re.IGNORECASE):
        part = f"<table>{part}</table>"
    source = tree(normal_text(part.translate(SYMBOLS)))
    write_marks_of_q(source, language)
    return cleaned(source)


def cleaned(source: Element) -> Element:
    """Return what stands in an element, cleaned."""
    body = Element("body")
    _add_children(source, body, has_lines=False)
    return body


def _add_children(source: Element, target: Element, *, has_lines: bool) -> None:
    """Add what stands in an element to another one, cleaned; ``has_lines`` where it shows lines as they are written."""
    has_lines = has_lines or source.name == "pre" or bool(LINES_KEPT.search(source.style))
    for child in source.children:
        if isinstance(child, Element):
            _add_cleaned(child, target, has_lines=has_lines)
        else:
            first, *others = child.split("\n") if has_lines else [child]
            target.append(first)
            for line in others:
                target.append(Element("br"))
                target.append(line)


def _add_cleaned(tag: Element, target: Element, *, has_lines: bool) -> None:
    style = tag.style
    if tag.name in DROPPED or is_unseen(tag):
        return
    if tag.name == "img" and (emoji := _emoji(tag)):
        target.append(emoji)
        return
    if tag.name != "span" and tag.classes & NOTE_MARKS:
        if target.name == "sup":
            target.name = "span"
        note = "".join(text.strip() for text in tag.texts())
        target.append(Element(tag.name, tag.attributes, [f"[{note}]"]))
        return
    names = _names(tag, style)
    inner = Element(names[-1], tag.attributes)
    _add_children(tag, inner, has_lines=has_lines)
    if inner.name in {"span", "font"} and "br" in inner.inside:
        target.children += inner.children  # its lines stand among those around it
        target.inside |= inner.inside
        return
    for name in reversed(names[:-1]):
        outer = Element(name)
        outer.append(inner)
        inner = outer
    target.append(inner)


def _names(tag: Element, style: str) -> tuple[str, ...]:
    """Return what an element is by its name and style; the outer one first where it is two."""
    if tag.name in {"b", "strong"} and re.search(r"font-weight:(normal|400)", style):
        return ("span",)  # the wrapper of Google Docs
    if tag.name != "span":
        return (tag.name,)
    if "vertical-align:super" in style:
        return ("sup",)
    if "vertical-align:sub" in style:
        return ("sub",)
    is_italic = "font-style:italic" in style
    if re.search(r"font-weight:(bold|[6-9]00)", style):
        return ("i", "b") if is_italic else ("b",)
    return ("i",) if is_italic else ("span",)


def is_unseen(tag: Element) -> bool:
    """Tell whether readers don't see an element: it is hidden, or an editor's remark."""
    style = tag.style
    if "hidden" in tag.attributes or tag.classes & REMARK_CLASSES or any(words in style for words in UNSEEN_STYLES):
        return True
    return tag.name == "a" and tag.attributes.get("href", "").startswith("#cmnt")


def _emoji(tag: Element) -> str:
    """Return an emoji that messengers show a picture for, or ``""``; other pictures have to be uploaded."""
    alt = tag.attributes.get("alt", "")
    is_emoji = len(alt) <= 12 and not any(character.isalnum() or character == "." for character in alt)
    return alt if is_emoji else ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph as it was pasted: ``html`` is cleaned inner HTML, ``kind`` what its element said it is.

    ``kind`` is ``p``, ``h2``, ``h3``, ``blockquote`` (its ``html`` has paragraphs), ``list`` (its ``html`` stays as it
    is), ``ul`` and ``ol`` (an item of a list, with the ``marker`` that stood before it) or ``table``. If it becomes a
    heading, it gets the ``key`` by which links name it.
    """

    html: str
    text: str
    kind: str = "p"
    is_bold: bool = False
    marker: str = ""
    table: PastedTable | None = None
    key: str = ""


def paragraphs(node: Element) -> Iterator[Paragraph]:
    """Yield the paragraphs of a tree in reading order; loose inline text between blocks is a paragraph too."""
    loose: list[Element | str] = []
    for place, child in enumerate(node.children):
        if isinstance(child, Element) and (child.name in BLOCK_TAGS or not child.inside.isdisjoint(BLOCK_TAGS)):
            yield from _loose(loose)
            loose = []
            yield from _block(child)
        elif isinstance(child, Element) and child.name == "br" and (not loose or _is_doubled(node, place)):
            yield from _loose(loose)
            loose = []
        else:
            loose.append(child)
    yield from _loose(loose)


def _is_doubled(node: Element, place: int) -> bool:
    """Tell whether another line break follows the one at this place: they stand between paragraphs."""
    following = (node.children[number] for number in range(place + 1, len(node.children)))
    after = next((each for each in following if isinstance(each, Element) or each.strip()), None)
    return isinstance(after, Element) and after.name == "br"


def _block(tag: Element) -> Iterator[Paragraph]:
    if tag.name in LISTS:
        for item in list_items(tag):
            yield Paragraph(item.html, item.text, item.kind, marker=item.marker)
    elif tag.name in HEADING_LEVELS:
        html, text = inline(tag.children)
        if text:
            yield Paragraph(html, text, HEADING_LEVELS[tag.name])
    elif tag.name == "blockquote":
        yield from _quotation(tag)
    elif tag.name == "table" and (table := read_table(tag)):
        yield Paragraph("", "", "table", table=table)
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
    marker = ""
    for mark in _typed_marks(tag):
        marker = "".join(mark.texts()).strip()
        if len(marker) < 2 or _is_number(marker):
            mark.children.clear()
        else:
            mark.append(" ")
            marker = ""
    html, text = inline(tag.children)
    if not marker and (typed := LIST_MARKER.match(text)):
        marker = typed["marker"]
        html = re.sub(rf"^((?:<[bi]>)*)\s*{re.escape(escape(marker, quote=False))}\s*", r"\1", html, count=1)
        text = text[typed.end() :]
    if text.strip():
        yield Paragraph(html.strip(), text.strip(), "ol" if _is_number(marker) else "ul", marker=marker)


def _is_number(marker: str) -> bool:
    return bool(re.fullmatch(NUMBER, marker, re.IGNORECASE) or LEVELS.fullmatch(marker))


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


class TooLongError(ValueError):
    """The HTML, or that of a plain text with its signs written as entities, is longer than ``LONGEST``."""


def blocks_from_html(html: str, language: str = "") -> list[dict[str, Any]]:
    """Return raw blocks (``type``, ``value``) for a StreamField of ``PublicationBody``; an empty list for no text.

    In a known ``language`` quotations are found with who said them, and stand apart from the text. A table block with
    ``"merged": True`` repeats the texts of merged cells.

    A line "Caption. Photo: Somebody" becomes a picture without its file, with ``caption`` and ``credit``, which waits
    there for the file; the address of a video whose player we know becomes a video. The line by which another outlet
    asks its readers for mistakes is left out. Raises ``TooLongError`` and ``TooMuchMarkupError``.
    """
    if len(html) > LONGEST:
        raise TooLongError(f"More than {LONGEST:,} characters.")
    kept = (paragraph for paragraph in paragraphs(parsed(html, language)) if not asks_for_reports(paragraph.text))
    return blocks_from_paragraphs(kept, language)


def blocks_from_paragraphs(kept: Iterator[Paragraph], language: str = "") -> list[dict[str, Any]]:
    """Return raw blocks as ``blocks_from_html`` does, of the paragraphs that the caller keeps."""
    blocks = [block for group in _grouped(kept) for block in _blocks(group)]
    if len(blocks) > MOST_BLOCKS:
        raise TooMuchMarkupError
    parted = [block for made in with_quotations(list(_joined(blocks)), language) for block in made]
    if len(parted) > MOST_BLOCKS:
        raise TooMuchMarkupError
    # Once more: entities may have stood for characters that aren't permitted.
    stored: list[dict[str, Any]] = normal_data(parted)
    return stored


def blocks_from_text(text: str, language: str = "") -> list[dict[str, Any]]:
    """Return raw blocks for plain text: a paragraph for each line, or for each run of lines between empty ones."""
    lines = [" ".join(line.split()) for line in text[:LONGEST].strip().splitlines()]
    parts = [" ".join(group) for is_filled, group in groupby(lines, bool) if is_filled] if "" in lines else lines
    return blocks_from_html("".join(f"<p>{escape(part, quote=False)}</p>" for part in parts), language)


def take_headline(blocks: list[dict[str, Any]]) -> str:
    """Take a heading at the beginning out of these raw blocks and return its text; empty where there is none.

    Nothing is taken where nothing else would be left.
    """
    value = blocks[0]["value"] if blocks and blocks[0]["type"] == "paragraph" else ""
    found = FIRST_HEADING.match(value)
    if not found or (len(blocks) == 1 and found.end() == len(value)):
        return ""
    blocks[:1] = [{**blocks[0], "value": value[found.end() :]}] if found.end() < len(value) else []
    return unescape(found["text"])


def _joined(blocks: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield blocks with texts that follow upon one another as one."""
    for kind, group in groupby(blocks, key=lambda block: block["type"]):
        if kind == "paragraph":
            yield {"type": kind, "value": "".join(block["value"] for block in group)}
        else:
            yield from group


def _grouped(paragraphs: Iterator[Paragraph]) -> Iterator[list[Paragraph]]:
    """Yield paragraphs one by one, and items of lists together with their neighbours."""
    for is_list, group in groupby(paragraphs, lambda paragraph: paragraph.kind in LISTS):
        if is_list:
            yield list(group)
        else:
            yield from ([paragraph] for paragraph in group)


def _blocks(group: list[Paragraph]) -> Iterator[dict[str, Any]]:
    first = group[0]
    if first.kind in LISTS:
        yield {"type": "paragraph", "value": list_html(group)}
    elif first.kind == "list":
        yield {"type": "paragraph", "value": first.html}
    elif first.table:
        yield {"type": "table", "value": first.table.value, "merged": first.table.has_merged_cells}
    elif first.kind in {"h2", "h3"}:
        yield _heading(first, first.kind)
    elif address := video_address(first.text):
        yield {"type": "video", "value": {"url": address, "caption": ""}}
    elif credited := credited_caption(first.text):
        words = {"caption": credited.caption, "credit": credited.written}
        yield {"type": "picture", "value": {"picture": None, "alt": "", "size": "text", **words}}
    elif quotation := _quotation_in(first):
        yield {"type": "quotation", "value": quotation}
    elif first.is_bold and len(first.text) <= LONGEST_HEADING and not first.text.endswith(SENTENCE_ENDS):
        yield _heading(first, "h2")
    else:
        yield {"type": "paragraph", "value": f"<p>{first.html}</p>"}


def _heading(paragraph: Paragraph, level: str) -> dict[str, Any]:
    key = f' data-block-key="{paragraph.key}"' if paragraph.key else ""
    return {"type": "paragraph", "value": f"<{level}{key}>{escape(paragraph.text, quote=False)}</{level}>"}


def _quotation_in(paragraph: Paragraph) -> dict[str, str] | None:
    """Return the raw value of the quotation that a paragraph becomes, None where it stays in the text.

    The marks around it go: the quotation's own design shows that its words are quoted.
    """
    is_marked = paragraph.kind == "blockquote"
    html = paragraph.html if is_marked else f"<p>{paragraph.html}</p>"
    words = (paragraph.text[:1] in CLOSED_BY and unquoted(html)) or (html if is_marked else "")
    return {"text": words, "who": "", "role": "", "language": ""} if words else None
