"""Clean the HTML of a clipboard: what isn't text goes, what is only styled gets a name, what stays is safe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape, unescape
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PageElement, PreformattedString

from locales.normal_form import nfc_markup

LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# What isn't shown, or stands for something that isn't: text that a writer deleted with changes tracked, and what a
# browser shows only where it can't show a film.
DROPPED = frozenset(
    {"script", "style", "meta", "link", "title", "xml", "head", "template", "noscript", "del", "svg", "iframe", "video",
     "audio", "canvas", "select", "datalist"}
)  # fmt: skip
HEADING_LEVELS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
BLOCK_TAGS = frozenset(
    {"p", "div", "section", "article", "main", "header", "footer", "figure", "figcaption", "center", "body", "html",
     "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "ul", "ol", "li", "blockquote", "pre", "hr",
     "address", "dl", "dt", "dd", "aside", "nav", "details", "summary", "form", "fieldset", "legend", "button",
     *HEADING_LEVELS}
)  # fmt: skip
INLINE_NAMES = {"b": "b", "strong": "b", "i": "i", "em": "i", "sup": "sup", "sub": "sub"}
# Remarks of editors, as Word and Google Docs mark them: the mark in the text, and their list at the end.
REMARK_CLASSES = frozenset({"MsoCommentReference", "msocomanchor", "MsoCommentText", "msocomoff"})
REMARK_STYLES = ("mso-element:comment-list", "mso-special-character:comment")
# LibreOffice writes a note's number alone; Word and Google Docs put it into brackets.
NOTE_MARKS = frozenset({"sdfootnoteanc", "sdfootnotesym", "sdendnoteanc", "sdendnotesym"})
LONGEST_EMOJI = 12


def parsed(html: str) -> BeautifulSoup:
    """Return the copied part of a clipboard's HTML, cleaned, as a tree."""
    # The element around it says that this is markup, which a text like "https://…" or "a.html" doesn't show.
    soup = BeautifulSoup(f"<body>{nfc_markup(_fragment(html))}</body>", "html.parser")
    # Comments, and Word's conditional ones: the bullet of a list that one of them stands around is text and stays.
    for mark in soup.find_all(string=lambda found: isinstance(found, PreformattedString)):
        mark.extract()
    for tag in soup.find_all(True):
        if tag.parent is not None:  # it stood in one that is gone
            _clean(tag, soup)
    return soup


def inline(nodes: Iterable[PageElement]) -> tuple[str, str]:
    """Return cleaned inner HTML and its text; what Wagtail's editor doesn't know is unwrapped, its text stays."""
    html = "".join(_parts(nodes))
    html = re.sub(r"[\s\xa0]+", " ", html)
    html = re.sub(r"<(b|i|sup|sub)>(\s*)</\1>", r"\2", html)
    html = re.sub(r"</(b|i)>(\s*)<\1>", r"\2", html)
    html = re.sub(r"<(sup|sub)>\s*<\1>(.*?)</\1>\s*</\1>", r"<\1>\2</\1>", html).strip()
    html = re.sub(r"^(?:\s*<br/>\s*)+|(?:\s*<br/>\s*)+$", "", html).strip()
    return html, text_of(html)


def text_of(html: str) -> str:
    """Return the text of cleaned HTML, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html.replace("<br/>", " "))).split())


def style_of(tag: Tag) -> str:
    """Return an element's own style, without spaces and capital letters."""
    return re.sub(r"\s", "", str(tag.get("style", ""))).lower()


def classes_of(tag: Tag) -> set[str]:
    """Return an element's classes."""
    return set(tag.get_attribute_list("class")) - {None}


def _fragment(html: str) -> str:
    """Return what Windows' clipboard marks as the copied part, or everything."""
    start, end = html.find("<!--StartFragment-->"), html.find("<!--EndFragment-->")
    part = html[start + 20 : end] if 0 <= start < end else html
    # Excel marks the rows and leaves the table outside.
    return f"<table>{part}</table>" if re.match(r"\s*<(?:tr|td|th|col|colgroup|tbody)\b", part, re.IGNORECASE) else part


def _clean(tag: Tag, soup: BeautifulSoup) -> None:
    style = style_of(tag)
    if tag.name in DROPPED or _is_hidden(tag, style) or _is_remark(tag, style):
        tag.decompose()
        return
    if tag.name == "img":
        _show_emoji(tag)
    elif tag.name in {"b", "strong"} and re.search(r"font-weight:(normal|400)", style):
        tag.name = "span"  # the wrapper of Google Docs
    elif tag.name == "span":
        _name_span(tag, style, soup)
    elif classes_of(tag) & NOTE_MARKS:
        tag.string = f"[{tag.get_text(strip=True)}]"
        if tag.parent and tag.parent.name == "sup":
            tag.parent.unwrap()
    if tag.name == "pre" or re.search(r"white-space(-collapse)?:(pre|break)", style):
        _break_lines(tag, soup)
    if tag.name in {"span", "font"} and tag.find("br"):
        tag.unwrap()  # its lines stand among those around it


def _is_hidden(tag: Tag, style: str) -> bool:
    return tag.has_attr("hidden") or "display:none" in style or "visibility:hidden" in style or "mso-hide:all" in style


def _is_remark(tag: Tag, style: str) -> bool:
    if classes_of(tag) & REMARK_CLASSES or any(mark in style for mark in REMARK_STYLES):
        return True
    return tag.name == "a" and str(tag.get("href", "")).startswith("#cmnt")


def _show_emoji(tag: Tag) -> None:
    """Put an emoji in the place of the picture that messengers show for it; other pictures have to be uploaded."""
    alt = str(tag.get("alt", ""))
    if alt and len(alt) <= LONGEST_EMOJI and not any(character.isalnum() or character == "." for character in alt):
        tag.replace_with(NavigableString(alt))


def _name_span(tag: Tag, style: str, soup: BeautifulSoup) -> None:
    if "vertical-align:super" in style:
        tag.name = "sup"
    elif "vertical-align:sub" in style:
        tag.name = "sub"
    elif re.search(r"font-weight:(bold|[6-9]00)", style):
        tag.name = "b"
        if "font-style:italic" in style:
            tag.wrap(soup.new_tag("i"))
    elif "font-style:italic" in style:
        tag.name = "i"


def _break_lines(tag: Tag, soup: BeautifulSoup) -> None:
    """Write the lines of preformatted text, which messengers copy so, as lines."""
    for text in tag.find_all(string=True):
        first, *others = str(text).strip("\n").split("\n")
        if not others:
            continue
        nodes: list[Any] = [NavigableString(first)]
        for line in others:
            nodes += [soup.new_tag("br"), NavigableString(line)]
        text.replace_with(*nodes)


def _parts(nodes: Iterable[PageElement]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, NavigableString):
            yield escape(str(node), quote=False)
        elif isinstance(node, Tag):
            inner = "".join(_parts(node.children))
            name = INLINE_NAMES.get(node.name)
            if node.name == "br":
                yield "<br/>"
            elif node.name == "a" and (href := _safe_address(node)) and inner.strip():
                yield f'<a href="{escape(href)}">{inner}</a>'
            elif name and inner.strip():
                yield f"<{name}>{inner}</{name}>"
            else:
                yield f"{inner} " if node.name in BLOCK_TAGS else inner


def _safe_address(tag: Tag) -> str:
    """Return the address of a link that may stay: a known scheme, and no jump inside the pasted document."""
    href = str(tag.get("href", "")).strip()
    try:
        scheme = urlsplit(href).scheme.lower()
    except ValueError:
        return ""
    return href if scheme in LINK_SCHEMES else ""
