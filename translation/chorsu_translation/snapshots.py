"""Snapshots: the text of a source page that is compared to find out whether its translations are out of date."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from wagtail.models import Page

from chorsu_editorial.leaves import all_leaves
from chorsu_editorial.richtext import canonical_html, readable_text
from chorsu_editorial.units import units

# Raised whenever pages are read, or texts written down, in another way: snapshots of different readings can't be
# compared. ``migrate`` takes older ones again (``services.renew_snapshots``).
READING = 1

Units = list[list[str | int]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The units of a page as ``[content path, index, inner HTML]``, and their SHA-256 in hexadecimal."""

    units: Units
    digest: str

    @property
    def words(self) -> int:
        """Return how many words it has."""
        return sum(count_words(str(html)) for _path, _index, html in self.units)


@dataclass(frozen=True, slots=True)
class Changes:
    """Where two snapshots differ: content path and index per unit, in the new reading order, then what was removed.

    ``words`` counts those of the changed and new units as they are now.
    """

    units: list[tuple[str, int]]
    words: int


def take_snapshot(page: Page) -> Snapshot:
    """Return the snapshot of a specific page in memory."""
    compared = (leaf for leaf in all_leaves(page) if leaf.compared)
    return _snapshot([[unit.path, unit.index, unit.html] for leaf in compared for unit in units(leaf)])


def retake_snapshot(old: Units, source: Page) -> Snapshot:
    """Return the stored units ``old`` of an earlier ``READING`` in the form that the present one gives them.

    For a source that has changed since, so that its text of then can't be read again. Fields that the earlier reading
    left out are taken from ``source`` as it is now.
    """
    found: Units = [[path, index, canonical_html(str(html))] for path, index, html in old]
    known = {str(path).partition(".")[0] for path, _index, _html in old}
    found += [unit for unit in take_snapshot(source).units if str(unit[0]).partition(".")[0] not in known]
    return _snapshot(found)


def compare(old: Units, new: Units) -> Changes:
    """Return the units that were changed, added or removed."""
    before = {(str(path), int(index)): html for path, index, html in old}
    after = {(str(path), int(index)): html for path, index, html in new}
    changed = [key for key, html in after.items() if before.get(key) != html]
    removed = [key for key in before if key not in after]
    return Changes([*changed, *removed], sum(count_words(str(after[key])) for key in changed))


def changed_units(old: Units, new: Units) -> list[str]:
    """Return the content paths of units that were changed, added or removed, in the new page's reading order."""
    return list(dict.fromkeys(path for path, _index in compare(old, new).units))


def unit_hash(html: str) -> str:
    """Return the SHA-256 in hexadecimal of a unit's inner HTML, by which units are known in tables."""
    return hashlib.sha256(html.encode()).hexdigest()


def count_words(html: str) -> int:
    """Return how many words a unit's inner HTML has."""
    return len(readable_text(html, rich=True).split())


def _snapshot(found: Units) -> Snapshot:
    text = json.dumps(found, ensure_ascii=False)
    return Snapshot(found, unit_hash(text))
