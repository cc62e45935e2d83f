"""Letters of another alphabet inside a word: they look right, and no search and no dictionary knows the word."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chorsu_locales.selectors import get_language_row
from chorsu_translation.findings.alignment import Alignment
from chorsu_translation.findings.registry import Found, register_check

_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "ARMENIAN", "GEORGIAN"})


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
