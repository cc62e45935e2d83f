"""Words that differ by slips of the finger: how to find them, and how likely each slip is.

One edit is a letter too many, too few, another one, or two neighbours swapped (optimal string alignment). Everything at
one edit is listed and looked up, as in Peter Norvig's "How to Write a Spelling Corrector". For two edits a word is cut
into three pieces, of which two edits leave one as it was, so that the pieces are looked up and what they find is
compared: Li, Deng, Wang, Feng, "Pass-Join: A Partition-based Method for Similarity Joins", PVLDB 5(3), 2011. (A swap
over the border of two pieces breaks both: with another slip in the third, such a word isn't found.)
"""

from __future__ import annotations

from collections.abc import Iterable

from chorsu_search.forgiving.keys import Likeness

LEAST_FOR_TWO = 8  # letters of a word from which two slips are forgiven
LEAST_PIECED = LEAST_FOR_TWO - 1
LONGEST_PIECED = 40
MOST = 2


def edits(word: str, letters: Iterable[str]) -> set[str]:
    """Return every text at one edit from a word; linear in the length of the word times the letters."""
    letters = list(letters)
    found: set[str] = set()
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        found.update(before + letter + after for letter in letters)
        if after:
            found.add(before + after[1:])
            found.update(before + letter + after[1:] for letter in letters)
        if len(after) > 1:
            found.add(before + after[1] + after[0] + after[2:])
    found -= {word, ""}
    return found


def _bounds(length: int) -> tuple[tuple[int, int], ...]:
    """Return where the three pieces of a word begin, and their lengths."""
    size, longer = divmod(length, MOST + 1)
    sizes = [size] * (MOST + 1 - longer) + [size + 1] * longer
    return tuple((sum(sizes[:number]), sizes[number]) for number in range(MOST + 1))


def pieces(word: str) -> tuple[str, ...]:
    """Return the three pieces of a word, each behind its length; empty ones for a short or a very long one."""
    if not LEAST_PIECED <= len(word) <= LONGEST_PIECED:
        return ("",) * (MOST + 1)
    return tuple(f"{len(word):02}{word[start : start + size]}" for start, size in _bounds(len(word)))


def pieces_within_two(word: str) -> tuple[set[str], ...]:
    """Return, for each of the three, which pieces a word at two edits may have: 19 in all at most."""
    found: tuple[set[str], ...] = tuple(set() for _piece in range(MOST + 1))
    shortest, longest = max(LEAST_PIECED, len(word) - MOST), min(LONGEST_PIECED, len(word) + MOST)
    for length in range(shortest, longest + 1):
        shift = len(word) - length
        for number, (start, size) in enumerate(_bounds(length)):
            # What stands left of a piece moves it, and so does what stands right of it: as Pass-Join selects.
            first = max(start - number, start + shift - (MOST - number), 0)
            last = min(start + number, start + shift + (MOST - number), len(word) - size)
            found[number].update(f"{length:02}{word[at : at + size]}" for at in range(first, last + 1))
    return found


def within(first: str, second: str, most: int = MOST) -> bool:
    """Return whether two words are at so many edits at most."""
    while first and second and first[0] == second[0]:
        place = next(
            (place for place, (one, other) in enumerate(zip(first, second, strict=False)) if one != other),
            min(len(first), len(second)),
        )
        first, second = first[place:], second[place:]
    if first == second:
        return True
    if most == 0 or abs(len(first) - len(second)) > most:
        return False
    return (
        within(first[1:], second[1:], most - 1)
        or within(first[1:], second, most - 1)
        or within(first, second[1:], most - 1)
        or (first[:2] == second[1::-1] and len(first) > 1 and within(first[2:], second[2:], most - 1))
    )


def may_be_within_two(letters: frozenset[str], word: str) -> bool:
    """Return whether a word has enough letters in common; false only for words at more than two edits."""
    return len(letters.symmetric_difference(word)) <= 2 * MOST


def cost(typed: str, meant: str, likeness: Likeness) -> float:
    """Return how unlikely it is that ``meant`` was typed as ``typed``: about 1 for a slip, less for a likely one.

    Weighted optimal string alignment; both are folded, and not long.
    """
    swapped: list[float] = []
    above = [0.0]
    for column, letter in enumerate(meant):
        above.append(above[-1] + _missing(meant, column, letter))
    for row, letter in enumerate(typed):
        line = [above[0] + _extra(typed, row, letter, likeness)]
        for column, wanted in enumerate(meant):
            best = min(
                above[column] + likeness.change(letter, wanted),
                above[column + 1] + _extra(typed, row, letter, likeness),
                line[column] + _missing(meant, column, wanted),
            )
            if row and column and letter == meant[column - 1] and typed[row - 1] == wanted and letter != wanted:
                best = min(best, swapped[column - 1] + 0.7)
            line.append(best)
        swapped, above = above, line
    # Few people get the first letter wrong.
    return above[-1] + (0.3 if typed[:1] != meant[:1] else 0.0)


def _missing(meant: str, place: int, letter: str) -> float:
    return 0.5 if place and meant[place - 1] == letter else 0.9


def _extra(typed: str, place: int, letter: str, likeness: Likeness) -> float:
    neighbours = {typed[place - 1] if place else "", typed[place + 1 : place + 2]}
    if letter in neighbours:
        return 0.5
    return 0.8 if any(likeness.are_near(letter, other) for other in neighbours) else 1.0
