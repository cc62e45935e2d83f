"""Prove that a regular expression takes time in proportion to the text, whatever the text says.

Python's engine tries one way after the other, so its time is the number of ways. The parse tree becomes an automaton of
its positions (Glushkov); a search adds a first state that takes any character and stays. By Weber and Seidl, "On the
degree of ambiguity of finite automata" (1991), the ways stay few unless one of these is found:

- a state that a word leads back to itself in two ways (exponential: ``(a+)+$``),
- states p and q and a word that leads from p to p, from p to q and from q to q (at least quadratic: ``\\s+$``).

Where nothing more is needed the answer is found and no other way is tried, so only loops that can still fail count.
Characters are compared on a sample; assertions may hold or not, and atomic parts count as any other. What the proof
doesn't know is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any

SAMPLE = [*range(0x500), *range(0x600, 0x700), *range(0x2000, 0x2070), 0x20AC, 0x2116, 0x3000, 0x4E00, 0xFEFF, 0x1F642]
REPEATS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT}
CHARACTERS = {_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN}
NAMES_CHARACTERS = {_constants.LITERAL, _constants.NOT_LITERAL, _constants.RANGE}
LOOKS = {_constants.ASSERT, _constants.ASSERT_NOT}
BEGINNINGS = {_constants.AT_BEGINNING, _constants.AT_BEGINNING_STRING}
# Repeats up to so many times are written out; more count as endless.
WRITTEN_OUT = 64


class UnknownError(ValueError):
    """The proof doesn't cover this."""


@dataclass
class Part:
    """Where a part of the pattern begins and ends (True: surely, by no assertion), and whether it may be empty."""

    first: list[int] = field(default_factory=list)
    last: dict[int, bool] = field(default_factory=dict)
    empty: bool = True
    surely_empty: bool = True


class Automaton:
    """The positions of a pattern, the characters of each (as bits of the sample) and what may follow each."""

    def __init__(self, pattern: str | bytes, flags: int, *, method: str, written_out: int) -> None:
        """Read the pattern as ``method`` uses it, with repeats up to ``written_out`` times as so many copies."""
        tree = _parser.parse(pattern, flags)
        self.written_out = written_out
        if isinstance(pattern, bytes):
            self.sample: str | bytes = bytes(range(256))
        else:
            self.sample = "".join(map(chr, dict.fromkeys([*SAMPLE, *_characters(tree)])))
        self.bits = {character: 1 << at for at, character in enumerate(self.sample)}
        self.groups: dict[int, tuple[Any, int]] = {}
        self.characters = [(1 << len(self.bits)) - 1]
        self.follow: list[set[int]] = [set()]
        self.twice: set[tuple[int, int]] = set()
        whole = self._sequence(tree, tree.state.flags)
        self._join([0], whole.first)
        at_the_start = len(tree) and tree[0][0] is _constants.AT and tree[0][1] in BEGINNINGS
        if method not in {"match", "fullmatch"} and not (at_the_start and not tree.state.flags & re.MULTILINE):
            self._join([0], [0])
        self.done = {at for at, surely in whole.last.items() if surely and method != "fullmatch"}

    def _join(self, lefts: Iterable[int], rights: list[int]) -> None:
        for left in lefts:
            self.twice |= {(left, right) for right in rights if right in self.follow[left]}
            self.follow[left].update(rights)

    def _sequence(self, items: Iterable[Any], flags: int) -> Part:
        whole = Part()
        for item in items:
            whole = self._then(whole, self._part(item, flags))
        return whole

    def _then(self, left: Part, right: Part) -> Part:
        self._join(left.last, right.first)
        kept = {at: surely and right.surely_empty for at, surely in left.last.items()} if right.empty else {}
        return Part(
            [*left.first, *right.first] if left.empty else left.first,
            right.last | kept,
            left.empty and right.empty,
            left.surely_empty and right.surely_empty,
        )

    def _part(self, item: tuple[Any, Any], flags: int) -> Part:
        kind, value = item
        if kind in CHARACTERS:
            return self._position(item, flags)
        if kind is _constants.SUBPATTERN:
            number, added, removed, inside = value
            inner = _compiler._combine_flags(flags, added, removed)
            if number is not None:
                self.groups[number] = (inside, inner)
            return self._sequence(inside, inner)
        if kind is _constants.BRANCH:
            parts = [self._sequence(branch, flags) for branch in value[1]]
            return Part(
                [at for part in parts for at in part.first],
                {at: surely for part in parts for at, surely in part.last.items()},
                any(part.empty for part in parts),
                any(part.surely_empty for part in parts),
            )
        if kind in REPEATS:
            return self._repeat(value, flags)
        if kind is _constants.ATOMIC_GROUP:
            return self._sequence(value, flags)
        if kind is _constants.GROUPREF and _longest(self.groups[value][0]) <= WRITTEN_OUT:
            return self._sequence(*self.groups[value])
        if kind is _constants.AT or (kind in LOOKS and _longest(value[1]) <= WRITTEN_OUT):
            return Part(surely_empty=False)
        raise UnknownError(str(kind))

    def _position(self, item: tuple[Any, Any], flags: int) -> Part:
        state = _parser.State()
        state.flags = flags
        found = _compiler.compile(_parser.SubPattern(state, [item]), flags).findall(self.sample)
        at = len(self.characters)
        self.characters.append(sum(self.bits[each[0] if isinstance(each, bytes) else each] for each in found))
        if not found:
            raise UnknownError(f"no character of the sample is {item}")
        self.follow.append(set())
        return Part([at], {at: True}, empty=False, surely_empty=False)

    def _repeat(self, repeat: tuple[int, int, Any], flags: int) -> Part:
        low, high, inside = repeat
        if high > 1 and low > 1 and inside.getwidth()[0] == 0:
            raise UnknownError("what may be empty is repeated a number of times")
        if high == 1 or high <= self.written_out:
            whole = Part()
            for _copy in range(high - low):
                whole = self._then(self._sequence(inside, flags), whole)
                whole.empty = whole.surely_empty = True
            for _copy in range(low):
                whole = self._then(self._sequence(inside, flags), whole)
            return whole
        whole = self._sequence(inside, flags)
        self._join(whole.last, whole.first)
        if low == 0:
            whole.empty = whole.surely_empty = True
        return whole

    def reach(self, start: int, *, without: frozenset[int] | set[int] = frozenset()) -> set[int]:
        """Return the positions that can come after one, by ways without some."""
        seen: set[int] = set()
        waiting = [start]
        while waiting:
            new = self.follow[waiting.pop()] - seen - without
            seen |= new
            waiting += new
        return seen

    def together(self, start: tuple[int, ...], within: list[set[int]]) -> set[tuple[int, ...]]:
        """Return where one and the same word can lead from several positions at once, each within its own ones."""
        seen: set[tuple[int, ...]] = set()
        waiting = [start]
        while waiting:
            for new in self._steps(waiting.pop(), within):
                if new not in seen:
                    seen.add(new)
                    waiting.append(new)
        return seen

    def _steps(self, places: tuple[int, ...], within: list[set[int]]) -> Iterator[tuple[int, ...]]:
        steps: list[tuple[tuple[int, ...], int]] = [((), -1)]
        for place, allowed in zip(places, within, strict=True):
            steps = [
                ((*before, at), both)
                for before, characters in steps
                for at in self.follow[place] & allowed
                if (both := characters & self.characters[at])
            ]
        return (step for step, _characters_of_it in steps)


def _characters(tree: Any) -> Iterator[int]:
    """Yield the characters that a pattern names."""
    for item in tree:
        if isinstance(item, tuple) and len(item) == 2 and item[0] in NAMES_CHARACTERS:
            yield from item[1] if isinstance(item[1], tuple) else [item[1]]
        elif isinstance(item, tuple | list | _parser.SubPattern):
            yield from _characters(item)


def _longest(inside: Any) -> int:
    return int(inside.getwidth()[1])


def _circles(automaton: Automaton) -> dict[int, set[int]]:
    """Return each position that can come again before the pattern surely fits, with those on the way."""
    circles = {}
    for start in range(len(automaton.follow)):
        after = automaton.reach(start, without=automaton.done)
        if start in after:
            circles[start] = {at for at in after if start in automaton.reach(at, without=automaton.done)}
    return circles


def _is_exponential(automaton: Automaton) -> bool:
    for start, circle in _circles(automaton).items():
        if any(left in circle and right in circle for left, right in automaton.twice):
            return True
        for left, right in automaton.together((start, start), [circle, circle]):
            if left != right and (start, start) in automaton.together((left, right), [circle, circle]):
                return True
    return False


def _is_quadratic(automaton: Automaton) -> bool:
    circles = _circles(automaton)
    for left, around in circles.items():
        # A search begins again also behind the place where it fitted.
        after = automaton.reach(left, without=frozenset() if left == 0 else automaton.done)
        for right in (after & circles.keys()) - {left}:
            if (left, right, right) in automaton.together((left, left, right), [around, after, circles[right]]):
                return True
    return False


def why_not_linear(pattern: str | bytes, flags: int = 0, *, method: str) -> str:
    """Say why a pattern as ``re``'s function of that name uses it isn't proved to be linear; empty where it is."""
    try:
        if _is_exponential(Automaton(pattern, flags, method=method, written_out=1)):
            return "exponential"
        if _is_quadratic(Automaton(pattern, flags, method=method, written_out=WRITTEN_OUT)):
            return "quadratic"
    except UnknownError as error:
        return f"unknown: {error}"
    return ""
