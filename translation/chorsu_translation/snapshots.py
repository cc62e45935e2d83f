"""Snapshots: the text of a source by which its translations are found out of date, now and formerly."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from wagtail.models import Page, Revision, TranslatableMixin

from chorsu_editorial.alignment import Units, align
from chorsu_editorial.markup import canonical_html, readable_text
from chorsu_editorial.reading import Leaf, all_leaves, child_relations, units
from chorsu_translation.models import PublishedUnits, PublishedVersion

# Raised whenever pages are read, or texts written down, in another way: snapshots of different readings can't be
# compared. ``migrate`` takes older ones again (``published.renew_snapshots``).
READING = 3

Key = tuple[str, int]
# A source that changed while it was translated did so in one of its last versions.
SEARCHED_VERSIONS = 10


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The units of a page as ``[content path, index, inner HTML]``, and their SHA-256 in hexadecimal.

    Child rows are counted (``links.0.title``) instead of named by their primary keys, which Wagtail gives anew each
    time that a page with a new row is published.
    """

    units: Units
    digest: str

    @property
    def words(self) -> int:
        return sum(count_words(str(html)) for _path, _index, html in self.units)


@dataclass(frozen=True, slots=True)
class Changes:
    """Where two snapshots differ: path and index of each unit, in the new reading order, then of what was removed.

    ``words`` counts those of the changed and new units as they are now; a moved one has none.
    """

    units: list[Key]
    words: int


def take_snapshot(page: Page) -> Snapshot:
    found: Units = [[unit.path, unit.index, unit.html] for leaf in _compared(page) for unit in units(leaf)]
    return snapshot_of(_with_counted_rows(found, type(page)))


def paths_in_page(page: Page) -> dict[str, str]:
    """Return the content paths that a specific page in memory has, by those that its snapshot has."""
    paths = [leaf.path for leaf in _compared(page)]
    return dict(zip(counted_paths(paths, type(page)), paths, strict=True))


def paths_of_values(page: Page) -> set[str]:
    """Return the paths that a snapshot of a specific page in memory has for numbers, dates and other values."""
    values = {leaf.path for leaf in _compared(page) if leaf.kind == "value"}
    return {counted for counted, path in paths_in_page(page).items() if path in values}


def retake_snapshot(old: Units, source: Page) -> Snapshot:
    """Return the stored units ``old`` of an earlier ``READING`` in the form that the present one gives them.

    For a source that has changed since, so that its text of then can't be read again. Fields and values that the
    earlier reading left out are taken from ``source`` as it is now, each behind what stands before it there.
    """
    found: Units = [[path, index, canonical_html(str(html))] for path, index, html in old]
    fields = {str(path).partition(".")[0] for path, _index, _html in old}
    found = _with_counted_rows(found, type(source))
    paths = [path for path, _index, _html in found]
    known, values = set(paths), paths_of_values(source)
    at = 0
    for unit in take_snapshot(source).units:
        path = str(unit[0])
        if path in known:
            at = len(paths) - paths[::-1].index(path)
        elif path in values or path.partition(".")[0] not in fields:
            found.insert(at, unit)
            paths.insert(at, path)
            at += 1
    return snapshot_of(found)


def compare(old: Units, new: Units) -> Changes:
    """Return the units that were changed, added, moved or removed."""
    found = [unit for unit in align(old, new) if unit.state != "unchanged"]
    found.sort(key=lambda unit: unit.state == "removed")
    words = sum(count_words(unit.html) for unit in found if unit.state in {"changed", "new"})
    return Changes([(unit.path, unit.index) for unit in found], words)


def counted_paths(paths: Iterable[str], model: type[Page]) -> list[str]:
    """Return content paths of one page with the number of each child row among those named in place of its key.

    A row that carries the translation key of its original keeps it.
    """
    counted: dict[tuple[str, ...], dict[str, int]] = {}
    return [_counted_path(path, model, counted) for path in paths]


def unit_hash(html: str) -> str:
    """Return the SHA-256 in hexadecimal of a unit's inner HTML, by which units are known in tables."""
    return hashlib.sha256(html.encode()).hexdigest()


def count_words(html: str) -> int:
    return len(readable_text(html, rich=True).split())


def _compared(page: Page) -> list[Leaf]:
    return [leaf for leaf in all_leaves(page, values=True) if leaf.compared]


def snapshot_of(found: Units) -> Snapshot:
    """Return the snapshot of a page with these units."""
    text = json.dumps(found, ensure_ascii=False)
    return Snapshot(found, unit_hash(text))


_relations = cache(child_relations)


def _with_counted_rows(found: Units, model: type[Page]) -> Units:
    paths = counted_paths((str(path) for path, _index, _html in found), model)
    return [[path, index, html] for path, (_path, index, html) in zip(paths, found, strict=True)]


def _counted_path(path: str, model: type, counted: dict[tuple[str, ...], dict[str, int]]) -> str:
    parts = path.split(".")
    for at in range(0, len(parts) - 2, 2):
        rows = _relations(model).get(parts[at])
        if rows is None:
            break
        if not issubclass(rows, TranslatableMixin):
            known = counted.setdefault((*parts[: at + 1],), {})
            parts[at + 1] = str(known.setdefault(parts[at + 1], len(known)))
        model = rows
    return ".".join(parts)


def unit_key(path: str, html: str) -> str:
    """Return what a unit is known by in ``PublishedUnits.unit_since``, wherever in its leaf it stands."""
    return unit_hash(f"{path}\n{html}")[:16]


def units_since(source: Page, snapshot: Snapshot) -> dict[str, datetime]:
    """Return since when a source has said each unit of its present text, by ``unit_key``.

    Left out is what is as old as the text as a whole, or older than is known.
    """
    published = PublishedUnits.objects.filter(page=source, digest=snapshot.digest).first()
    if published is not None:
        return {key: datetime.fromtimestamp(moment, UTC) for key, moment in published.unit_since.items()}
    if source.live:
        return {}
    # Nobody has published it: its drafts say when.
    found: dict[str, datetime] = {}
    left = {unit_key(str(path), str(html)) for path, _index, html in snapshot.units}
    for revision in source.revisions.order_by("-created_at", "-pk")[:SEARCHED_VERSIONS].iterator(1):
        units = take_snapshot(revision.as_object()).units
        left &= {unit_key(str(path), str(html)) for path, _index, html in units}
        if not left:
            break
        found.update(dict.fromkeys(left, revision.created_at))
    return found


def text_at(source: Page, moment: datetime) -> Units:
    """Return the units that readers of a source were shown at a moment; none where that isn't known any more."""
    versions = PublishedVersion.objects.filter(page_id=source.pk, published_at__lte=moment).order_by("-pk")
    version = versions.values_list("revision_id", flat=True).first()
    revision = Revision.objects.filter(pk=version).first() if version else None
    return take_snapshot(revision.as_object()).units if revision else []
