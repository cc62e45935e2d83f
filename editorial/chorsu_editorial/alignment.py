"""How two texts align: runs of the same words or paragraphs, what became of each unit, and both with words marked.

``runs`` compares any two sequences by ``difflib`` (Ratcliff and Obershelp's longest common runs). ``align`` compares
the units of all leaves, but for emphasis: within a leaf, units that say the same are matched by ``runs``. What stands
between two such runs is paired in reading order so that the pairs share as many words as possible; a unit that shares
none with its partner was removed, and the other one is new. A removed unit whose text is new elsewhere was moved there;
so was the whole of a leaf whose place among the leaves of both versions changed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal, NamedTuple

from chorsu_editorial.markup import without_emphasis

# ``[content path, index, inner HTML]`` per unit.
Units = list[list[str | int]]

State = Literal["unchanged", "changed", "new", "removed", "moved"]

# Comparing takes the product of two lengths, some milliseconds at most: what is longer is called different as a whole.
COMPARED = 250_000
# What is longer is paired in order.
COMPARED_UNITS = 2_500
_TOKEN = re.compile(r"<[^<>]*>|[^\s<]+|\s+")


class Run(NamedTuple):
    """A piece that both sequences have, or that differs: ``old[i1:i2]`` and ``new[j1:j2]``."""

    equal: bool
    i1: int
    i2: int
    j1: int
    j2: int


def runs(old: Sequence[Hashable], new: Sequence[Hashable], *, compared: int = COMPARED) -> list[Run]:
    """Return what turns one sequence into another; a rest of more than ``compared`` pairs is one run that differs."""
    head, tail = common_edges(old, new)
    gone, come = old[head : len(old) - tail], new[head : len(new) - tail]
    found = [Run(True, 0, head, 0, head)]
    if len(gone) * len(come) > compared:
        found.append(Run(False, head, head + len(gone), head, head + len(come)))
    else:
        steps = SequenceMatcher(None, gone, come, autojunk=False).get_opcodes()
        found += [Run(name == "equal", *(head + place for place in places)) for name, *places in steps]
    found.append(Run(True, len(old) - tail, len(old), len(new) - tail, len(new)))
    return [run for run in found if run.i1 < run.i2 or run.j1 < run.j2]


def common_edges(one: Sequence[Hashable], other: Sequence[Hashable]) -> tuple[int, int]:
    """Return how many items two sequences have in common at their beginning, and how many of the rest at their end."""
    head = _common_start(one, other)
    return head, _common_start(one[head:][::-1], other[head:][::-1])


def _common_start(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(one), len(other)))


def tokens(html: str) -> list[str]:
    """Return the tags, words and white space of a text; joined they are the text."""
    return _TOKEN.findall(html)


@dataclass(frozen=True, slots=True)
class AlignedUnit:
    """A unit of the source; a removed one has the path, index and text (``was``) that it had.

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
    # The paths that are gone, by the last path before them that is still there.
    behind: dict[str | None, list[str]] = defaultdict(list)
    last: str | None = None
    for path in before:
        if path in after:
            last = path
        else:
            behind[last].append(path)
    found = list(_removed(behind[None], before))
    for path, texts in after.items():
        found += _align_leaf(path, before.get(path, []), texts)
        found += _removed(behind[path], before)
    return _with_moves(found, moved(list(before), list(after)))


def texts_by_path(units: Units) -> dict[str, list[str]]:
    """Return the inner HTML of the units of each leaf, in reading order."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, _index, html in units:
        found[str(path)].append(str(html))
    return dict(found)


def _removed(paths: Iterable[str], before: dict[str, list[str]]) -> Iterator[AlignedUnit]:
    for path in paths:
        for index, html in enumerate(before[path]):
            yield AlignedUnit(path, index, "removed", "", html, index)


def _align_leaf(path: str, old: list[str], new: list[str]) -> Iterator[AlignedUnit]:
    said = [[without_emphasis(html) for html in side] for side in (old, new)]
    for equal, i1, i2, j1, j2 in runs(*said, compared=COMPARED_UNITS):
        pairs = zip(range(i2 - i1), range(i2 - i1), strict=True) if equal else _pairs(old[i1:i2], new[j1:j2])
        for at, to in pairs:
            former = None if at is None else i1 + at
            was = "" if former is None else old[former]
            if to is not None:
                html = new[j1 + to]
                same = former is not None and said[0][former] == said[1][j1 + to]
                state: State = "new" if former is None else "unchanged" if same else "changed"
                yield AlignedUnit(path, j1 + to, state, html, was, former)
            elif former is not None:
                yield AlignedUnit(path, former, "removed", "", was, former)


def _pairs(old: list[str], new: list[str]) -> Iterator[tuple[int | None, int | None]]:
    """Pair two runs of texts in order, so that the pairs share as many words as possible."""
    if len(old) == len(new) == 1 or len(old) * len(new) > COMPARED_UNITS:
        yield from zip_longest(range(len(old)), range(len(new)))
        return
    words = [
        [Counter(token for token in tokens(html) if not (token.isspace() or token.startswith("<"))) for html in side]
        for side in (old, new)
    ]
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
            gone[without_emphasis(unit.was)].append(unit)
    found: list[AlignedUnit] = []
    taken: set[int] = set()
    for unit in units:
        if unit.state == "new" and gone[without_emphasis(unit.html)]:
            place = gone[without_emphasis(unit.html)].pop(0)
            taken.add(id(place))
            former = place.former if place.path == unit.path else None
            found.append(replace(unit, state="moved", was=unit.html, former=former))
        elif unit.state == "unchanged" and unit.path in moved:
            found.append(replace(unit, state="moved"))
        else:
            found.append(unit)
    return [unit for unit in found if id(unit) not in taken]


_SHOWN = frozenset({"b", "strong", "i", "em", "u", "s", "del", "sub", "sup", "small", "code", "mark", "br"})


def shown_html(html: str) -> str:
    """Return a unit's inner HTML as the editor may show it: emphasis without attributes, a link as marked text."""
    return "".join(_shown(token) if token.startswith("<") else token for token in tokens(html))


def marked_html(was: str, html: str) -> str:
    """Return ``shown_html`` with the words that are new in ``<ins>``, and those that are gone in ``<del>``."""
    parts: list[str] = []
    for equal, gone, come in _word_runs(tokens(was), tokens(html)):
        if equal:
            parts.append(shown_html("".join(come)))
        else:
            parts += [_wrapped("del", gone, tags=False), _wrapped("ins", come)]
    return "".join(parts)


def _word_runs(old: list[str], new: list[str]) -> Iterator[tuple[bool, list[str], list[str]]]:
    """Yield runs of tokens that both have, and runs that differ; those with nothing but white space between are one."""
    gone: list[str] = []
    come: list[str] = []
    for equal, i1, i2, j1, j2 in runs(old, new):
        if equal and not ((gone or come) and "".join(new[j1:j2]).isspace()):
            yield False, gone, come
            yield True, old[i1:i2], new[j1:j2]
            gone, come = [], []
        else:
            gone, come = [*gone, *old[i1:i2]], [*come, *new[j1:j2]]
    yield False, gone, come


def _shown(tag: str) -> str:
    name = tag.strip("</>").partition(" ")[0]
    name = "u" if name == "a" else name
    return f"{'</' if tag.startswith('</') else '<'}{name}>" if name in _SHOWN else ""


def _wrapped(name: str, run: list[str], *, tags: bool = True) -> str:
    """Put the words between tags into an element; the tags themselves stay outside, so that elements nest."""
    parts: list[str] = []
    words: list[str] = []

    def end() -> None:
        text = "".join(words)
        parts.append(f"<{name}>{text}</{name}>" if text.strip() else text if tags else "")
        words.clear()

    for token in run:
        if token.startswith("<"):
            end()
            parts.append(_shown(token) if tags else "")
        else:
            words.append(token)
    end()
    return "".join(parts)
