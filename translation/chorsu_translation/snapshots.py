"""Snapshots: the text of a page, by which its translations are found out of date, now and at an earlier time."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from wagtail.models import Page, Revision, TranslatableMixin

from chorsu_editorial import markup
from chorsu_editorial.alignment import Units, align, divided_as, said_at
from chorsu_editorial.markup import canonical_html, readable_text, without_emphasis
from chorsu_editorial.reading import Leaf, all_leaves, child_relations, units
from chorsu_editorial.stated_facts import Passage, cases_of, changed_facts
from chorsu_translation.models import PublishedUnits, PublishedVersion

# Raised whenever pages are read, or texts written down, in another way: snapshots of different readings can't be
# compared. ``migrate`` takes older ones again (``published.renew_snapshots``).
READING = 5
# Those of these readings have the same units: only their digests are of another form.
SAME_UNITS = 4

# A source that changed while it was translated did so in one of its last versions.
SEARCHED_VERSIONS = 10
# What a translation has to follow, however small the change; dates are numbers.
FOLLOWED_FACTS = {"number", "name", "negation"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The units of a page as ``[content path, index, inner HTML]``, and the SHA-256 of what they say in hexadecimal.

    The digest is over what ``alignment.said_at`` says of each, in reading order: not over the blocks that hold them.
    Child rows are counted (``links.0.title``): Wagtail assigns new primary keys when a page with a new row is
    published.
    """

    units: Units
    digest: str

    @property
    def words(self) -> int:
        return sum(count_words(str(html)) for _path, _index, html in self.units)


@dataclass(frozen=True, slots=True)
class Changes:
    """Where two snapshots differ: path and index of each unit, removed ones last, and the words to translate."""

    units: list[tuple[str, int]]
    words: int


def take_snapshot(page: Page) -> Snapshot:
    """Return the snapshot of a specific page in memory."""
    found: Units = [[unit.path, unit.index, unit.html] for leaf in _compared(page) for unit in units(leaf)]
    return snapshot_of(_with_counted_rows(found, type(page)))


def snapshot_of(found: Units) -> Snapshot:
    said = [said_at(str(path), str(html)) for path, _index, html in found]
    return Snapshot(found, unit_hash(json.dumps(said, ensure_ascii=False)))


def paths_in_page(page: Page) -> dict[str, str]:
    """Return the content paths of a specific page in memory, by the paths that its snapshot has for them."""
    paths = [leaf.path for leaf in _compared(page)]
    return dict(zip(counted_paths(paths, type(page)), paths, strict=True))


def paths_of_values(page: Page) -> set[str]:
    """Return the paths that the snapshot of a specific page in memory has for numbers, dates and other values."""
    values = {leaf.path for leaf in _compared(page) if leaf.kind == "value"}
    return {counted for counted, path in paths_in_page(page).items() if path in values}


def sizes_of(units: Units) -> dict[str, int]:
    """Return how many units each leaf has, by content path in reading order."""
    return Counter(str(path) for path, _index, _html in units)


def texts_by_path(units: Units) -> dict[str, list[str]]:
    """Return the inner HTML of the units of each leaf, in reading order."""
    texts: dict[str, list[str]] = {}
    for path, _index, html in units:
        texts.setdefault(str(path), []).append(str(html))
    return texts


def divided_like(units: Units, other: Units) -> dict[str, list[str]]:
    """Return the inner HTML of units by content path, those of text blocks divided among them as ``other`` ones."""
    return divided_as(texts_by_path(units), sizes_of(other))


def retake_snapshot(old: Units, source: Page) -> Snapshot:
    """Return a snapshot by the present ``READING`` of units of an earlier one, whose source has changed since.

    Fields and values that the earlier reading left out are taken from ``source`` as it is now.
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


def states_other_facts(old: Units, new: Units, language: str) -> bool:
    """Return whether two versions of a text state other numbers, dates, names or negations."""
    changed = [unit for unit in align(old, new) if unit.state not in {"unchanged", "moved"}]
    before = [Passage(readable_text(unit.was, rich=True)) for unit in changed]
    after = [Passage(readable_text(unit.html, rich=True)) for unit in changed]
    cases = cases_of(readable_text(str(html), rich=True) for _path, _index, html in (*old, *new))
    # A script without capitals doesn't tell a name from another word: there every change would be one of a name.
    return not FOLLOWED_FACTS.isdisjoint(changed_facts(before, after, language, cases=cases, caseless=False))


def counted_paths(paths: Iterable[str], model: type[Page]) -> list[str]:
    """Return content paths with the number of each child row in place of its key, if it isn't translatable."""
    numbers: dict[tuple[str, ...], dict[str, int]] = {}
    counted = []
    for path in paths:
        parts = path.split(".")
        owner: type = model
        for at in range(0, len(parts) - 2, 2):
            rows = _relations(owner).get(parts[at])
            if rows is None:
                break
            if not issubclass(rows, TranslatableMixin):
                known = numbers.setdefault((*parts[: at + 1],), {})
                parts[at + 1] = str(known.setdefault(parts[at + 1], len(known)))
            owner = rows
        counted.append(".".join(parts))
    return counted


def unit_hash(html: str) -> str:
    """Return the SHA-256 in hexadecimal of a unit's inner HTML."""
    return hashlib.sha256(html.encode()).hexdigest()


def said_hash(html: str) -> str:
    """Return the hash of what a unit says: that of its inner HTML ``without_emphasis``."""
    return unit_hash(without_emphasis(html))


def count_words(html: str) -> int:
    return markup.count_words(readable_text(html, rich=True))


def _compared(page: Page) -> list[Leaf]:
    return [leaf for leaf in all_leaves(page, values=True) if leaf.compared]


_relations = cache(child_relations)


def _with_counted_rows(found: Units, model: type[Page]) -> Units:
    paths = counted_paths((str(path) for path, _index, _html in found), model)
    return [[path, index, html] for path, (_path, index, html) in zip(paths, found, strict=True)]


def unit_key(path: str, html: str) -> str:
    """Return the key of a unit in ``PublishedUnits.unit_since``, wherever in its field it stands."""
    return unit_hash("\n".join(said_at(path, html)))[:16]


def units_since(source: Page, snapshot: Snapshot) -> dict[str, datetime]:
    """Return since when a source has had each unit of its present text, by ``unit_key``; as far as that is known."""
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
    """Return the units that readers of a source were shown at a moment; empty where that isn't known any more."""
    versions = PublishedVersion.objects.filter(page_id=source.pk, published_at__lte=moment).order_by("-pk")
    version = versions.values_list("revision_id", flat=True).first()
    revision = Revision.objects.filter(pk=version).first() if version else None
    return take_snapshot(revision.as_object()).units if revision else []


def version_with(source: Page, digest: str, until: datetime | None = None) -> Page | None:
    """Return the newest of the last versions of a source, until a moment, whose snapshot has this digest."""
    revisions = source.revisions.filter(created_at__lte=until) if until else source.revisions.all()
    newest = revisions.order_by("-created_at", "-pk")[:SEARCHED_VERSIONS]
    versions = (revision.as_object() for revision in newest.iterator(1))
    return next((version for version in versions if take_snapshot(version).digest == digest), None)
