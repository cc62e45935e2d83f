"""Affix rules as regular expressions that Python and Java read alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from chorsu_locales.table import Affix

Fold = Callable[[str], str]


def _guard(protected: Iterable[str]) -> str:
    """Return a look-ahead that refuses protected words: Elasticsearch's pattern filters ignore its keyword marks."""
    words = "|".join(re.escape(word) for word in sorted(protected))
    return f"(?!(?:{words})$)" if words else ""


def _longest_first(affixes: Iterable[Affix], fold: Fold) -> list[tuple[str, Affix]]:
    folded = {fold(affix.text): affix for affix in affixes}
    return sorted(folded.items(), key=lambda item: (-len(item[0]), item[0]))


def _conditions(affix: Affix) -> tuple[int, tuple[str, ...]]:
    return affix.least_stem, affix.not_after


def suffix_pattern(stage: Sequence[Affix], protected: Iterable[str], fold: Fold) -> str:
    """Return the pattern of one stage; the stem is whichever group took part in the match."""
    rules = []
    # Neighbours under the same conditions share a group, which takes as little as it can: the longest suffix wins.
    for (least, not_after), alike in groupby(_longest_first(stage, fold), lambda rule: _conditions(rule[1])):
        kept = "".join(f"(?<!{re.escape(ending)})" for ending in dict.fromkeys(map(fold, not_after)))
        rules.append(f"(.{{{least},}}?){kept}(?:{'|'.join(re.escape(text) for text, _affix in alike)})")
    return f"^{_guard(protected)}(?:{'|'.join(rules)})$"


def prefix_pattern(prefixes: Sequence[Affix], protected: Iterable[str], fold: Fold) -> str:
    """Return the pattern of the prefixes, with the same groups as ``suffix_pattern``."""
    rules = [f"{re.escape(text)}(.{{{affix.least_stem},}})" for text, affix in _longest_first(prefixes, fold)]
    return f"^{_guard(protected)}(?:{'|'.join(rules)})$"


def groups(pattern: str) -> str:
    """Return the replacement that keeps the stem, in Java's notation: every group, of which one is not empty."""
    return "".join(f"${number}" for number in range(1, re.compile(pattern).groups + 1))
