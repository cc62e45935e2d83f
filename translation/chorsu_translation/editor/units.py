"""The units of a source beside those of its translation: their fields in the form, and what is still to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any

from wagtail.models import Page, Revision, TranslatableMixin

from chorsu_editorial import links
from chorsu_editorial.alignment import AlignedUnit, Units, align, texts_by_path
from chorsu_editorial.markup import without_emphasis
from chorsu_editorial.reading import child_relations, child_rows, row_key, text_relations
from chorsu_translation.models import Baseline, PublishedUnits, TranslationLink, UnitMark
from chorsu_translation.pages import current_text
from chorsu_translation.published import carried_baseline
from chorsu_translation.snapshots import (
    Snapshot,
    count_words,
    paths_in_page,
    paths_of_values,
    said_hash,
    take_snapshot,
    text_at,
    unit_key,
    units_since,
    version_with,
)


class FormPaths:
    """The content paths of a source as its translation's edit form has them: child rows are counted from 0.

    A row with a translation key stands where the translation has the row with that key, others as in the source.
    """

    def __init__(self, source: Page, target: Page) -> None:
        self.source, self.target = source, target
        self.known = paths_in_page(source)

    def __getitem__(self, path: str) -> str:
        """Return the form's path of a unit; the path itself where no child row is in it, or the row is gone."""
        parts = self.known.get(path, path).split(".")
        rows: tuple[Any, Any] = (self.source, self.target)
        for at in range(0, len(parts) - 2, 2):
            if parts[at] not in child_relations(type(rows[0])):
                break
            ours, theirs = ([] if row is None else child_rows(row, parts[at]) for row in rows)
            keys = [row_key(row) or f"new{number}" for number, row in enumerate(ours)]
            if parts[at + 1] not in keys:
                break
            number = keys.index(parts[at + 1])
            row = ours[number]
            if isinstance(row, TranslatableMixin):
                there = [row_key(each) for each in theirs]
                number = there.index(row_key(row)) if row_key(row) in there else len(there)
            parts[at + 1] = str(number)
            rows = row, theirs[number] if number < len(theirs) else None
        return ".".join(parts)


def units_by_form(version: Page, source: Page) -> Units:
    """Return the units of a version of a translation; those of child rows have the paths of the source's rows.

    A snapshot counts rows with text alone, so its first row may be any row of a translation that began empty.
    """
    units = take_snapshot(version).units
    if not text_relations(type(version)):
        return units
    theirs, ours = FormPaths(source, version), FormPaths(version, version)
    paths = {theirs[path]: path for path in theirs.known}
    taken = set(paths.values())
    found: Units = []
    for path, index, html in units:
        own = str(path)
        # A row beside which the source has none must not stand for another one's.
        found.append([paths.get(ours[own], f"+{own}" if own in taken else own), index, html])
    return found


Texts = dict[str, list[str]]


@dataclass(frozen=True)
class TextVersions:
    """The texts of the units per leaf: of the source and the translation, now and at the baseline.

    ``source_shown`` is what the source said when the translation was saved last, empty if that is what it says now.
    ``in_order`` are the leaves that stand behind the same leaf in both, ``values`` those that hold a number, date or
    other value; ``declared``: a person vouched for the baseline.
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
    def _shown_indexes(self) -> tuple[dict[tuple[str, int], int], dict[tuple[str, int], int]]:
        """Return the index in ``source_shown`` of units of the source now, and of those at the baseline."""
        shown = _as_units(self.source_shown)
        now = align(shown, _as_units(self.source))
        then = align(_as_units(self.source_then), shown)
        return (
            {(each.path, each.index): each.former for each in now if each.former is not None},
            {(each.path, each.former): each.index for each in then if each.former is not None and each.html},
        )

    def follows_shown(self, path: str) -> bool:
        """Return whether a leaf has as many paragraphs as ``source_shown``, and not as the source now."""
        there, now = self.target.get(path, []), self.source.get(path, [])
        return len(there) != len(now) and len(there) == len(self.source_shown.get(path, []))

    def target_index(self, each: AlignedUnit) -> int | None:
        """Return the index of the unit in the translation's leaf, or None.

        If the leaf is unchanged since the baseline, use the baseline's order; if it has as many paragraphs as the
        source had when the translation was saved last, use the order of that time; otherwise the source's order now.
        """
        there, then = self.target.get(each.path, []), self.target_then.get(each.path, [])
        if there == then and len(there) == len(self.source_then.get(each.path, [])):
            at = each.former
        elif self.follows_shown(each.path):
            of_now, of_then = self._shown_indexes
            at = (of_then if each.state == "removed" else of_now).get((each.path, each.index))
        else:
            at = each.former if each.state == "removed" else each.index
        return at if at is not None and at < len(there) else None


def order_taken_over(source: Units, target: Units) -> set[str]:
    """Return the leaves that stand behind the same leaf in both, among those that both have."""
    sides = [list(dict.fromkeys(str(path) for path, _index, _html in units)) for units in (source, target)]
    common = set(sides[0]) & set(sides[1])
    shared = [["", *(path for path in side if path in common)] for side in sides]
    before = [{path: former for former, path in pairwise(side)} for side in shared]
    return {path for path, former in before[0].items() if before[1][path] == former}


def is_done(each: AlignedUnit, at: int | None, texts: TextVersions, before: Texts) -> bool:
    """Return whether a unit, translated at index ``at``, is done; ``before`` are the texts from before it was so."""
    there, then = texts.target.get(each.path, []), before.get(each.path, [])
    now = len(texts.source.get(each.path, []))
    if each.state == "removed":
        return at is None or len(there) == now or there[at] not in then
    text = there[at] if at is not None else ""
    copied = without_emphasis(text) == without_emphasis(each.html) and any(letter.isalpha() for letter in text)
    if each.state == "unchanged":
        return bool(there) and (not copied or (texts.declared and text in then))
    former = then[each.former] if each.former is not None and each.former < len(then) else ""
    if copied or not text or (each.former is not None and former in ("", each.was)):
        # Not translated yet, or then: so nobody knows from which text of the source it is.
        return False
    if each.state == "moved" and each.former is not None:
        return (each.former == each.index or former == text) and each.path in texts.in_order
    short = len(there) < now and not texts.follows_shown(each.path)
    if each.former is None and (not before or short):
        return False
    return text not in then


def _as_units(texts: Texts) -> Units:
    return [[path, index, html] for path, found in texts.items() for index, html in enumerate(found)]


@dataclass(frozen=True, slots=True)
class TranslationUnit:
    """A unit of the source, and the index ``at`` of its translation in the same leaf of the target's latest version.

    ``key`` is the hash of what the source's text, or its former one, says, by which the unit is marked as done.
    """

    source: AlignedUnit
    at: int | None
    done: bool
    marked: bool
    words: int
    key: str


@dataclass(frozen=True, slots=True)
class Bitext:
    """A source as its readers see it (unpublished: its latest version) beside the latest version of a translation.

    ``text`` and ``version`` are the two in memory, ``baseline`` is the one that this version carries, ``counts`` says
    how many units each leaf of the translation has.
    """

    link: TranslationLink
    source: Page
    text: Page
    version: Page
    snapshot: Snapshot
    baseline: Baseline | None
    units: list[TranslationUnit]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def behind(self) -> bool:
        """Return whether the source says something else than this version was brought up to date with."""
        baseline = None if self.link.adapted else self.baseline
        return baseline is not None and baseline.digest != self.snapshot.digest

    @property
    def open_changes(self) -> list[TranslationUnit]:
        return [unit for unit in self.units if unit.source.state != "unchanged" and not unit.done]


def editor_url(target: Page) -> str:
    """Return the URL at which the editor of a translation goes to the first unit that is to do."""
    return to_do_in(links.editor_url(target))


def to_do_in(edit_address: str) -> str:
    return f"{edit_address}#translation-to-do"


def bitext_of(target: Page) -> Bitext | None:
    """Return the latest version of a translation beside its source, or None where it has none."""
    link = TranslationLink.objects.select_related("source__locale").filter(target=target.pk).first()
    if link is None or link.source is None:
        return None
    text = current_text(link.source)
    snapshot = take_snapshot(text)
    baseline = carried_baseline(target, target.latest_revision_id)
    version = target.specific.get_latest_revision_as_object()
    latest = units_by_form(version, text)
    history = _History(target, link.source, text, baseline, snapshot)
    old = baseline.units if baseline and not link.adapted else snapshot.units
    texts = TextVersions(
        source=texts_by_path(snapshot.units),
        source_then=texts_by_path(old),
        source_shown=history.shown(),
        target=texts_by_path(latest),
        target_then=history.before(None),
        in_order=order_taken_over(snapshot.units, latest),
        values=paths_of_values(text),
        declared=baseline is not None and baseline.how != Baseline.How.STARTED,
    )
    marks = set(UnitMark.objects.filter(target=target.pk).values_list("path", "source_hash", "kept"))
    units = []
    for each in align(old, snapshot.units):
        at = texts.target_index(each)
        gone = each.state == "removed"
        key = said_hash(each.was if gone else each.html)
        marked = (each.path, key, gone) in marks
        there = texts.target.get(each.path, [])
        is_value = each.path in texts.values and bool(there) and (each.state == "unchanged" or each.html in there)
        done = link.adapted or marked or is_value or is_done(each, at, texts, history.before(each))
        units.append(TranslationUnit(each, at, done, marked, count_words(each.html), key))
    counts = {path: len(units) for path, units in texts.target.items()}
    return Bitext(link, link.source, text, version, snapshot, baseline, units, counts)


def text_since(source: Page, digest: str) -> datetime | None:
    """Return since when the text of a source with this digest is published, None where it isn't published now."""
    return PublishedUnits.objects.filter(page=source, digest=digest).values_list("since", flat=True).first()


def changes_since(*, source: Page, seen: str) -> list[str]:
    """Return, as inner HTML, what differs in a source since its version with this digest; empty if that is too old."""
    version = version_with(source, seen)
    if version is None:
        return []
    units = align(take_snapshot(version).units, take_snapshot(current_text(source)).units)
    return [unit.html or unit.was for unit in units if unit.state != "unchanged"]


class _History:
    """The versions of a translation from before its source said what it says now.

    What differs from them was written since. The version of the baseline is no help: between a translation's beginning
    and the first change of its source all of it is written. Each unit of the source has its own moment, so that a
    change elsewhere doesn't ask again for what was translated before it.
    """

    def __init__(self, target: Page, source: Page, text: Page, baseline: Baseline | None, snapshot: Snapshot) -> None:
        self.target, self.source, self.text = target, source, text
        self.bound = baseline.revision if baseline else None
        self.behind = baseline is not None and baseline.digest != snapshot.digest
        since = text_since(source, snapshot.digest) or source.latest_revision_created_at
        self.since = since if self.behind else None
        self.units_since = units_since(source, snapshot) if self.behind else {}
        self.texts: dict[datetime | None, dict[str, list[str]]] = {}

    def before(self, unit: AlignedUnit | None) -> dict[str, list[str]]:
        """Return the texts from before the source said a unit, or without one its text as a whole."""
        moment = self.since
        if unit is not None and unit.state in {"changed", "new", "moved"}:
            moment = self.units_since.get(unit_key(unit.path, unit.html), moment)
        if moment not in self.texts:
            version = self._version(moment)
            self.texts[moment] = texts_by_path(units_by_form(version.as_object(), self.text)) if version else {}
        return self.texts[moment]

    def shown(self) -> dict[str, list[str]]:
        """Return what the source said when the translation was saved last, where it says something else now."""
        saved = self.target.latest_revision_created_at
        if not self.behind or saved is None or self.since is None or saved >= self.since:
            return {}
        return texts_by_path(text_at(self.source, saved))

    def _version(self, moment: datetime | None) -> Revision | None:
        if moment is None or (self.bound is not None and moment <= self.bound.created_at):
            return self.bound
        earlier = self.target.revisions.filter(created_at__lt=moment).order_by("-created_at", "-pk").first()
        return max(filter(None, (self.bound, earlier)), key=lambda each: (each.created_at, each.pk), default=None)
