"""Affix rules as regular expressions that Python and Java read alike."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

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


def _any(texts: Iterable[str]) -> str:
    """Return a pattern of any of the texts that shares what they begin with: Java tries alternatives one by one."""
    alike: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        alike[text[:1]].add(text[1:])
    if set(alike) == {""}:
        return ""
    ways = [re.escape(letter) + _any(rests) for letter, rests in sorted(alike.items()) if letter]
    if len(ways) == 1 and "" not in alike:
        return ways[0]
    return f"(?:{'|'.join(ways)})" + ("?" if "" in alike else "")


def _ends(endings: Iterable[str], look: str) -> list[str]:
    """Return looks back at each ending; single letters share one."""
    unique = set(endings)
    letters = "".join(sorted(ending for ending in unique if len(ending) == 1))
    longer = [f"({look}{re.escape(ending)})" for ending in sorted(unique) if len(ending) > 1]
    return [*([f"({look}[{re.escape(letters)}])"] if letters else []), *longer]


def _suffix_rule(stage: Sequence[Affix], fold: Fold) -> str:
    """Return one pattern for all suffixes: the stem takes as little as it can, so the longest suffix wins."""
    alike: dict[tuple[int, tuple[str, ...], tuple[str, ...]], set[str]] = defaultdict(set)
    for affix in stage:
        alike[affix.least_stem, affix.not_after, affix.after].add(fold(affix.text))
    least_of_all = min(least for least, _not_after, _after in alike)
    rules = []
    for (least, not_after, after), texts in alike.items():
        enough = f"(?<=.{{{least}}})" if least > least_of_all else ""
        kept = "".join(_ends(map(fold, not_after), "?<!"))
        needed = f"(?:{'|'.join(_ends(map(fold, after), '?<='))})" if after else ""
        rules.append(f"{enough}{kept}{needed}{_any(texts)}")
    return f"^(.{{{least_of_all},}}?)(?:{'|'.join(rules)})$"


def suffix_rules(stage: Sequence[Affix], fold: Fold) -> list[Rule]:
    """Return the rules of one stage, one for each text that stands in place of a suffix."""
    alike = {affix.into: [other for other in stage if other.into == affix.into] for affix in stage}
    return [Rule(_suffix_rule(affixes, fold), fold(into)) for into, affixes in alike.items()]
