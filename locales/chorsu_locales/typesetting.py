"""Soft hyphens in long words, and no-break spaces after small words and before dashes.

For HTML that is about to be shown, never for what is stored: search, feeds and typo reports know a text without these
characters (``chorsu_feedback.anchors`` leaves them out of what a reader selects).

No browser can part Tajik, Kazakh, Kyrgyz and Uzbek words, Chromium not even Russian ones (MDN's compatibility data of
``hyphens``), and TeX has no patterns for the four (hyph-utf8 of 2026): words are parted by the rules of the languages'
own orthographies, which their rows in the table name.
"""

from __future__ import annotations

import re
from functools import lru_cache

from chorsu_locales.selectors import get_language_row

SOFT_HYPHEN = "\u00ad"
NO_BREAK_SPACE = "\u00a0"
LONG_WORD = 8
# A headline is parted only where a word alone is about as wide as a phone.
LONG_WORD_OF_HEADING = 14
# The orthographies forbid one letter by itself; two look lost.
LEAST = 3

# Attributes hold no ">": templates and Wagtail's rich text escape it.
_TAG = re.compile(r"(<[^<>]*>)")
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)")
_LANGUAGE = re.compile(r'\slang="([^"]*)"')
_BETWEEN_SPACES = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]+(?:['‘’][^\W\d_]+)*")
# Of addresses, entities and numbers.
_NO_WORDS = re.compile(r"[/@&\d_]|\.\w")
_SMALL_WORD = re.compile(r"(?<![\w'’-])([^\W\d_]{1,3}) (?=[\w«„“\"(&])")
_BEFORE_DASH = re.compile(r"(?<=\S) (?=[—–] )")
_APOSTROPHES = "'‘’"
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
})  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Names stand in "bdi".
_LEFT_ALONE = frozenset({
    "bdi", "script", "style", "svg", "math", "pre", "code", "kbd", "samp", "textarea", "option", "select", "button",
})  # fmt: skip
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "cite", "del", "em", "i", "ins", "mark", "q", "s", "small", "span", "strong", "sub", "sup",
    "time", "u",
})  # fmt: skip
# Stands for the words of a neighbouring element.
_NEIGHBOUR = "«"


def typeset(html: str, code: str) -> str:
    """Return HTML with soft hyphens and no-break spaces in its text; ``code`` is its language, ``lang`` may change it.

    Headings get soft hyphens in the longest words alone; code, controls and scripts nothing.
    """
    parts = _TAG.split(html)
    # Of each open element: its name, its language, and from how many letters on words are parted (0: left alone).
    stack: list[tuple[str, str, int]] = [("", code, LONG_WORD)]
    for index, part in enumerate(parts):
        language, least = stack[-1][1:]
        if index % 2:
            _enter_or_leave(stack, part)
        elif least and part and not part.isspace():
            before = _NEIGHBOUR if index and _name(parts[index - 1]) in _INLINE else ""
            after = _NEIGHBOUR if index + 1 < len(parts) and _name(parts[index + 1]) in _INLINE else ""
            text = _text(f"{before}{part}{after}", language, least)
            parts[index] = text[len(before) : len(text) - len(after)]
    return "".join(parts)


def _enter_or_leave(stack: list[tuple[str, str, int]], tag: str) -> None:
    name = _name(tag)
    if not name or name in _VOID or tag.endswith("/>"):
        return
    if tag.startswith("</"):
        if stack[-1][0] == name:
            stack.pop()
        return
    language, least = stack[-1][1:]
    if own := _LANGUAGE.search(tag):
        language = own[1]
    if name in _LEFT_ALONE or "visually-hidden" in tag:  # which is for screen readers
        least = 0
    elif least and name in _HEADINGS:
        least = LONG_WORD_OF_HEADING
    stack.append((name, language, least))


def _name(tag: str) -> str:
    found = _NAME.match(tag)
    return found[1].lower() if found else ""


# The same paragraphs and headlines are shown again and again.
@lru_cache(maxsize=2_000)
def _text(text: str, code: str, least: int) -> str:
    row = get_language_row(code)
    text = _BEFORE_DASH.sub(NO_BREAK_SPACE, text)
    if row.binding:
        words = frozenset(row.binding.split())
        text = _SMALL_WORD.sub(lambda found: found[1] + (NO_BREAK_SPACE if found[1].lower() in words else " "), text)
    if row.hyphenation:
        text = _BETWEEN_SPACES.sub(lambda found: _hyphenated(found[0], code, least), text)
    return text


def _hyphenated(text: str, code: str, least: int) -> str:
    if len(text) < least or _NO_WORDS.search(text):
        return text
    return _WORD.sub(lambda found: hyphenate(found[0], code) if len(found[0]) >= least else found[0], text)


@lru_cache(maxsize=20_000)
def hyphenate(word: str, code: str) -> str:
    """Return a word with a soft hyphen wherever the language's rules let it be parted.

    Abbreviations in capitals, and words with letters that aren't the language's, stay whole.
    """
    row = get_language_row(code)
    rules = row.hyphenation
    if rules is None or word.isupper() or not set(word.lower()).issubset(row.alphabet + _APOSTROPHES + rules.letters):
        return word
    units: list[str] = []  # letters; what is written as two is one
    for letter in word.lower():
        if units and units[-1] + letter in rules.digraphs:
            units[-1] += letter
        else:
            units.append(letter)
    parts, start, at, had_vowel = [], 0, 0, False
    for before, unit, after in zip(["", *units], units, units[1:], strict=False):
        begins = unit[0] not in f"{rules.vowels}{_APOSTROPHES}" and unit not in rules.never_first
        begins = begins and after[0] in rules.vowels and before + unit not in rules.together
        if begins and had_vowel and LEAST <= at <= len(word) - LEAST:
            parts.append(word[start:at])
            start = at
        had_vowel = had_vowel or unit[0] in rules.vowels
        at += len(unit)
    return SOFT_HYPHEN.join([*parts, word[start:]])
