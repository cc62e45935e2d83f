"""What became of each unit of a source between two of its snapshots.

Within a leaf, units that say the same are matched first (``difflib``: Ratcliff and Obershelp's longest common runs).
What stands between two such runs is paired in reading order so that the pairs share as many words as possible; a unit
that shares none with its partner was removed, and the other one is new. A removed unit whose text is new elsewhere was
moved there; so was the whole of a leaf whose place among the leaves of both snapshots changed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

from chorsu_editorial.marking import tokens

# ``[content path, index, inner HTML]`` per unit.
Units = list[list[str | int]]

State = Literal["unchanged", "changed", "new", "removed", "moved"]

# Comparing takes the product of two lengths: what is longer is paired in order.
COMPARED_UNITS = 2_500


@dataclass(frozen=True, slots=True)
class AlignedUnit:
    """A unit of the source; a removed one has the path and index, and in ``was`` the text, that it had.

    ``former`` is its index within the leaf at ``path`` of the earlier snapshot; None where it stood in none.
    """

    path: str
    index: int
    state: State
    html: str
    was: str = ""
    former: int | None = None


def align(old: Units, new: Units) -> list[AlignedUnit]:
    """Return the units of ``new`` in reading order, each removed one of ``old`` behind what stood before it."""
    before, after = texts_by_path(old), texts_by_path(new)
    found: list[AlignedUnit] = []
    gone = [path for path in before if path not in after]
    behind = _behind(list(before), after)
    found += _removed(behind[None], before)
    for path, texts in after.items():
        found += _align_leaf(path, before.get(path, []), texts)
        found += _removed(behind[path], before)
    moving = moved([path for path in before if path not in gone], list(after))
    return _with_moves(found, moving)


def texts_by_path(units: Units) -> dict[str, list[str]]:
    """Return the inner HTML of the units of each leaf, in reading order."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, _index, html in units:
        found[str(path)].append(str(html))
    return dict(found)


def _behind(old: list[str], after: dict[str, list[str]]) -> dict[str | None, list[str]]:
    """Return the paths that are gone, by the last path before them that is still there."""
    found: dict[str | None, list[str]] = defaultdict(list)
    last: str | None = None
    for path in old:
        if path in after:
            last = path
        else:
            found[last].append(path)
    return found


def _removed(paths: Iterable[str], before: dict[str, list[str]]) -> Iterator[AlignedUnit]:
    for path in paths:
        for index, html in enumerate(before[path]):
            yield AlignedUnit(path, index, "removed", "", html, index)


def _align_leaf(path: str, old: list[str], new: list[str]) -> Iterator[AlignedUnit]:
    for name, i1, i2, j1, j2 in _steps(old, new):
        if name == "equal":
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                yield AlignedUnit(path, j, "unchanged", new[j], new[j], i)
            continue
        for at, to in _pairs(old[i1:i2], new[j1:j2]):
            if to is None and at is not None:
                yield AlignedUnit(path, i1 + at, "removed", "", old[i1 + at], i1 + at)
            elif to is not None:
                was = "" if at is None else old[i1 + at]
                former = None if at is None else i1 + at
                yield AlignedUnit(path, j1 + to, "new" if at is None else "changed", new[j1 + to], was, former)


def _steps(old: list[str], new: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield what turns one run of texts into the other, as ``difflib`` does; what begins and ends both costs little."""
    start = end = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    yield "equal", 0, start, 0, start
    middle = old[start : len(old) - end], new[start : len(new) - end]
    bounded = len(middle[0]) * len(middle[1]) <= COMPARED_UNITS
    for name, *places in (
        SequenceMatcher(None, *middle, autojunk=False).get_opcodes() if bounded else _in_order(*middle)
    ):
        i1, i2, j1, j2 = (start + place for place in places)
        yield name, i1, i2, j1, j2
    yield "equal", len(old) - end, len(old), len(new) - end, len(new)


def _in_order(old: list[str], new: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    for i, (a, b) in enumerate(zip_longest(old, new)):
        yield ("equal" if a == b else "replace", i, i + (a is not None), i, i + (b is not None))


def _pairs(old: list[str], new: list[str]) -> Iterator[tuple[int | None, int | None]]:
    """Pair two runs of texts in order, so that the pairs share as many words as possible."""
    if len(old) == len(new) == 1:
        yield 0, 0
        return
    words = [[Counter(_words(html)) for html in side] for side in (old, new)]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            pair = best[i + 1][j + 1] + _likeness(words[0][i], words[1][j])
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and (j == len(new) or best[i][j] == best[i + 1][j]):
            yield i, None
            i += 1
        elif j < len(new) and (i == len(old) or best[i][j] == best[i][j + 1]):
            yield None, j
            j += 1
        else:
            yield i, j
            i, j = i + 1, j + 1


def _words(html: str) -> list[str]:
    return [token for token in tokens(html) if not token.isspace() and not token.startswith("<")]


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    together = one.total() + other.total()
    return 2 * (one & other).total() / together if together else 0.0


def moved(old: list[str], new: list[str]) -> set[str]:
    """Return the fewest paths of both lists that, taken out, leave the others in the same order."""
    places = {path: number for number, path in enumerate(old)}
    common = [path for path in new if path in places]
    # The longest rising run of places, by patience sorting.
    tops: list[int] = []
    ends: list[str] = []
    came: dict[str, str | None] = {}
    for path in common:
        at = bisect_left(tops, places[path])
        came[path] = ends[at - 1] if at else None
        tops[at : at + 1] = [places[path]]
        ends[at : at + 1] = [path]
    stays = set()
    last = ends[-1] if ends else None
    while last is not None:
        stays.add(last)
        last = came[last]
    return set(common) - stays


def _with_moves(units: list[AlignedUnit], moved: set[str]) -> list[AlignedUnit]:
    gone: dict[str, list[AlignedUnit]] = defaultdict(list)
    for unit in units:
        if unit.state == "removed":
            gone[unit.was].append(unit)
    found: list[AlignedUnit] = []
    taken: set[int] = set()
    for unit in units:
        if unit.state == "new" and gone[unit.html]:
            place = gone[unit.html].pop(0)
            taken.add(id(place))
            former = place.former if place.path == unit.path else None
            found.append(replace(unit, state="moved", was=unit.html, former=former))
        elif unit.state == "unchanged" and unit.path in moved:
            found.append(replace(unit, state="moved"))
        else:
            found.append(unit)
    return [unit for unit in found if id(unit) not in taken]
