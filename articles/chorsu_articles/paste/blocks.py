"""Typed blocks of pasted paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Any

from chorsu_articles.paste.known_lines import asks_for_reports, credited_caption
from chorsu_articles.paste.markup import parsed
from chorsu_articles.paste.paragraphs import Paragraph, paragraphs
from chorsu_editorial.markup import TooMuchMarkupError
from chorsu_locales.normal_form import normal_data

LONGEST = 2_000_000
# More than any article has; the editor's form takes as long for each as its reading does.
MOST_BLOCKS = 5000
LONGEST_HEADING = 120
QUOTE_PAIRS = (("«", "»"), ("“", "”"), ("„", "“"), ("„", "”"), ("“", "“"), ('"', '"'))
SENTENCE_ENDS = (".", "!", "?", "…", ":", ";", ",")


class TooLongError(ValueError):
    """The HTML, or that of a plain text with its signs written as entities, is longer than ``LONGEST``."""


def blocks_from_html(html: str) -> list[dict[str, Any]]:
    """Return raw blocks (``type``, ``value``) for a StreamField of ``PublicationBody``; an empty list for no text.

    A line "Caption. Photo: Somebody" becomes a picture without its file, with ``caption`` and ``credit``, which waits
    there for the file. The line by which another outlet asks its readers for mistakes is left out. Raises
    ``TooLongError`` and ``TooMuchMarkupError``.
    """
    if len(html) > LONGEST:
        raise TooLongError(f"More than {LONGEST:,} characters.")
    kept = (paragraph for paragraph in paragraphs(parsed(html)) if not asks_for_reports(paragraph.text))
    blocks = [block for group in _grouped(kept) for block in _blocks(group)]
    if len(blocks) > MOST_BLOCKS:
        raise TooMuchMarkupError
    # Once more: entities may have stood for characters that aren't permitted.
    cleaned: list[dict[str, Any]] = normal_data(blocks)
    return cleaned


def blocks_from_text(text: str) -> list[dict[str, Any]]:
    """Return raw blocks for plain text: a block for each line, or for each run of lines between empty ones."""
    lines = [" ".join(line.split()) for line in text[:LONGEST].strip().splitlines()]
    parts = [" ".join(group) for is_filled, group in groupby(lines, bool) if is_filled] if "" in lines else lines
    return blocks_from_html("".join(f"<p>{escape(part, quote=False)}</p>" for part in parts))


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
            "value": {
                "picture": None,
                "caption": credited.caption,
                "alt": "",
                "size": "text",
                "credit": credited.written,
            },
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
        if found := re.fullmatch(
            rf"(?P<tags><p>(?:<[bi]>)*){opening}(?P<words>.*){closing}(?P<end>[.!?…]?),?(?P<close>(?:</[bi]>)*</p>)",
            html,
            re.DOTALL,
        ):
            return f"{found['tags']}{found['words']}{found['end']}{found['close']}"
    return html
