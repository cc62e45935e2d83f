"""What isn't translated: it says the same as the source, or is in another language than the page.

Names, numbers and addresses are the same in two languages, and titles of foreign works stand in italics or quotation
marks: a text is judged by its words in small letters, outside of those. A passage that its block says is in another
language, and the names of people, are left alone. Of languages that the table doesn't know only equal texts are found.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from html import unescape

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chorsu_locales.selectors import get_language_row, is_known
from chorsu_locales.table import LANGUAGES, normal_code
from chorsu_translation.findings.running import Alignment, Found, Pair, Text, register_check

SHORTEST = 5  # words that are needed to tell a language
FOREIGN = frozenset({"a", "cite", "code", "em", "i"})
_TAG = re.compile(r"(<[^<>]*>)")
_SENTENCE = re.compile(r"(?<=[.!?…؟])\s+")
_QUOTED = re.compile('[«“„"][^«»“”„"]{1,60}[»”“"]')
_WORD = re.compile(r"[^\W\d_](?:[\u200c'ʻʼ’‘-]?[^\W\d_])*")
_SCRIPTS = {"LATIN": "Latn", "CYRILLIC": "Cyrl", "ARABIC": "Arab"}


@register_check("untranslated", gettext_lazy("Not translated"), untranslated=True)
def check_untranslated(pages: Alignment) -> Found:
    """Find units that equal their source, share most of its words, or are in another language."""
    if _language(pages.source_code) == _language(pages.target_code):
        return
    for pair in pages.units:
        target = pair.target
        if target is None or _language(target.language) != _language(pages.target_code):
            continue
        if message := _fault(pair, target):
            yield pair, message


def _fault(pair: Pair, target: Text) -> str:
    source = pair.source
    foreign = source is not None and _language(source.language) != _language(target.language)
    own = _own_words(target.html)
    if source is not None and foreign and target.text == source.text and _is_prose(own, target.language):
        return _("This says the same as the source.")
    if source is not None and foreign and _repeats(own, source.text):
        return _("Most of the words are those of the source.")
    for sentence in dict.fromkeys((own, *_SENTENCE.split(own))):
        code = _other_language(_WORD.findall(sentence), target.language)
        if code:
            return _("This is in another language (%(language)s).") % {"language": _name(code)}
    return ""


def _is_prose(text: str, code: str) -> bool:
    """Return whether a text has words that a translation would change.

    Latin names stand in texts of all scripts, and others only where they are at home.
    """
    words = [word for word in _WORD.findall(text) if len(word) > 2]
    script, own = _script_of(text), get_language_row(code).script
    if words and own and script not in {"Latn", own}:
        return True
    small = [word for word in words if not word[0].isupper()]
    return len(small) >= (1 if script != own and len(words) > 1 else 2)


def _repeats(own: str, source: str) -> bool:
    small = [word for word in _WORD.findall(own) if word.islower() and len(word) > 3]
    known = set(_WORD.findall(source))
    return len(small) >= SHORTEST and sum(word in known for word in small) > 0.6 * len(small)


def _own_words(html: str) -> str:
    """Return the text of a unit without what stands in italics, links or code, and without short quotations."""
    parts: list[str] = []
    depth = 0
    for part in _TAG.split(html):
        if not part.startswith("<"):
            parts += [] if depth else [part]
        elif part.strip("</>").split(maxsplit=1)[:1] and part.strip("</>").split(maxsplit=1)[0] in FOREIGN:
            depth = max(0, depth + (-1 if part.startswith("</") else 1))
    own = _QUOTED.sub(" ", unescape(" ".join(parts)))
    return own if _WORD.search(own) else unescape(_TAG.sub(" ", html))


def _other_language(words: list[str], code: str) -> str:
    """Return the language that words are in where it isn't ``code``, or an empty string."""
    if len(words) < SHORTEST or not is_known(code):
        return ""
    text = " ".join(word for word in words if not word.isupper())
    script = _script_of(text)
    row = get_language_row(code)
    common = _hits(words, "" if row.script == "Latn" else row.alphabet)  # brands have any Latin letter
    own = common.pop(_language(code), 0)
    best = max(common, key=lambda each: common[each], default="")
    if script and script != get_language_row(code).script:
        same = [each for each in common if LANGUAGES[each].script == script and common[each]]
        return max(same, key=lambda each: common[each], default="en" if script == "Latn" else "")
    if best and common[best] >= max(2, len(words) / 12) and common[best] > 3 * own:
        return best
    return ""


def _hits(words: list[str], alphabet: str) -> Counter[str]:
    """Count by language the words that it is full of, and those with letters that the page's alphabet lacks."""
    found: Counter[str] = Counter()
    for word in map(str.lower, words):
        found.update(_function_words().get(word, ()))
        if alphabet and any(letter.isalpha() and letter not in alphabet for letter in word):
            found.update(code for code, row in LANGUAGES.items() if row.alphabet and set(word) <= set(row.alphabet))
    return found


@cache
def _function_words() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, row in LANGUAGES.items():
        for word in row.function_words.split():
            found.setdefault(word, []).append(code)
    return found


def _script_of(text: str) -> str:
    """Return the script of most letters of a text."""
    counts = Counter(_letter_script(letter) for letter in text if letter.isalpha())
    return max(counts, key=lambda each: counts[each], default="")


@cache
def _letter_script(letter: str) -> str:
    return _SCRIPTS.get(unicodedata.name(letter, "").partition(" ")[0], "")


def _language(code: str) -> str:
    return normal_code(code).partition("-")[0]


def _name(code: str) -> str:
    return str(get_language_row(code).name)
