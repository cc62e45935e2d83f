"""The units of a source beside those of its translation: what a translator still has to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wagtail.models import Page, Revision

from chorsu_editorial import links
from chorsu_editorial.alignment import AlignedUnit, align, texts_by_path
from chorsu_translation.models import Baseline, PublishedUnits, TranslationLink, UnitMark
from chorsu_translation.selectors.baselines import carried_baseline
from chorsu_translation.selectors.form_places import units_by_form
from chorsu_translation.selectors.pages import current_text, translatable_pages
from chorsu_translation.selectors.rights import may_read
from chorsu_translation.selectors.source_texts import SEARCHED_VERSIONS, text_at, unit_key, units_since
from chorsu_translation.selectors.unit_places import Sides, has_value, is_done, order_taken_over, place_of
from chorsu_translation.snapshots import Snapshot, count_words, paths_of_values, take_snapshot, unit_hash

TO_DO = "translation-to-do"


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
        """Return the hash by which the source's text, or the one that it had, is marked as done."""
        return unit_hash(self.source.was if self.source.state == "removed" else self.source.html)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A source as its readers see it (unpublished: its latest version) and the latest version of a translation.

    ``text`` and ``version`` are the two in memory. ``counts`` says how many units each leaf of the translation has.
    ``baseline`` is the one that this version carries.
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
        baseline = self.baseline
        if self.link.adapted or baseline is None:
            return False
        return baseline.digest != self.snapshot.digest

    @property
    def open_changes(self) -> list[TranslationUnit]:
        """Return the units that changed since the baseline and aren't done."""
        return [unit for unit in self.units if unit.source.state != "unchanged" and not unit.done]


def editor_url(target: Page) -> str:
    """Return the address of a translation's editor, which then goes to the first unit that is to do."""
    return to_do_in(links.editor_url(target))


def to_do_in(edit_address: str) -> str:
    """Return the address at which the editor of a translation goes to the first unit that is to do."""
    return f"{edit_address}#{TO_DO}"


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
    text = current_text(link.source)
    snapshot = take_snapshot(text)
    baseline = carried_baseline(target, target.latest_revision_id)
    version = target.specific.get_latest_revision_as_object()
    latest = units_by_form(version, text)
    history = _History(target, link.source, text, baseline, snapshot)
    old = baseline.units if baseline and not link.adapted else snapshot.units
    sides = Sides(
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
        at = place_of(each, sides)
        gone = each.state == "removed"
        marked = (each.path, unit_hash(each.was if gone else each.html), gone) in marks
        done = link.adapted or marked or has_value(each, sides) or is_done(each, at, sides, history.before(each))
        units.append(TranslationUnit(each, at, done, marked, count_words(each.html)))
    counts = {path: len(texts) for path, texts in sides.target.items()}
    return Comparison(link, link.source, text, version, snapshot, baseline, units, counts)


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


class _History:
    """What a translation said before its source said what it says now.

    What differs from that was written since. The version of the baseline is no help: between a translation's beginning
    and the first change of its source all of it is written. A source that changes more than once says each of its units
    since another moment, so that a change elsewhere doesn't ask again for what was translated before it.
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
