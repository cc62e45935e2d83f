"""Affix rules as regular expressions that Python and Java read alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from chorsu_locales.table import Affix

Fold = Callable[[str], str]
# Ends a word that is known, until all rules are past: no affix has it, nor has a token, since it parts words.
MARK = "_"


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, of which one group is the stem, and what stands in place of the affix."""

    pattern: str
    into: str = ""

    @property
    def replacement(self) -> str:
        """Return what the pattern is replaced by, in Java's notation: every group, of which one is not empty."""
        return _groups(self.pattern) + self.into


def _groups(pattern: str) -> str:
    return "".join(f"${number}" for number in range(1, re.compile(pattern).groups + 1))


def _longest_first(affixes: Iterable[Affix], fold: Fold) -> list[tuple[str, Affix]]:
    folded = {(fold(affix.text), _conditions(affix)): affix for affix in affixes}
    rules = [(text, affix) for (text, _conditions), affix in folded.items()]
    return sorted(rules, key=lambda rule: (-len(rule[0]), _conditions(rule[1]), rule[0]))


def _conditions(affix: Affix) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    return affix.least_stem, affix.not_after, affix.after


def _any(texts: Iterable[str], before: str = "", after: str = "") -> str:
    return "|".join(f"{before}{re.escape(text)}{after}" for text in dict.fromkeys(texts))


def _suffix_rule(stage: Sequence[Affix], fold: Fold) -> str:
    rules = []
    # Neighbours under the same conditions share a group, which takes as little as it can: the longest suffix wins.
    for conditions, alike in groupby(_longest_first(stage, fold), lambda rule: _conditions(rule[1])):
        least, not_after, after = conditions
        kept = "".join(f"(?<!{re.escape(ending)})" for ending in dict.fromkeys(map(fold, not_after)))
        needed = f"(?:{_any(map(fold, after), '(?<=', ')')})" if after else ""
        rules.append(f"(.{{{least},}}?){kept}{needed}(?:{_any(text for text, _affix in alike)})")
    return f"^(?:{'|'.join(rules)})$"


def suffix_rules(stage: Sequence[Affix], fold: Fold) -> list[Rule]:
    """Return the rules of one stage, one for each text that stands in place of a suffix."""
    alike = {affix.into: [other for other in stage if other.into == affix.into] for affix in stage}
    return [Rule(_suffix_rule(affixes, fold), fold(into)) for into, affixes in alike.items()]
