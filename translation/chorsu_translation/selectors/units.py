"""The units of a source beside those of its translation: what a translator still has to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from wagtail.models import Page, Revision

from chorsu_translation.alignment import AlignedUnit, Units, align, texts_by_path
from chorsu_translation.models import Baseline, PublishedUnits, TranslationLink, UnitMark
from chorsu_translation.selectors.baselines import carried_baseline
from chorsu_translation.selectors.pages import current_text, translatable_pages
from chorsu_translation.selectors.rights import may_read
from chorsu_translation.snapshots import Snapshot, count_words, take_snapshot, unit_hash

TO_DO = "translation-to-do"
# A source that changed while it was translated did so in one of its last versions.
SEARCHED_VERSIONS = 10


@dataclass(frozen=True, slots=True)
class TranslationUnit:
    """A unit of the source and how far its translation is.

    ``at`` is the index of its translation within the same leaf of the target's latest version; None where it has none.
    ``done``: nothing is left to do for the person who translates. ``words`` are those of the source's unit.
    """

    source: AlignedUnit
    at: int | None
    done: bool
    marked: bool
    words: int

    @property
    def key(self) -> str:
        """Return the hash by which the source's text is marked as done."""
        return unit_hash(self.source.html)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A source as its readers see it (unpublished: its latest version) and the latest version of a translation.

    ``counts`` says how many units each leaf of the translation has. ``baseline`` is the one that this version carries.
    """

    link: TranslationLink
    source: Page
    snapshot: Snapshot
    baseline: Baseline | None
    units: list[TranslationUnit]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def behind(self) -> bool:
        """Return whether the source says something else than this version was brought up to date with."""
        baseline = self.baseline
        if self.link.adapted or baseline is None:
            return False
        return baseline.digest != self.snapshot.digest or bool(baseline.to_check)

    @property
    def open_changes(self) -> list[TranslationUnit]:
        """Return the units that changed since the baseline and aren't done."""
        return [unit for unit in self.units if unit.source.state != "unchanged" and not unit.done]


def editor_url(target: Page) -> str:
    """Return the address of a translation's editor, which then goes to the first unit that is to do."""
    return f"{reverse('wagtailadmin_pages:edit', args=[target.pk])}#{TO_DO}"


def readable_versions(*, target: Page, user: Any) -> list[Page]:
    """Return the article's pages in other languages that the user may read, in the order of the languages."""
    pages = translatable_pages().filter(translation_key=target.translation_key).exclude(pk=target.pk)
    found = pages.select_related("locale").order_by("locale_id")
    return [page for page in found if may_read(user=user, page=page)]


def comparison(target: Page) -> Comparison | None:
    """Compare the latest version of a translation with its source, or return None where it has none."""
    link = TranslationLink.objects.select_related("source__locale").filter(target=target.pk).first()
    if link is None or link.source is None:
        return None
    snapshot = take_snapshot(current_text(link.source))
    baseline = carried_baseline(target, target.latest_revision_id)
    latest = take_snapshot(target.specific.get_latest_revision_as_object()).units
    before = _version_before(target, link.source, snapshot, baseline)
    then = take_snapshot(before.as_object()).units if before else []
    old = _as_translated(baseline) if baseline and not link.adapted else snapshot.units
    marks = set(UnitMark.objects.filter(target=target.pk).values_list("path", "source_hash"))
    sides = _Sides(
        source=texts_by_path(snapshot.units),
        source_then=texts_by_path(old),
        target=texts_by_path(latest),
        target_then=texts_by_path(then),
        in_order=_order_taken_over(snapshot.units, latest),
        declared=baseline is not None and baseline.how != Baseline.How.STARTED,
    )
    units = []
    for each in align(old, snapshot.units):
        at = _place(each, sides)
        marked = each.state != "removed" and (each.path, unit_hash(each.html)) in marks
        done = link.adapted or marked or _is_done(each, at, sides)
        units.append(TranslationUnit(each, at, done, marked, count_words(each.html)))
    counts = {path: len(texts) for path, texts in sides.target.items()}
    return Comparison(link, link.source, snapshot, baseline, units, counts)


def text_since(source: Page, digest: str) -> datetime | None:
    """Return since when readers have been shown the text of a source with this digest, if they are shown it now."""
    return PublishedUnits.objects.filter(page=source, digest=digest).values_list("since", flat=True).first()


def changes_since(*, source: Page, seen: str) -> list[str]:
    """Return the units, as inner HTML, that a source has now and had not in the version whose digest is ``seen``.

    Empty where that version isn't one of the source's last ones.
    """
    revisions = source.revisions.order_by("-created_at", "-pk")[:SEARCHED_VERSIONS]
    for revision in revisions.iterator(1):
        snapshot = take_snapshot(revision.as_object())
        if snapshot.digest == seen:
            units = align(snapshot.units, take_snapshot(current_text(source)).units)
            return [unit.html or unit.was for unit in units if unit.state != "unchanged"]
    return []


def _as_translated(baseline: Baseline) -> Units:
    """Return the units of a baseline, those with a place to check as they were before the minor edit."""
    before = {(path, index): html for path, index, html in baseline.to_check}
    return [[path, index, before.get((path, index), html)] for path, index, html in baseline.units]


def _version_before(target: Page, source: Page, snapshot: Snapshot, baseline: Baseline | None) -> Revision | None:
    """Return the version of a translation that was made from another text of the source than the present one.

    What differs from it was written since the source says what it says now. That of the baseline is no help: between
    a translation's beginning and the first change of its source all of it is written.
    """
    bound = baseline.revision if baseline else None
    if baseline is None or baseline.digest == snapshot.digest:
        return bound
    since = text_since(source, snapshot.digest) or source.latest_revision_created_at
    earlier = target.revisions.filter(created_at__lt=since).order_by("-created_at", "-pk").first() if since else None
    return max(filter(None, (bound, earlier)), key=lambda each: (each.created_at, each.pk), default=None)


@dataclass(frozen=True, slots=True)
class _Sides:
    """The texts of the units per leaf: of the source now and at the baseline, and of the translation likewise.

    ``in_order`` are the leaves that stand behind the same one in both; ``declared``: a person vouched for the baseline.
    """

    source: dict[str, list[str]]
    source_then: dict[str, list[str]]
    target: dict[str, list[str]]
    target_then: dict[str, list[str]]
    in_order: set[str]
    declared: bool


def _order_taken_over(source: Units, target: Units) -> set[str]:
    """Return the leaves that stand behind the same leaf in both, among those that both have."""
    sides = [list(dict.fromkeys(str(path) for path, _index, _html in units)) for units in (source, target)]
    common = set(sides[0]) & set(sides[1])
    before = [dict(_with_former(path for path in side if path in common)) for side in sides]
    return {path for path, former in before[0].items() if before[1][path] == former}


def _with_former(paths: Iterable[str]) -> Iterable[tuple[str, str]]:
    former = ""
    for path in paths:
        yield path, former
        former = path


def _place(each: AlignedUnit, sides: _Sides) -> int | None:
    """Return where in the leaf of the translation a unit is.

    A leaf that is as it was at the baseline is in step with the source of then, any other one with that of now.
    """
    there = sides.target.get(each.path, [])
    then = sides.target_then.get(each.path, [])
    as_then = there == then and len(there) == len(sides.source_then.get(each.path, []))
    at = each.former if as_then or each.state == "removed" else each.index
    return at if at is not None and at < len(there) else None


def _is_done(each: AlignedUnit, at: int | None, sides: _Sides) -> bool:
    there, then = sides.target.get(each.path, []), sides.target_then.get(each.path, [])
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
    if each.former is None and (not sides.target_then or len(there) < now):
        return False
    return text not in then
