"""The inner HTML of a paragraph out of an element that stands somewhere in somebody's HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape, unescape
from urllib.parse import urlsplit

from chorsu_editorial.markup import Element

HEADING_LEVELS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
BLOCK_TAGS = frozenset(
    {"p", "div", "section", "article", "main", "header", "footer", "figure", "figcaption", "center", "body", "html",
     "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "ul", "ol", "li", "blockquote", "pre", "hr",
     "address", "dl", "dt", "dd", "aside", "nav", "details", "summary", "form", "fieldset", "legend", "button",
     *HEADING_LEVELS}
)  # fmt: skip
INLINE_NAMES = {"b": "b", "strong": "b", "i": "i", "em": "i", "sup": "sup", "sub": "sub"}


def inline(nodes: Iterable[Element | str]) -> tuple[str, str]:
    """Return cleaned inner HTML and its text; what Wagtail's editor doesn't know is unwrapped, its text stays."""
    html = re.sub(r"[\s\xa0]+", " ", "".join(_parts(nodes, frozenset())))
    html = re.sub(r"<(b|i|sup|sub)>( ?)</\1>", r"\2", html)
    html = re.sub(r"</(b|i)>( ?)<\1>", r"\2", html)
    lines = html.split("<br/>")
    filled = [number for number, line in enumerate(lines) if line.strip()]
    html = "<br/>".join(lines[filled[0] : filled[-1] + 1]).strip() if filled else ""
    return html, " ".join(unescape(re.sub(r"<[^<>]*>", "", html.replace("<br/>", " "))).split())


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
            yield f" {inner} " if node.name in BLOCK_TAGS else inner


def _safe_address(tag: Element) -> str:
    """Return the address of a link that may stay: a known scheme, and no jump inside the pasted document."""
    href = tag.attributes.get("href", "").strip()
    try:
        scheme = urlsplit(href).scheme.lower()
    except ValueError:
        return ""
    return href if scheme in {"http", "https", "mailto", "tel"} else ""
