"""What about a correction may be more than a slip, so that another approver looks at it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

from chorsu_editorial.stated_facts import names, numbers, small_words
from chorsu_feedback.mending import common_edges
from chorsu_feedback.text import sentences_around
from chorsu_locales.selectors import get_language_row

Flag = Literal["alphabet", "negation", "number", "name", "length", "link"]

# The share of a sentence's letters that a slip may change.
MOST_CHANGED = 0.2
_ALPHABETS = ("ARABIC", "CYRILLIC", "LATIN")
_LINK = ("://", "www.", "@")
_WORD = re.compile(r"\w+(?:['’ʼʻ‘]\w+)?")


def flags_of(before: str, after: str, language: str) -> frozenset[Flag]:
    """Return what is doubtful about a change of a paragraph from one normalised text to another.

    ``language`` is the passage's code. A script without capitals doesn't tell names from other words, so there a name
    is no flag.
    """
    old, new = (Counter(_WORD.findall(text)) for text in (before, after))
    gone, come = old - new, new - old
    found: set[Flag] = set()
    if any(_is_foreign(word, before) for word in come):
        found.add("alphabet")
    if _negates(gone, come, language):
        found.add("negation")
    if numbers([before], language) != numbers([after], language):
        found.add("number")
    ordinary = small_words([before, after])
    if Counter(_capitals(before, ordinary)) != Counter(_capitals(after, ordinary)):
        found.add("name")
    if _share(before, after) > MOST_CHANGED:
        found.add("length")
    if any(before.count(sign) != after.count(sign) for sign in _LINK):
        found.add("link")
    return frozenset(found)


def flags_in_context(before: str, old: str, new: str, after: str, language: str) -> str:
    """Return the flags of ``new`` for ``old`` between contexts as a model stores them; none without new words."""
    return " ".join(sorted(flags_of(before + old + after, before + new + after, language))) if new else ""


def _capitals(text: str, ordinary: set[str]) -> Iterator[str]:
    return (word for word in names([text], ordinary) if any(letter.isupper() for letter in word))


def _alphabets(text: str) -> set[str]:
    return {name for letter in text if (name := unicodedata.name(letter, "").partition(" ")[0]) in _ALPHABETS}


def _is_foreign(word: str, text: str) -> bool:
    """Return whether a word mixes alphabets, or is of one that the text has not."""
    own = _alphabets(word)
    return len(own) > 1 or not own <= _alphabets(text)


def _negates(gone: Counter[str], come: Counter[str], language: str) -> bool:
    """Return whether a negating word comes or goes, or a part of a word that negates it."""
    row = get_language_row(language)
    if any(word.lower() in row.negations.split() for word in (*gone, *come)):
        return True
    pairs = ((one.lower(), other.lower()) for one in gone for other in come)
    return any({*_difference(one, other)} & {*row.negating.split()} for one, other in pairs)


def _difference(one: str, other: str) -> tuple[str, ...]:
    """Return what the longer of two words has more, put in at one place; nothing where they differ otherwise."""
    short, long = sorted((one, other), key=len)
    more = len(long) - len(short)
    return tuple(
        long[at : at + more] for at in range(len(short) + 1) if more and long[:at] + long[at + more :] == short
    )


def _share(before: str, after: str) -> float:
    """Return the share of letters that change in the sentence where they do."""
    first, tail = common_edges(before, after)
    start, end = sentences_around(before, first, len(before) - tail)
    old, new = before[start:end], after[start : end + len(after) - len(before)]
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed = sum(max(i2 - i1, j2 - j1) for name, i1, i2, j1, j2 in steps if name != "equal")
    return changed / max(1, len(old))
