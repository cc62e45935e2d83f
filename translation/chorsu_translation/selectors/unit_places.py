"""Where in a translation a unit of its source is, and whether a translator has done what it asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from chorsu_editorial.alignment import AlignedUnit, Units, align

Texts = dict[str, list[str]]


@dataclass(frozen=True)
class Sides:
    """The texts of the units per leaf: of the source now and at the baseline, and of the translation likewise.

    ``source_shown`` is what the source said when the translation was saved last, where that isn't what it says now.
    ``in_order`` are the leaves that stand behind the same one in both; ``declared``: a person vouched for the baseline.
    ``values`` are the leaves that hold a number, date or other value, which is right where it is as in the source.
    """

    source: Texts
    source_then: Texts
    source_shown: Texts
    target: Texts
    target_then: Texts
    in_order: set[str]
    values: set[str]
    declared: bool

    @cached_property
    def _shown_places(self) -> tuple[dict[tuple[str, int], int], dict[tuple[str, int], int]]:
        """Return the index in ``source_shown`` of units of the source now, and of those at the baseline."""
        shown = _as_units(self.source_shown)
        now = align(shown, _as_units(self.source))
        then = align(_as_units(self.source_then), shown)
        return (
            {(each.path, each.index): each.former for each in now if each.former is not None},
            {(each.path, each.former): each.index for each in then if each.former is not None and each.html},
        )

    def follows_shown(self, path: str) -> bool:
        """Return whether a leaf of the translation has the paragraphs of the source as it was when that was saved."""
        there, now = self.target.get(path, []), self.source.get(path, [])
        return len(there) != len(now) and len(there) == len(self.source_shown.get(path, []))

    def place_in_shown(self, each: AlignedUnit) -> int | None:
        """Return the index of a unit within its leaf of ``source_shown``; None where that has none of it."""
        of_now, of_then = self._shown_places
        if each.state == "removed":
            return of_then.get((each.path, each.index))
        return of_now.get((each.path, each.index))


def order_taken_over(source: Units, target: Units) -> set[str]:
    """Return the leaves that stand behind the same leaf in both, among those that both have."""
    sides = [list(dict.fromkeys(str(path) for path, _index, _html in units)) for units in (source, target)]
    common = set(sides[0]) & set(sides[1])
    before = [dict(_with_former(path for path in side if path in common)) for side in sides]
    return {path for path, former in before[0].items() if before[1][path] == former}


def place_of(each: AlignedUnit, sides: Sides) -> int | None:
    """Return where in the leaf of the translation a unit is.

    A leaf that is as it was at the baseline is in step with the source of then, one that has as many paragraphs as the
    source had when the translation was saved with that of that time, any other one with that of now.
    """
    there = sides.target.get(each.path, [])
    then = sides.target_then.get(each.path, [])
    if there == then and len(there) == len(sides.source_then.get(each.path, [])):
        at = each.former
    elif sides.follows_shown(each.path):
        at = sides.place_in_shown(each)
    else:
        at = each.former if each.state == "removed" else each.index
    return at if at is not None and at < len(there) else None


def has_value(each: AlignedUnit, sides: Sides) -> bool:
    """Return whether a unit is a value that the source has not changed since, or that the translation has too."""
    there = sides.target.get(each.path, [])
    return each.path in sides.values and bool(there) and (each.state == "unchanged" or each.html in there)


def is_done(each: AlignedUnit, at: int | None, sides: Sides, before: Texts) -> bool:
    """Return whether a unit whose translation is at ``at`` needs nothing more.

    ``before`` are the texts of the translation's last version from before the source said this unit.
    """
    there, then = sides.target.get(each.path, []), before.get(each.path, [])
    now = len(sides.source.get(each.path, []))
    if each.state == "removed":
        return at is None or len(there) == now or there[at] not in then
    text = there[at] if at is not None else ""
    copied = text == each.html and any(letter.isalpha() for letter in text)
    if each.state == "unchanged":
        return bool(there) and (not copied or (sides.declared and text in then))
    former = then[each.former] if each.former is not None and each.former < len(then) else ""
    if copied or not text or (each.former is not None and former in ("", each.was)):
        # Not translated yet, or then: so nobody knows from which text of the source it is.
        return False
    if each.state == "moved" and each.former is not None:
        return (each.former == each.index or former == text) and each.path in sides.in_order
    short = len(there) < now and not sides.follows_shown(each.path)
    if each.former is None and (not before or short):
        return False
    return text not in then


def _with_former(paths: Iterable[str]) -> Iterable[tuple[str, str]]:
    former = ""
    for path in paths:
        yield path, former
        former = path


def _as_units(texts: Texts) -> Units:
    return [[path, index, html] for path, found in texts.items() for index, html in enumerate(found)]
