"""A clipboard's HTML as the blocks of a body: journalists paste a whole report at once.

What Word and Google Docs put on the clipboard looks like a page but says little about structure: Word's lists are
paragraphs with a bullet typed before them (``mso-list``), its headings may be bold paragraphs; Google Docs wraps
everything in a bold element that isn't bold, and styles spans instead of naming elements. Here each paragraph becomes a
block of its own, typed by what it is; nothing that a reader could read is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PreformattedString

from locales.normal_form import nfc_markup
from locales.text import nfc

LONGEST = 2_000_000
LONGEST_HEADING = 120
LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
DROPPED = ["script", "style", "meta", "link", "title", "xml", "head", "template", "noscript"]
HEADING_LEVELS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
WHOLE = {**HEADING_LEVELS, "blockquote": "blockquote", "tr": "p"}
BLOCK_TAGS = frozenset(
    {"p", "div", "section", "article", "main", "header", "footer", "figure", "figcaption", "center", "body", "html",
     "table", "tbody", "thead", "tr", "td", "th", "ul", "ol", "li", "blockquote", "pre", "hr", "address", "dl", "dt",
     "dd", *HEADING_LEVELS}
)  # fmt: skip
INLINE_NAMES = {"b": "b", "strong": "b", "i": "i", "em": "i", "sup": "sup", "sub": "sub"}
QUOTE_PAIRS = (("«", "»"), ("“", "”"), ("„", "“"), ("„", "”"), ("“", "“"), ('"', '"'))
SENTENCE_ENDS = (".", "!", "?", "…", ":", ";", ",")
# "Photo" in the languages of the table, as bylines under pictures write it.
CREDIT = re.compile(
    r"^(?P<caption>.*?)[\s.,;(\[]*\b(?:Photos?|Фото|Акс|Аксҳо|Сурет|Сүрөт|Сурат|Surat|Foto|عکس)\s*[:：]\s*"
    r"(?P<credit>[^\n]{1,200}?)[\s)\]]*$",
    re.IGNORECASE | re.DOTALL,
)
BULLETS = "\u2022\u00b7\uf0b7\u25aa\u25cf\u2013\u2014\\-o§"
LIST_MARKER = re.compile(rf"^\s*(?P<marker>[{BULLETS}]|(?:\d{{1,3}}|[a-zа-я])[.)])\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Credited:
    """A line under a picture: its caption, and who made the picture."""

    caption: str
    credit: str


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """One paragraph as it was pasted: ``html`` is cleaned inner HTML, ``kind`` what its element said it is."""

    html: str
    text: str
    kind: str = "p"
    is_bold: bool = False


def blocks_from_html(html: str) -> list[dict[str, Any]]:
    """Return raw blocks (``type``, ``value``) for a StreamField of ``PublicationBody``; an empty list for no text.

    A line "Caption. Photo: Somebody" becomes a picture without its file, with ``caption`` and, for the editor to hand
    on to the library, ``credit``. Raises ``ValueError`` for more than two million characters.
    """
    if len(html) > LONGEST:
        raise ValueError(f"More than {LONGEST:,} characters.")
    soup = BeautifulSoup(nfc_markup(_fragment(html)), "html.parser")
    _clean(soup)
    return [block for group in _grouped(_paragraphs(soup)) for block in _blocks(group)]


def blocks_from_text(text: str) -> list[dict[str, Any]]:
    """Return raw blocks for plain text: a block for each line, or for each run of lines between empty ones."""
    text = nfc(text.replace("\r\n", "\n"))
    separator = r"\n\s*\n" if re.search(r"\n\s*\n", text) else r"\n"
    parts = (" ".join(part.split()) for part in re.split(separator, text[:LONGEST]))
    return blocks_from_html("".join(f"<p>{escape(part, quote=False)}</p>" for part in parts if part))


def credited_caption(text: str) -> Credited | None:
    """Return caption and credit of a line such as "Caption. Photo: Somebody", or None where it is no such line."""
    line = " ".join(text.split()).strip("*_ ")
    found = CREDIT.match(line)
    if not found or len(line) > 600:
        return None
    caption = found["caption"].strip(" .,;([") if found["caption"].strip() else ""
    return Credited(
        f"{caption}." if caption and not caption.endswith(("!", "?", "…", "»", "”")) else caption,
        found["credit"].strip(" .*_"),
    )


def _fragment(html: str) -> str:
    """Return what Windows' clipboard marks as the copied part, or everything."""
    start, end = html.find("<!--StartFragment-->"), html.find("<!--EndFragment-->")
    return html[start + 20 : end] if 0 <= start < end else html


def _clean(soup: BeautifulSoup) -> None:
    """Drop what isn't text, and name what Google Docs and Word only style."""
    # Comments, and Word's conditional ones: the bullet of a list that one of them stands around is text and stays.
    for mark in soup.find_all(string=lambda found: isinstance(found, PreformattedString)):
        mark.extract()
    for tag in soup.find_all(DROPPED):
        tag.decompose()
    for tag in soup.find_all(True):
        style = str(tag.get("style", "")).replace(" ", "").lower()
        if "display:none" in style or "mso-hide:all" in style:
            tag.decompose()
        elif tag.name in {"b", "strong"} and ("font-weight:normal" in style or "font-weight:400" in style):
            tag.name = "span"  # the wrapper of Google Docs
        elif tag.name == "span":
            _name_span(tag, style)


def _name_span(tag: Tag, style: str) -> None:
    if "vertical-align:super" in style:
        tag.name = "sup"
    elif "vertical-align:sub" in style:
        tag.name = "sub"
    elif re.search(r"font-weight:(bold|[6-9]00)", style):
        tag.name = "b"
        if "font-style:italic" in style:
            tag.wrap(BeautifulSoup("", "html.parser").new_tag("i"))
    elif "font-style:italic" in style:
        tag.name = "i"


def _paragraphs(node: Tag) -> Iterator[_Paragraph]:
    """Yield the paragraphs below a node in reading order; loose inline text between blocks is a paragraph too."""
    loose: list[Any] = []
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


def _is_break(loose: list[Any], tag: Tag) -> bool:
    """Tell whether a line break stands between paragraphs: where two follow each other."""
    return not loose or (isinstance(tag.next_sibling, Tag) and tag.next_sibling.name == "br")


def _block(tag: Tag) -> Iterator[_Paragraph]:
    if tag.name in {"ul", "ol"}:
        yield from _list(tag)
    elif tag.name in WHOLE:
        yield from _whole(tag)
    elif tag.name == "p" and _is_word_list_item(tag):
        yield from _word_list_item(tag)
    elif tag.find(list(BLOCK_TAGS)) or (tag.find("br") and tag.name != "p"):
        yield from _paragraphs(tag)
    else:
        yield from _loose(list(tag.children), heading=_word_heading(tag))


def _whole(tag: Tag) -> Iterator[_Paragraph]:
    """Yield an element as one paragraph, whatever stands inside it."""
    html, text = _inline(tag.children)
    if text:
        yield _Paragraph(html, text, WHOLE[tag.name])


def _list(tag: Tag) -> Iterator[_Paragraph]:
    items = [item for item in _list_items(tag) if item]
    if items:
        html = "".join(f"<li>{item}</li>" for item in items)
        yield _Paragraph(f"<{tag.name}>{html}</{tag.name}>", tag.get_text(" ", strip=True), "list")


def _list_items(tag: Tag) -> Iterator[str]:
    """Yield the inner HTML of a list's items; lists inside it are flattened, text outside of items is one too."""
    loose: list[Any] = []
    for child in tag.children:
        if isinstance(child, Tag) and (child.name in {"ul", "ol", "li"} or child.find(["ul", "ol", "li"])):
            yield _inline(loose)[0]
            loose = []
            yield from _list_items(child)
        else:
            loose.append(child)
    yield _inline(loose)[0]


def _word_heading(tag: Tag) -> str:
    """Return the level that Word gives a paragraph which isn't a heading element, or an empty text."""
    found = re.search(r"mso-outline-level:\s*(\d)", str(tag.get("style", "")))
    names = " ".join(tag.get("class") or [])
    number = int(found[1]) if found else 1 if re.search(r"MsoTitle|Heading1|Titre1", names) else 0
    return HEADING_LEVELS[f"h{min(number, 6)}"] if number else ""


def _is_word_list_item(tag: Tag) -> bool:
    names = " ".join(tag.get("class") or [])
    return "mso-list:" in str(tag.get("style", "")).replace(" ", "") or "MsoListParagraph" in names


def _word_list_item(tag: Tag) -> Iterator[_Paragraph]:
    for marker in tag.find_all("span", style=re.compile("mso-list: ?Ignore", re.IGNORECASE)):
        text = marker.get_text()
        marker.replace_with(NavigableString(f"{text.strip()} "))
    html, text = _inline(tag.children)
    found = LIST_MARKER.match(text)
    ordered = bool(found and re.match(r"[\da-zа-я]+[.)]", found["marker"], re.IGNORECASE))
    if found:
        html = re.sub(rf"^((?:<[bi]>)*)\s*{re.escape(escape(found['marker'], quote=False))}\s*", r"\1", html, count=1)
        text = text[found.end() :]
    if text.strip():
        yield _Paragraph(html.strip(), text.strip(), "ol" if ordered else "ul")


def _loose(nodes: list[Any], heading: str = "") -> Iterator[_Paragraph]:
    html, text = _inline(nodes)
    if not text:
        return
    is_bold = bool(re.fullmatch(r"(?:<b>[^<]*(?:</?(?:i|sup|sub|br)/?>[^<]*)*</b>\s*)+", html))
    yield _Paragraph(html, text, heading or "p", is_bold)


def _inline(nodes: Any) -> tuple[str, str]:
    """Return cleaned inner HTML and its text; what Wagtail's editor doesn't know is unwrapped, its text stays."""
    html = "".join(_inline_parts(nodes))
    html = re.sub(r"[\s\xa0]+", " ", html)
    html = re.sub(r"<(b|i|sup|sub)>(\s*)</\1>", r"\2", html)
    html = re.sub(r"</(b|i)>(\s*)<\1>", r"\2", html).strip()
    html = re.sub(r"^(?:\s*<br/>\s*)+|(?:\s*<br/>\s*)+$", "", html).strip()
    text = " ".join(BeautifulSoup(html.replace("<br/>", " "), "html.parser").get_text().split())
    return html, text


def _inline_parts(nodes: Any) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, NavigableString):
            yield escape(str(node), quote=False)
        elif isinstance(node, Tag):
            inner = "".join(_inline_parts(node.children))
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


def _grouped(paragraphs: Iterator[_Paragraph]) -> Iterator[list[_Paragraph]]:
    """Yield paragraphs one by one, and Word's list items together with their neighbours of the same kind."""
    group: list[_Paragraph] = []
    for paragraph in paragraphs:
        if group and paragraph.kind == group[0].kind and paragraph.kind in {"ul", "ol"}:
            group.append(paragraph)
            continue
        if group:
            yield group
        group = [paragraph]
    if group:
        yield group


def _blocks(group: list[_Paragraph]) -> Iterator[dict[str, Any]]:
    first = group[0]
    if first.kind in {"ul", "ol"}:
        items = "".join(f"<li>{item.html}</li>" for item in group)
        yield {"type": "paragraph", "value": f"<{first.kind}>{items}</{first.kind}>"}
    elif first.kind == "list":
        yield {"type": "paragraph", "value": first.html}
    elif first.kind in {"h2", "h3"}:
        yield {"type": "heading", "value": {"text": first.text, "level": first.kind}}
    elif credited := credited_caption(first.text):
        yield {
            "type": "picture",
            "value": {"picture": None, "caption": credited.caption, "alt": "", "size": "text"},
            "credit": credited.credit,
        }
    elif first.kind == "blockquote" or _is_quoted(first.text):
        words = f"<p>{_unquoted(first.html)}</p>"
        yield {"type": "quotation", "value": {"text": words, "who": "", "role": "", "language": ""}}
    elif first.is_bold and len(first.text) <= LONGEST_HEADING and not first.text.endswith(SENTENCE_ENDS):
        yield {"type": "heading", "value": {"text": first.text, "level": "h2"}}
    else:
        yield {"type": "paragraph", "value": f"<p>{first.html}</p>"}


def _is_quoted(text: str) -> bool:
    """Tell whether the whole paragraph is one quotation: its first mark closes at its very end."""
    for opening, closing in QUOTE_PAIRS:
        body = text.rstrip(" .,!?…")
        if body.startswith(opening) and body.endswith(closing) and len(body) > 2:
            inner = body[len(opening) : -len(closing)]
            if opening == closing:
                return opening not in inner
            return inner.count(opening) == inner.count(closing) and closing not in inner.split(opening)[0]
    return False


def _unquoted(html: str) -> str:
    """Return the words without the marks around them: the quotation's own design shows that they are quoted."""
    for opening, closing in QUOTE_PAIRS:
        pattern = rf"(?P<tags>(?:<[bi]>)*){opening}(?P<words>.*){closing}(?P<end>[.,!?…]?)(?P<close>(?:</[bi]>)*)"
        found = re.fullmatch(pattern, html, re.DOTALL)
        if found:
            return f"{found['tags']}{found['words']}{found['end'] if found['end'] != ',' else ''}{found['close']}"
    return html
