"""What of a page is compared when somebody asks whether its translations are out of date."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from wagtail.models import Page

from editorial.leaves import iter_leaves
from editorial.units import units


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The units of a page as ``[content path, index, inner HTML]``, and their SHA-256 in hexadecimal."""

    units: list[list[str | int]]
    digest: str


def take_snapshot(page: Page) -> Snapshot:
    """Return the snapshot of a specific page in memory."""
    found: list[list[str | int]] = [
        [unit.path, unit.index, unit.html] for leaf in iter_leaves(page) for unit in units(leaf)
    ]
    text = json.dumps(found, ensure_ascii=False)
    return Snapshot(found, hashlib.sha256(text.encode()).hexdigest())


def changed_units(old: list[list[str | int]], new: list[list[str | int]]) -> list[str]:
    """Return the content paths of units that were changed, added or removed, in the new page's reading order."""
    before = {(path, index): html for path, index, html in old}
    after = {(path, index): html for path, index, html in new}
    changed = [key for key, html in after.items() if before.get(key) != html]
    removed = [key for key in before if key not in after]
    return list(dict.fromkeys(str(path) for path, _index in [*changed, *removed]))
