"""Typed blocks of pasted paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from articles.paste.credits import credited_caption
from articles.paste.markup import parsed
from articles.paste.paragraphs import Paragraph, paragraphs
from locales.text import nfc

LONGEST = 2_000_000
LONGEST_HEADING = 120
QUOTE_PAIRS = (("«", "»"), ("“", "”"), ("„", "“"), ("„", "”"), ("“", "“"), ('"', '"'))
SENTENCE_ENDS = (".", "!", "?", "…", ":", ";", ",")


def blocks_from_html(html: str) -> list[dict[str, Any]]:
    """Return raw blocks (``type``, ``value``) for a StreamField of ``PublicationBody``; an empty list for no text.

    A line "Caption. Photo: Somebody" becomes a picture without its file, with ``caption`` and, for the editor to hand
    on to the library, ``credit``. Raises ``ValueError`` for more than two million characters.
    """
    if len(html) > LONGEST:
        raise ValueError(f"More than {LONGEST:,} characters.")
    return [block for group in _grouped(paragraphs(parsed(html))) for block in _blocks(group)]


def blocks_from_text(text: str) -> list[dict[str, Any]]:
    """Return raw blocks for plain text: a block for each line, or for each run of lines between empty ones."""
    text = nfc(text.replace("\r\n", "\n"))
    separator = r"\n\s*\n" if re.search(r"\n\s*\n", text) else r"\n"
    parts = (" ".join(part.split()) for part in re.split(separator, text[:LONGEST]))
    return blocks_from_html("".join(f"<p>{escape(part, quote=False)}</p>" for part in parts if part))


def _grouped(paragraphs: Iterator[Paragraph]) -> Iterator[list[Paragraph]]:
    """Yield paragraphs one by one, and Word's list items together with their neighbours of the same kind."""
    group: list[Paragraph] = []
    for paragraph in paragraphs:
        if group and paragraph.kind == group[0].kind and paragraph.kind in {"ul", "ol"}:
            group.append(paragraph)
            continue
        if group:
            yield group
        group = [paragraph]
    if group:
        yield group


def _blocks(group: list[Paragraph]) -> Iterator[dict[str, Any]]:
    first = group[0]
    if first.kind in {"ul", "ol"}:
        items = "".join(f"<li>{item.html}</li>" for item in group)
        yield {"type": "paragraph", "value": f"<{first.kind}>{items}</{first.kind}>"}
    elif first.kind == "list":
        yield {"type": "paragraph", "value": first.html}
    elif first.kind == "table":
        yield {"type": "table", "value": first.table}
    elif first.kind in {"h2", "h3"}:
        yield {"type": "heading", "value": {"text": first.text, "level": first.kind}}
    elif credited := credited_caption(first.text):
        yield {
            "type": "picture",
            "value": {"picture": None, "caption": credited.caption, "alt": "", "size": "text"},
            "credit": credited.credit,
        }
    elif first.kind == "blockquote" or _is_quoted(first.text):
        html = first.html if first.kind == "blockquote" else f"<p>{first.html}</p>"
        yield {"type": "quotation", "value": {"text": _unquoted(html), "who": "", "role": "", "language": ""}}
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
        pattern = (
            rf"(?P<tags><p>(?:<[bi]>)*){opening}(?P<words>.*){closing}(?P<end>[.!?…]?),?(?P<close>(?:</[bi]>)*</p>)"
        )
        if found := re.fullmatch(pattern, html, re.DOTALL):
            return f"{found['tags']}{found['words']}{found['end']}{found['close']}"
    return html
