"""Extracts of a text with the words that were looked for marked, as safe HTML; the same for every engine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from chorsu_locales.text import nfc
from chorsu_search.analysis import Analyser, get_analyser
from chorsu_search.analysis.analyser import LONGEST_TOKEN, written_word_pattern

EXTRACT_LENGTH = 260
LONGEST_TEXT = 60_000  # characters of a text in which an extract is looked for
ORDER = ("lead", "body", "quotations", "captions")
_PIECE = re.compile(r"\S+")
_BEGIN = re.compile(r"(?<!\S)\S")
ENDS = ".!?…:;,؟؛،"
NAMES = ("people", "places", "topics")


class _Word(NamedTuple):
    start: int
    end: int
    found: str


def _words(text: str, tokens: frozenset[str], analyser: Analyser) -> list[_Word]:
    """Return the words of a text that have one of the tokens looked for, each with that token."""
    tokens_of, nothing = analyser.word_tokens, tokens.isdisjoint
    pieces = {piece for piece in set(text.split()) if len(piece) > LONGEST_TOKEN or not nothing(tokens_of(piece))}
    words = []
    for piece in _PIECE.finditer(text) if pieces else ():
        if piece.group() not in pieces:
            continue
        for match in written_word_pattern().finditer(text, *piece.span()):
            found = next((token for token in tokens_of(match.group()) if token in tokens), "")
            if found:
                words.append(_Word(*match.span(), found))
    return words


def _marked(text: str, words: Sequence[_Word], start: int, end: int) -> str:
    parts, position = [], start
    for word in words:
        if word.start >= start and word.end <= end:
            shown = text[word.start : word.end]
            parts += [escape(text[position : word.start]), f"<mark>{escape(shown)}</mark>"]
            position = word.end
    return "".join([*parts, escape(text[position:end])])


def highlight(text: str, tokens: frozenset[str], language: str) -> SafeString:
    """Return the whole text with the words whose tokens are looked for marked."""
    text = nfc(text)
    words = _words(text, tokens, get_analyser(language))
    return mark_safe(_marked(text, words, 0, len(text)))  # noqa: S308 - every part is escaped


def extract(texts: Mapping[str, str], tokens: frozenset[str], language: str) -> SafeString:
    """Return about 260 characters of the text that holds most of the words looked for, with those marked.

    ``texts`` are a document's. Where its running text holds none of the words, the extract is the beginning of the
    lead or the body, with the names of people, places or topics that do.
    """
    analyser = get_analyser(language)
    best: tuple[int, str, list[_Word], int] | None = None
    for name in ORDER:
        text = _in_one_line(nfc(texts.get(name, "")[:LONGEST_TEXT]))
        if text:
            words = _words(text, tokens, analyser)
            count, start = _densest(words)
            if best is None or count > best[0]:
                best = (count, text, words, start)
    names = _names(texts, tokens, analyser) if best is None or not best[0] else []
    parts = [_part(*best[1:])] if best else []
    return mark_safe(" · ".join(parts + names))  # noqa: S308 - every part is escaped


def _in_one_line(text: str) -> str:
    """Join lines by a dot in the middle, but where a sentence ends before."""
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    return "".join(f"{line}{' ' if line[-1] in ENDS else ' · '}" for line in lines).removesuffix(" · ").rstrip()


def _names(texts: Mapping[str, str], tokens: frozenset[str], analyser: Analyser) -> list[str]:
    """Return the names that hold words looked for, marked; each stands on a line of its own."""
    lines = "\n".join(texts.get(name, "") for name in NAMES).splitlines()
    found = (_marked(line, words, 0, len(line)) for line in lines if (words := _words(line, tokens, analyser)))
    return list(dict.fromkeys(found))[:3]


def _part(text: str, words: Sequence[_Word], middle: int) -> str:
    start, end = _window(text, middle)
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    return f"{before}{_marked(text, words, start, end)}{after}"


def _densest(hits: Sequence[_Word]) -> tuple[int, int]:
    """Return how many different tokens stand closest together, and where their stretch begins."""
    best, where = 0, 0
    for index, first in enumerate(hits):
        near = {word.found for word in hits[index : index + 20] if word.end - first.start <= EXTRACT_LENGTH}
        if len(near) > best:
            best, where = len(near), first.start
    return best, where


def _window(text: str, first: int) -> tuple[int, int]:
    """Return the bounds of an extract that begins a little before ``first`` and cuts no word."""
    if len(text) <= EXTRACT_LENGTH:
        return 0, len(text)
    start = max(0, min(first - EXTRACT_LENGTH // 4, len(text) - EXTRACT_LENGTH))
    end = min(len(text), start + EXTRACT_LENGTH)
    if start:
        begins = _BEGIN.search(text, start, first + 1)
        start = begins.start() if begins else first
    if end < len(text):
        shown = text[start:end]
        if not (text[end].isspace() or shown[-1].isspace()):
            shown = shown.rsplit(None, 1)[0]
        end = max(start + len(shown.rstrip()), first + 1)
    return start, end
