"""Store what pages show their readers, and what follows from it for translations."""

from __future__ import annotations

from django.utils import timezone
from wagtail.models import Page

from chorsu_editorial.minor_edits import is_minor_edit
from chorsu_translation.models import Baseline, PublishedUnits, TranslationLink
from chorsu_translation.selectors.baselines import carried_baseline
from chorsu_translation.services.pairs import store_pairs
from chorsu_translation.snapshots import READING, Snapshot, compare, retake_snapshot, take_snapshot


def record_published_units(*, page: Page) -> None:
    """Store the digest of what a live page shows; called in the transaction that publishes it.

    After a minor edit the translations that were up to date still are.
    """
    if not page.live:
        return
    snapshot = take_snapshot(page)
    stored = PublishedUnits.objects.filter(page_id=page.pk).first()
    if stored is not None and is_minor_edit():
        up_to_date = Baseline.objects.filter(source_id=page.pk, digest=stored.digest)
        up_to_date.update(digest=snapshot.digest, units=snapshot.units, reading=READING)
    if stored is None or stored.digest != snapshot.digest:
        PublishedUnits.objects.update_or_create(
            page_id=page.pk,
            defaults={
                "digest": snapshot.digest,
                "reading": READING,
                "unit_count": len(snapshot.units),
                "words": snapshot.words,
                "since": timezone.now(),
            },
        )
        for link in TranslationLink.objects.filter(source_id=page.pk).select_related("target"):
            refresh_link(link, source=snapshot)
    if own := TranslationLink.objects.filter(target_id=page.pk).first():
        own.target = page
        refresh_link(own)
        store_pairs(link=own, target=page)


def refresh_link(link: TranslationLink, *, source: Snapshot | None = None) -> None:
    """Store again which baseline the live version carries, and what of the source has changed since.

    ``source`` is what the source shows its readers now, where the caller knows it.
    """
    link.live_baseline = carried_baseline(link.target, link.target.live_revision_id)
    published = PublishedUnits.objects.filter(page=link.source).first()
    changed = None
    baseline = link.live_baseline
    if published and baseline and link.source and not link.adapted and baseline.digest != published.digest:
        changed = compare(baseline.units, (source or take_snapshot(link.source.specific)).units)
    if changed is None or published is None:
        link.changed_units = link.changed_words = 0
        link.changed_since = None
    else:
        link.changed_units, link.changed_words = len(changed.units), changed.words
        # The first publication since the baseline: later ones leave the translation as old as it was.
        link.changed_since = link.changed_since or published.since
    link.save(update_fields=["live_baseline", "changed_units", "changed_words", "changed_since"])


def renew_snapshots() -> int:
    """Bring snapshots of an earlier ``READING`` to the present one; no page's state changes. Return how many.

    It can be broken off at any moment and goes on where it was: a baseline is compared with digests of its own
    reading, so all baselines come first.
    """
    baselines = Baseline.objects.filter(reading__lt=READING)
    for baseline in baselines.select_related("source__published_units").iterator(100):
        source = baseline.source
        if source is None:
            snapshot = Snapshot(baseline.units, baseline.digest)
        elif hasattr(source, "published_units") and source.published_units.digest == baseline.digest:
            snapshot = take_snapshot(source.specific)
        else:
            snapshot = retake_snapshot(baseline.units, source.specific)
        Baseline.objects.filter(pk=baseline.pk).update(units=snapshot.units, digest=snapshot.digest, reading=READING)
    count = 0
    for published in PublishedUnits.objects.filter(reading__lt=READING).select_related("page").iterator(100):
        snapshot = take_snapshot(published.page.specific)
        PublishedUnits.objects.filter(pk=published.pk).update(
            digest=snapshot.digest, reading=READING, unit_count=len(snapshot.units), words=snapshot.words
        )
        count += 1
    if count:
        for link in TranslationLink.objects.select_related("target", "source").iterator(100):
            refresh_link(link)
    return count
