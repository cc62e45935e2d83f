"""Rules for text: its normal form, addresses made of it, digits."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from hashlib import blake2s
from itertools import groupby
from pathlib import Path

from django.utils.text import slugify as django_slugify

from chorsu_locales.selectors import get_language_row
from chorsu_locales.table.letters import GENERAL
from chorsu_locales.table.model import Language, Transliteration

SLUG_LENGTH = 80
# A shorter word with an ending is more often another word.
SHORTEST_STEM = 3
_WORD = re.compile(r"[^\W\d_]+")
_SEPARATORS = re.compile(r"[^a-z0-9]+")
# Marks are neither letters nor spaces; no language writes so many behind one letter.
_MANY_MARKS = re.compile(r"[^\w\s]{31,}")


def nfc(text: str) -> str:
    """Return the text in Unicode's normal form C: the same characters to a reader, in one encoding.

    Letters, case, spaces and punctuation stay as they were written.
    """
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _MANY_MARKS.sub(_in_order, text))


def _in_order(found: re.Match[str]) -> str:
    """Return characters decomposed, and the marks among them in canonical order (the Unicode Standard, D109).

    ``unicodedata`` orders marks by insertion: 160,000 behind one letter take it a minute.
    """
    marks = found[0].translate({ord(mark): unicodedata.normalize("NFD", mark) for mark in set(found[0])})
    parts: list[str] = []
    for is_mark, group in groupby(marks, lambda character: unicodedata.combining(character) > 0):
        characters = list(group)
        parts += sorted(characters, key=unicodedata.combining) if is_mark else characters
    return "".join(parts)


def to_latin(text: str, code: str) -> str:
    """Return lower-case Latin text by the language's own transliteration, then by general rules; no diacritics."""
    text = nfc(text.lower())
    row = get_language_row(code)
    rules = row.transliteration
    if rules is not None:
        if rules.words is not None:
            text = _WORD.sub(lambda word: _latin_word(word, row, rules), text)
        for pattern, replacement in rules.rules:
            text = pattern.sub(replacement, text)
        text = "".join([rules.letters.get(character, character) for character in text])
    # Each by itself: the order of marks, which take time together, doesn't matter here.
    return "".join(map(_plain, text))


def _latin_word(word: re.Match[str], row: Language, rules: Transliteration) -> str:
    """Return a word in Latin if the language's file has it, also with an ending behind; else as it was."""
    words, text = _latin_words(row.code, rules.words), _folded(word[0], row.code)
    if text in words:
        return words[text]
    for ending, latin in rules.endings.items():
        stem = text.removesuffix(ending)
        if SHORTEST_STEM <= len(stem) < len(text) and stem in words:
            return words[stem] + latin
    return word[0]


@cache
def _latin_words(code: str, file: Path | None) -> dict[str, str]:
    lines = file.read_text(encoding="utf-8").splitlines() if file else []
    pairs = [line.split() for line in lines if not line.startswith("#")]
    return {_folded(word, code): latin for pair in pairs for word, latin in zip(pair[::2], pair[1::2], strict=True)}


def _folded(word: str, code: str) -> str:
    folds = get_language_row(code).analysis.folds
    return "".join(folds.get(letter, letter) for letter in word)


@lru_cache(maxsize=5_000)
def _plain(character: str) -> str:
    """Return a character by the general rules, decomposed, without marks, and with the digits 0 to 9."""
    decomposed = "".join(unicodedata.normalize("NFKD", each) for each in GENERAL.get(character, character))
    return "".join(str(unicodedata.decimal(each, each)) for each in decomposed if not unicodedata.combining(each))


def slugify(text: str, code: str, max_length: int = SLUG_LENGTH) -> str:
    """Return a Latin slug (a-z, 0-9, hyphens) of 1 to ``max_length`` characters, for any text in any language.

    Long text is cut between words, and only a first word that is too long by itself inside. Text without anything that
    could stand in an address (an emoji, Chinese) gives "page-" and a digest of it: the same text gives the same slug.
    """
    if max_length < 1:
        raise ValueError(f"A slug of at most {max_length} characters can't exist.")
    slug = _SEPARATORS.sub("-", django_slugify(to_latin(text, code)).lower()).strip("-")
    if not slug:
        slug = f"page-{blake2s(nfc(text).encode('utf-8', 'surrogatepass'), digest_size=4).hexdigest()}"
    if len(slug) <= max_length:
        return slug
    cut = slug[:max_length]
    between_words = cut.rfind("-") if slug[max_length] != "-" else max_length
    if between_words > 0:
        cut = cut[:between_words]
    return cut.strip("-")


def local_digits(text: str, code: str) -> str:
    """Return the text with 0-9 written in the language's own digits (Persian), where it has such."""
    dates = get_language_row(code).dates
    return text.translate(str.maketrans("0123456789", dates.digits)) if dates and dates.digits else text
