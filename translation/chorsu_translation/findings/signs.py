"""What the language's row tells of a translation: letters of another alphabet, quotation marks, length."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chorsu_editorial.stated_facts import in_marks
from chorsu_locales.selectors import get_language_row, is_known
from chorsu_locales.table.model import Quotes
from chorsu_translation.findings.alignment import Alignment
from chorsu_translation.findings.registry import Found, register_check

_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "ARMENIAN", "GEORGIAN"})
SHORTEST = 50  # characters of the source: a heading of three words may well become six
LEAST, MOST = 0.55, 1.6
SPEECH = 5  # words
MARKS = '«»“”„‟"‹›「」『』'


@register_check("alphabet", gettext_lazy("Letters of another alphabet"))
def check_alphabet(pages: Alignment) -> Found:
    """Find units with a word that has letters of two scripts."""
    wrong = set(get_language_row(pages.target_code).wrong_letters)
    for pair in pages.units:
        if pair.target is None:
            continue
        mixed = [word for word in _WORD.findall(pair.target.text) if _is_mixed(word) or not wrong.isdisjoint(word)]
        if mixed:
            words = ", ".join(dict.fromkeys(mixed[:5]))
            yield pair, _("Letters of two alphabets in one word: %(words)s") % {"words": words}


def _is_mixed(word: str) -> bool:
    return len({script for letter in word if (script := _script(letter))}) > 1


@cache
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "").partition(" ")[0]
    return name if name in _SCRIPTS else ""


@register_check("length", gettext_lazy("Length"))
def check_length(pages: Alignment) -> Found:
    """Find units that are much shorter or longer than the languages account for."""
    for pair in pages.pairs:
        if pair.source is None or pair.target is None or len(pair.source.text) < SHORTEST:
            continue
        expected = [get_language_row(side.language).relative_length for side in (pair.source, pair.target)]
        ratio = len(pair.target.text) / len(pair.source.text) * expected[0] / expected[1]
        if ratio < LEAST:
            yield pair, _("Much shorter than the source.")
        elif ratio > MOST:
            yield pair, _("Much longer than the source.")


@register_check("quotation_marks", gettext_lazy("Quotation marks"))
def check_quotation_marks(pages: Alignment) -> Found:
    """Find units with other marks than those of the language, and with an outer mark that isn't closed."""
    if not is_known(pages.target_code):
        return
    quotes = get_language_row(pages.target_code).quotes
    pattern = f"{quotes.opening}…{quotes.closing}"
    for pair in pages.units:
        if pair.target is None or pair.target.language != pages.target_code:
            continue
        text = pair.target.text
        strange = _strange(text, quotes)
        if strange:
            marks = {"found": " ".join(sorted(strange)), "right": pattern}
            yield pair, _("%(found)s are not the quotation marks of this language: %(right)s") % marks
        elif quotes.opening != quotes.closing and text.count(quotes.opening) != text.count(quotes.closing):
            yield pair, _("A quotation is opened and not closed, or closed and not opened.")
        elif pair.source and not set(text) & set(MARKS) and _quotes_speech(pair.source.text):
            yield pair, _("The source quotes somebody here, and the translation has no quotation marks.")


def _strange(text: str, quotes: Quotes) -> set[str]:
    """Return the marks that aren't the language's, and inner ones that no outer ones surround."""
    inner = {quotes.inner_opening, quotes.inner_closing} - {quotes.opening, quotes.closing}
    found: set[str] = set()
    depth = 0
    for place, mark in enumerate(text):
        if mark == quotes.opening:
            depth += 1
        elif mark == quotes.closing:
            depth -= 1
        elif mark in MARKS and (mark not in inner or depth < 1) and not _is_inch(text, place):
            found.add(mark)
    return found


def _is_inch(text: str, place: int) -> bool:
    return text[place] == '"' and text[place - 1 : place].isdecimal()


def _quotes_speech(text: str) -> bool:
    """Return whether a text quotes more than a name."""
    return any(len(quoted.split()) >= SPEECH for quoted in in_marks(text))
