"""How two texts align: runs of the same words or paragraphs, what became of each unit, and both with words marked.

``runs`` compares any two sequences by ``difflib`` (Ratcliff and Obershelp's longest common runs). ``align`` compares
the units of two snapshots, but for emphasis, wherever in their field they stand: a text block that is split, or two
that are joined, change nothing. In each text (``text_of``) units that say the same are matched by ``runs``. What is
left between two matches is paired in reading order so that the pairs share as many words as possible; a unit that
shares none with its partner was removed, and the other one is new. A removed unit whose text is new elsewhere was
moved there; so were the fewest that, taken out, leave the others in the same order.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from chorsu_editorial.links import is_in_table
from chorsu_editorial.markup import without_emphasis

# ``[content path, index, inner HTML]`` per unit.
Units = list[list[str | int]]

State = Literal["unchanged", "changed", "new", "removed", "moved"]

# Comparing takes the product of two lengths, some milliseconds at most: what is longer is called different as a whole.
COMPARED = 250_000
# What is longer is paired by its places.
COMPARED_UNITS = 2_500
# The share of words that units of two blocks have in common, and what weighs less than one word in common.
LIKE, MARGIN = 0.5, 0.001
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

    ``former`` are its path and index in the earlier snapshot; None where it stood in none.
    """

    path: str
    index: int
    state: State
    html: str
    was: str = ""
    former: tuple[str, int] | None = None


def text_of(path: str) -> str:
    """Return what a unit at a content path may move within and say the same: its field, or its cell of a table."""
    return path if is_in_table(path) else path.partition(".")[0]


def said_at(path: str, html: str) -> tuple[str, str]:
    """Return what a unit says, and where as far as that matters; ids of blocks don't.

    A figure means what its column, or its field of a block, says: so what has no letter keeps the path in its block.
    """
    field, _, inside = path.partition(".")
    said = without_emphasis(html)
    is_figure = is_in_table(path) or not any(map(str.isalpha, said))
    return (f"{field}.{inside.partition('.')[2]}" if is_figure else field), said


def align(old: Units, new: Units) -> list[AlignedUnit]:
    """Return the units of ``new`` in reading order, each removed one of ``old`` behind what stood before it."""
    said = [[said_at(str(path), str(html)) for path, _index, html in side] for side in (old, new)]
    is_same_text = said[0] == said[1]
    formers = {number: number for number in range(len(new))} if is_same_text else _formers(old, new, said)
    places = [formers[number] for number in range(len(new)) if number in formers]
    moves = moved(sorted(places), places)
    # What is gone, by the last one before it that is still there, at its place.
    behind: dict[int, list[AlignedUnit]] = defaultdict(list)
    known, last = set(places), -1
    for number, (path, index, html) in enumerate(old):
        if number not in known:
            place = (str(path), int(index))
            behind[last].append(AlignedUnit(*place, "removed", "", str(html), place))
        elif number not in moves:
            last = number
    found = behind[-1]
    for number, (path, index, html) in enumerate(new):
        at = formers.get(number)
        if at is None:
            found.append(AlignedUnit(str(path), int(index), "new", str(html)))
            continue
        says_same = said[0][at][1] == said[1][number][1]
        is_there = at not in moves and said[0][at] == said[1][number]
        state: State = "unchanged" if is_there else "moved" if says_same else "changed"
        was = str(old[at][2])
        found.append(AlignedUnit(str(path), int(index), state, str(html), was, (str(old[at][0]), int(old[at][1]))))
        found += behind[at] if at not in moves else []
    return found


def _formers(old: Units, new: Units, said: list[list[tuple[str, str]]]) -> dict[int, int]:
    """Return which unit of ``old`` each of ``new`` was, by their numbers."""
    texts: list[dict[str, list[int]]] = [defaultdict(list), defaultdict(list)]
    for side, numbers in zip((old, new), texts, strict=True):
        for number, (path, _index, _html) in enumerate(side):
            numbers[text_of(str(path))].append(number)
    found: dict[int, int] = {}
    for text, come in texts[1].items():
        gone = texts[0].get(text, [])
        steps = runs([said[0][i] for i in gone], [said[1][j] for j in come])
        for equal, i1, i2, j1, j2 in steps:
            found.update(zip(come[j1:j2], gone[i1:i2], strict=True) if equal else ())
        heirs = {(old[found[j]][0], new[j][0]) for j in come if j in found}
        for equal, i1, i2, j1, j2 in steps:
            found.update({} if equal else _pairs(gone[i1:i2], come[j1:j2], old, new, heirs))
    left: dict[str, deque[int]] = defaultdict(deque)
    taken = set(found.values())
    for number, (_place, words) in enumerate(said[0]):
        if number not in taken:
            left[words].append(number)
    for number, (_place, words) in enumerate(said[1]):
        if number not in found and left[words]:
            found[number] = left[words].popleft()
    return found


def _pairs(gone: list[int], come: list[int], old: Units, new: Units, heirs: Collection[Any]) -> dict[int, int]:
    """Pair two runs of units in order, so that the pairs share as many words as possible; what is new, by its former.

    A block that holds one of them in both versions is one unit that was written anew, even without a word in common;
    units of two blocks must have half of their words in common, unless others went from one to the other (``heirs``).
    """
    paths = [str(old[i][0]) for i in gone], [str(new[j][0]) for j in come]
    if len(gone) * len(come) > COMPARED_UNITS:
        # What both have is told by its words.
        said = {old[i][2] for i in gone} & {new[j][2] for j in come}
        places = {(*old[i][:2],): i for i in gone if old[i][2] not in said}
        return {j: places[place] for j in come if (place := (*new[j][:2],)) in places and new[j][2] not in said}
    counts = [Counter(side) for side in paths]
    alone = {path for path in counts[0] if counts[0][path] == counts[1][path] == 1}
    words = [[_words(str(side[number][2])) for number in run] for side, run in ((old, gone), (new, come))]
    best = [[0.0] * (len(come) + 1) for _ in range(len(gone) + 1)]
    for i in range(len(gone) - 1, -1, -1):
        for j in range(len(come) - 1, -1, -1):
            likeness = _likeness(words[0][i], words[1][j])
            if paths[0][i] != paths[1][j] and (paths[0][i], paths[1][j]) not in heirs:
                likeness = likeness if likeness >= LIKE else 0.0
            elif paths[0][i] in alone:
                likeness = likeness or MARGIN
            best[i][j] = max(best[i + 1][j + 1] + likeness, best[i + 1][j], best[i][j + 1])
    found: dict[int, int] = {}
    i = j = 0
    while i < len(gone) and j < len(come):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            found[come[j]] = gone[i]
            i, j = i + 1, j + 1
    return found


def _words(html: str) -> Counter[str]:
    return Counter(token for token in tokens(html) if not (token.isspace() or token.startswith("<")))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    together = one.total() + other.total()
    return 2 * (one & other).total() / together if together else 0.0


def moved[Item: Hashable](old: Sequence[Item], new: Sequence[Item]) -> set[Item]:
    """Return the fewest items of both lists that, taken out, leave the others in the same order."""
    places = {item: number for number, item in enumerate(old)}
    common = [item for item in new if item in places]
    # The longest rising run of places, by patience sorting.
    tops: list[int] = []
    ends: list[Item] = []
    came: dict[Item, Item | None] = {}
    for item in common:
        at = bisect_left(tops, places[item])
        came[item] = ends[at - 1] if at else None
        tops[at : at + 1] = [places[item]]
        ends[at : at + 1] = [item]
    stays = set()
    last = ends[-1] if ends else None
    while last is not None:
        stays.add(last)
        last = came[last]
    return set(common) - stays


def divided_otherwise(old: Mapping[str, int], new: Mapping[str, int]) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the blocks of two pages that hold as many units together, and hold other numbers of them each.

    The pages give the number of units of each leaf, by content path in reading order: in two languages, where words
    tell nothing. A block that has parts, as a picture has its caption, is none among which a text is divided.
    """
    for field in dict.fromkeys(path.partition(".")[0] for path in old):
        sides = [
            [(path, size) for path, size in side.items() if path.count(".") == 1 and path.partition(".")[0] == field]
            for side in (old, new)
        ]
        for equal, i1, i2, j1, j2 in runs(*sides):
            one, other = sides[0][i1:i2], sides[1][j1:j2]
            if not equal and sum(size for _path, size in one) == sum(size for _path, size in other):
                yield [path for path, _size in one], [path for path, _size in other]


def divided_as[Item](texts: Mapping[str, Sequence[Item]], sizes: Mapping[str, int]) -> dict[str, list[Item]]:
    """Return what the leaves of a page hold, divided among blocks as in another page, whose ``sizes`` these are."""
    found = {path: [*held] for path, held in texts.items()}
    for gone, come in divided_otherwise({path: len(held) for path, held in texts.items()}, sizes):
        rest = [item for path in gone for item in found.pop(path)]
        for path in come:
            found[path], rest = rest[: sizes[path]], rest[sizes[path] :]
    return found


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
