"""Minor edits of a source: its translations stay up to date, and what was stated is to be checked."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Page

from chorsu_editorial.alignment import Units, align
from chorsu_editorial.minor_edits import is_minor_edit
from chorsu_editorial.richtext import readable_text
from chorsu_editorial.selectors import minor_edit_of
from chorsu_editorial.stated_facts import names, numbers, small_words
from chorsu_translation.models import Baseline, PublishedUnits, TranslationLink, UnitMark
from chorsu_translation.snapshots import READING, Key, Snapshot, take_snapshot, unit_hash

Place = list[str | int]


def is_minor(page: Page, stored: PublishedUnits) -> bool:
    """Return whether what a page shows from now on is a minor edit of what is ``stored``.

    What was confirmed as minor is so of the version that it was made from alone. Where readers were shown another text
    meanwhile, it changes more.
    """
    if is_minor_edit():
        return True
    before = minor_edit_of(page.live_revision_id)
    return before is not None and take_snapshot(before.as_object()).digest == stored.digest


def keep_up_to_date(page: Page, *, stored: PublishedUnits, snapshot: Snapshot) -> None:
    """Let the baselines that say what the page said until now say what it says from now on."""
    up_to_date = Baseline.objects.filter(source_id=page.pk, digest=stored.digest, reading=READING)
    for baseline in up_to_date.select_for_update().order_by("pk"):
        to_check = places_after(baseline, snapshot.units, page.locale.language_code)
        Baseline.objects.filter(pk=baseline.pk).update(digest=snapshot.digest, units=snapshot.units, to_check=to_check)


def places_after(baseline: Baseline, new: Units, language: str) -> list[Place]:
    """Return the places to check of a baseline whose source says ``new`` from now on.

    A place that says again what it said when somebody looked at it last needs no look.
    """
    open_places = {(str(path), int(index)): str(html) for path, index, html in baseline.to_check}
    ordinary = small_words(_text(str(html)) for _path, _index, html in (*baseline.units, *new))
    found: dict[Key, str] = {}
    for unit in align(baseline.units, new):
        before = (unit.path, unit.former) if unit.former is not None else None
        checked = open_places.get(before, unit.was) if before else unit.was
        is_open = before in open_places
        if checked != unit.html and (is_open or _states_else(unit.was, unit.html, language, ordinary)):
            found[unit.path, unit.index] = checked
    return [[path, index, html] for (path, index), html in found.items()]


@transaction.atomic
def forget_place(mark: UnitMark) -> None:
    """Take the place from those to check at which somebody says that the translation is right by now."""
    # The link before its baselines, as who publishes the source locks them.
    link = TranslationLink.objects.select_for_update().filter(target=mark.target_id).first()
    for baseline in Baseline.objects.filter(target_id=mark.target_id).exclude(to_check=[]):
        here = {(path, index): html for path, index, html in baseline.units}.get((mark.path, mark.index), "")
        if unit_hash(str(here)) == mark.source_hash:
            baseline.to_check = [place for place in baseline.to_check if place[:2] != [mark.path, mark.index]]
            baseline.save(update_fields=["to_check"])
            if link is not None and link.live_baseline_id == baseline.pk and not link.adapted:
                TranslationLink.objects.filter(pk=link.pk).update(places_to_check=len(baseline.to_check))


def _states_else(old: str, new: str, language: str, ordinary: set[str]) -> bool:
    """Return whether two texts state other numbers, dates or names."""
    before, after = _text(old), _text(new)
    return numbers([before], language) != numbers([after], language) or names([before], ordinary) != names(
        [after], ordinary
    )


def _text(html: str) -> str:
    return readable_text(html, rich=True)
