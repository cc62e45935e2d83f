"""Clean the HTML of a clipboard: what isn't text goes, what is only styled gets a name, what stays is safe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape, unescape
from urllib.parse import urlsplit

from chorsu_editorial.markup import Element, TooMuchMarkupError, tree
from chorsu_locales.normal_form import normal_text

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
LINE_TAGS = frozenset({"span", "font"})
INLINE_NAMES = {"b": "b", "strong": "b", "i": "i", "em": "i", "sup": "sup", "sub": "sub"}
# Remarks of editors, as Word and Google Docs mark them: the mark in the text, and their list at the end.
REMARK_CLASSES = frozenset({"MsoCommentReference", "msocomanchor", "MsoCommentText", "msocomoff"})
REMARK_STYLES = ("mso-element:comment-list", "mso-special-character:comment")
UNSEEN_STYLES = ("display:none", "visibility:hidden", "mso-hide:all")
LINES_KEPT = re.compile(r"white-space(-collapse)?:(pre|break)")
# LibreOffice writes a note's number alone; Word and Google Docs put it into brackets.
NOTE_MARKS = frozenset({"sdfootnoteanc", "sdfootnotesym", "sdendnoteanc", "sdendnotesym"})
LONGEST_EMOJI = 12
# Each may become a line break.
MOST_LINES = 40_000
# Bullets of Symbol and Wingdings, which Word writes for private use.
SYMBOLS = str.maketrans(dict.fromkeys("\uf0b7\uf0a7\uf0d8\uf0fc", "\u2022"))


def parsed(html: str) -> Element:
    """Return the copied part of a clipboard's HTML, cleaned, as a tree; raises ``TooMuchMarkupError``."""
    if html.count("\n") > MOST_LINES:
        raise TooMuchMarkupError
    body = Element("body")
    _add_children(tree(normal_text(_fragment(html).translate(SYMBOLS))), body, has_lines=False)
    return body


def inline(nodes: Iterable[Element | str]) -> tuple[str, str]:
    """Return cleaned inner HTML and its text; what Wagtail's editor doesn't know is unwrapped, its text stays."""
    html = re.sub(r"[\s\xa0]+", " ", "".join(_parts(nodes, frozenset())))
    html = re.sub(r"<(b|i|sup|sub)>( ?)</\1>", r"\2", html)
    html = re.sub(r"</(b|i)>( ?)<\1>", r"\2", html)
    lines = html.split("<br/>")
    filled = [number for number, line in enumerate(lines) if line.strip()]
    html = "<br/>".join(lines[filled[0] : filled[-1] + 1]).strip() if filled else ""
    return html, text_of(html)


def text_of(html: str) -> str:
    """Return the text of cleaned HTML, in one line."""
    return " ".join(unescape(re.sub(r"<[^<>]*>", "", html.replace("<br/>", " "))).split())


def _fragment(html: str) -> str:
    """Return what Windows' clipboard marks as the copied part, or everything."""
    start, end = html.find("<!--StartFragment-->"), html.find("<!--EndFragment-->")
    part = html[start + 20 : end] if 0 <= start < end else html
    # Excel marks the rows and leaves the table outside.
    return f"<table>{part}</table>" if re.match(r"\s*<(?:tr|td|th|col|colgroup|tbody)\b", part, re.IGNORECASE) else part


def _add_children(source: Element, target: Element, *, has_lines: bool) -> None:
    """Add what stands in an element to another one, cleaned; ``has_lines`` where it shows lines as they are written."""
    has_lines = has_lines or source.name == "pre" or bool(LINES_KEPT.search(source.style))
    for child in source.children:
        if isinstance(child, Element):
            _add_cleaned(child, target, has_lines=has_lines)
        else:
            first, *others = child.strip("\n").split("\n") if has_lines else [child]
            target.append(first)
            for line in others:
                target.append(Element("br"))
                target.append(line)


def _add_cleaned(tag: Element, target: Element, *, has_lines: bool) -> None:
    style = tag.style
    if tag.name in DROPPED or _is_hidden(tag, style) or _is_remark(tag, style):
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
    if inner.name in LINE_TAGS and "br" in inner.inside:
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


def _is_hidden(tag: Element, style: str) -> bool:
    return "hidden" in tag.attributes or any(words in style for words in UNSEEN_STYLES)


def _is_remark(tag: Element, style: str) -> bool:
    if tag.classes & REMARK_CLASSES or any(mark in style for mark in REMARK_STYLES):
        return True
    return tag.name == "a" and tag.attributes.get("href", "").startswith("#cmnt")


def _emoji(tag: Element) -> str:
    """Return an emoji that messengers show a picture for, or ``""``; other pictures have to be uploaded."""
    alt = tag.attributes.get("alt", "")
    is_emoji = len(alt) <= LONGEST_EMOJI and not any(character.isalnum() or character == "." for character in alt)
    return alt if is_emoji else ""


def _parts(nodes: Iterable[Element | str], within: frozenset[str]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, str):
            yield escape(node, quote=False)
            continue
        name = INLINE_NAMES.get(node.name, "")
        inner = "".join(_parts(node.children, within | {name}))
        if node.name == "br":
            yield "<br/>"
        elif node.name == "a" and (href := _safe_address(node)) and inner.strip():
            yield f'<a href="{escape(href)}">{inner}</a>'
        elif name and name not in within and inner.strip():
            yield f"<{name}>{inner}</{name}>"
        else:
            yield f"{inner} " if node.name in BLOCK_TAGS else inner


def _safe_address(tag: Element) -> str:
    """Return the address of a link that may stay: a known scheme, and no jump inside the pasted document."""
    href = tag.attributes.get("href", "").strip()
    try:
        scheme = urlsplit(href).scheme.lower()
    except ValueError:
        return ""
    return href if scheme in LINK_SCHEMES else ""
