"""Affix rules as regular expressions that Python and Java read alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from locales.table import Affix

Fold = Callable[[str], str]


def _guard(protected: Iterable[str]) -> str:
    """Return a look-ahead that refuses protected words: Elasticsearch's pattern filters ignore its keyword marks."""
    words = "|".join(re.escape(word) for word in sorted(protected))
    return f"(?!(?:{words})$)" if words else ""


def _longest_first(affixes: Iterable[Affix], fold: Fold) -> list[tuple[str, Affix]]:
    folded = {fold(affix.text): affix for affix in affixes}
    return sorted(folded.items(), key=lambda item: (-len(item[0]), item[0]))


def suffix_pattern(stage: Sequence[Affix], protected: Iterable[str], fold: Fold) -> str:
    """Return the pattern of one stage; the stem is whichever group took part in the match."""
    rules = []
    for text, affix in _longest_first(stage, fold):
        kept = "".join(f"(?<!{re.escape(fold(ending))})" for ending in affix.not_after)
        rules.append(f"(.{{{affix.least_stem},}}){kept}{re.escape(text)}")
    return f"^{_guard(protected)}(?:{'|'.join(rules)})$"


def prefix_pattern(prefixes: Sequence[Affix], protected: Iterable[str], fold: Fold) -> str:
    """Return the pattern of the prefixes, with the same groups as ``suffix_pattern``."""
    rules = [f"{re.escape(text)}(.{{{affix.least_stem},}})" for text, affix in _longest_first(prefixes, fold)]
    return f"^{_guard(protected)}(?:{'|'.join(rules)})$"


def groups(pattern: str) -> str:
    """Return the replacement that keeps the stem, in Java's notation: every group, of which one is not empty."""
    return "".join(f"${number}" for number in range(1, re.compile(pattern).groups + 1))
