"""Store what pages show their readers, and what follows from it for translations."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from chorsu_translation.models import Baseline, PublishedUnits, TranslationLink
from chorsu_translation.selectors.baselines import carried_baseline
from chorsu_translation.selectors.source_texts import unit_key
from chorsu_translation.services.history import record_version
from chorsu_translation.services.minor import follow_minor_edit
from chorsu_translation.services.pairs import store_pairs
from chorsu_translation.snapshots import READING, Snapshot, retake_snapshot, take_snapshot


@transaction.atomic
def record_published_units(*, page: Page) -> None:
    """Store the digest of what a live page shows; called in the transaction that publishes it.

    After a minor edit the translations that were up to date still are.
    """
    # Who publishes or declares another page of these is waited for; one order, so that nobody waits in a circle.
    links = list(
        TranslationLink.objects.select_for_update().filter(Q(source_id=page.pk) | Q(target_id=page.pk)).order_by("pk")
    )
    own = next((link for link in links if link.target_id == page.pk), None)
    if not page.live:
        if own is not None:
            refresh_link(own)
        return
    snapshot = take_snapshot(page)
    stored = PublishedUnits.objects.filter(page_id=page.pk).first()
    is_new = stored is None or stored.digest != snapshot.digest
    if is_new:
        if stored is not None:
            follow_minor_edit(page, stored=stored, snapshot=snapshot)
        now = timezone.now()
        PublishedUnits.objects.update_or_create(
            page_id=page.pk,
            defaults={
                "digest": snapshot.digest,
                "reading": READING,
                "unit_count": len(snapshot.units),
                "words": snapshot.words,
                "since": now,
                "unit_since": _units_since(snapshot, stored, now),
            },
        )
    former = own.live_baseline if own else None
    if own is not None:
        refresh_link(own)
        own.refresh_from_db()
        store_pairs(link=own, target=page)
    if is_new:
        record_version(page=page, snapshot=snapshot, link=own, former=former)


@transaction.atomic
def refresh_link(link: TranslationLink) -> bool:
    """Store again which baseline the live version carries; return whether it was another."""
    # Under the lock everything is read anew: somebody else may have published either side meanwhile.
    stored = TranslationLink.objects.select_for_update().get(pk=link.pk)
    before = stored.live_baseline_id
    target = Page.objects.only("pk", "live_revision").get(pk=stored.target_id)
    stored.live_baseline = carried_baseline(target, target.live_revision_id)
    if stored.live_baseline_id == before:
        return False
    stored.save(update_fields=["live_baseline"])
    return True


def _units_since(snapshot: Snapshot, stored: PublishedUnits | None, now: datetime) -> dict[str, float]:
    known: dict[str, float] = stored.unit_since if stored else {}
    keys = [unit_key(str(path), str(html)) for path, _index, html in snapshot.units]
    return {key: known.get(key, now.timestamp()) for key in keys}


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
        refresh_links()
    return count


def refresh_links() -> int:
    """Refresh every link, and return of how many something else was stored; an alias has no state of its own."""
    links = TranslationLink.objects.filter(target__alias_of__isnull=True).order_by("pk")
    return sum(refresh_link(link) for link in links.iterator(500))
