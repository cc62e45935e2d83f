"""Endings of Turkic languages written down briefly: in the forms of vowel harmony, after the letters they follow."""

from __future__ import annotations

from collections.abc import Sequence

from chorsu_locales.table.model import Affix

# Ends a verb's stem from the ending of a person or time on, so that no ending of nouns is looked for in it.
VERB = "~"


def endings(
    text: str,
    harmony: Sequence[str],
    *,
    after: str = "",
    not_after: str = "",
    least: int = 2,
    into: str = "",
) -> tuple[Affix, ...]:
    """Read endings from text, one a word; "(a b)" stands for either, "(a b)?" also for none.

    harmony: pairs of letters, such as "аы": each ending comes with the first letter for "А" and the second for "Ы".
    after, not_after: single letters, or endings parted by blanks.
    """
    before, unless = ((tuple(part.split() if " " in part else part)) for part in (after, not_after))
    texts = [form for word in _words(text) for form in _forms(word, harmony)]
    return tuple(Affix(form, least, unless, before, into) for form in dict.fromkeys(texts))


def _words(text: str) -> list[str]:
    """Write out the choices: "ды(м қ)" is "дым дық"."""
    words: list[str] = []
    while text := text.lstrip():
        blank, bracket = (text + " ").index(" "), text.find("(")
        if not -1 < bracket < blank:
            words.append(text[:blank])
            text = text[blank:]
            continue
        start, (inside, _bracket, text) = text[:bracket], text[bracket + 1 :].partition(")")
        if text.startswith("?"):
            words.append(start)
            text = text[1:]
        words += [start + choice for choice in inside.split()]
    return words


def _forms(word: str, harmony: Sequence[str]) -> list[str]:
    return [word.translate(str.maketrans("АЫ", pair)) for pair in harmony] if {"А", "Ы"} & set(word) else [word]
