"""Quotation marks that aren't those of the translation's language, or that nobody closes."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chorsu_editorial.stated_facts import in_marks
from chorsu_locales.selectors import get_language_row, is_known
from chorsu_locales.table.model import Quotes
from chorsu_translation.findings.alignment import Alignment
from chorsu_translation.findings.registry import Found, register_check

SPEECH = 5  # words
MARKS = '«»“”„‟"‹›「」『』'


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
