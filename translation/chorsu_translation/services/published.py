"""Store what pages show their readers, and what follows from it for translations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from chorsu_translation.models import Baseline, PublishedUnits, PublishedVersion, TranslationLink
from chorsu_translation.selectors.baselines import carried_baseline
from chorsu_translation.selectors.source_texts import unit_key
from chorsu_translation.services.history import record_version
from chorsu_translation.services.minor import follow_minor_edit
from chorsu_translation.services.pairs import store_pairs
from chorsu_translation.snapshots import READING, Snapshot, compare, retake_snapshot, take_snapshot

# What ``refresh_link`` stores.
FACTS = ("live_baseline", "changed_units", "changed_words", "changed_since")


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
        for link in links:
            if link is not own:
                refresh_link(link, source=snapshot)


@transaction.atomic
def refresh_link(link: TranslationLink, *, source: Snapshot | None = None) -> bool:
    """Store again which baseline the live version carries, and what of the source has changed since.

    ``source`` is what the source shows its readers now, where the caller knows it. Return whether anything differs from
    what was stored.
    """
    # Under the lock everything is read anew: somebody else may have published either side meanwhile.
    stored = TranslationLink.objects.select_for_update().get(pk=link.pk)
    before = _facts(stored)
    target = Page.objects.only("pk", "live_revision").get(pk=stored.target_id)
    stored.live_baseline = carried_baseline(target, target.live_revision_id)
    stored.changed_units, stored.changed_words, stored.changed_since = _changes(stored, source)
    if _facts(stored) == before:
        return False
    stored.save(update_fields=FACTS)
    return True


def _units_since(snapshot: Snapshot, stored: PublishedUnits | None, now: datetime) -> dict[str, float]:
    known: dict[str, float] = stored.unit_since if stored else {}
    keys = [unit_key(str(path), str(html)) for path, _index, html in snapshot.units]
    return {key: known.get(key, now.timestamp()) for key in keys}


def _facts(link: TranslationLink) -> list[Any]:
    return [link.live_baseline_id, *(getattr(link, name) for name in FACTS[1:])]


def _changes(link: TranslationLink, source: Snapshot | None) -> tuple[int, int, datetime | None]:
    """Return how many units and words of the source changed since the live version's baseline, and since when."""
    published = PublishedUnits.objects.filter(page=link.source_id).first() if link.source_id else None
    baseline = link.live_baseline
    if published is None or baseline is None or link.source is None or link.adapted:
        return 0, 0, None
    if baseline.digest == published.digest:
        return 0, 0, None
    changed = compare(baseline.units, (source or take_snapshot(link.source.specific)).units)
    return len(changed.units), changed.words, _changed_since(baseline, published)


def _changed_since(baseline: Baseline, published: PublishedUnits) -> datetime | None:
    """Return when the source was first published with another text than the baseline's.

    A baseline whose text was never published is of a draft, or older than the history.
    """
    versions = PublishedVersion.objects.filter(page_id=published.page_id).order_by("pk")
    same = versions.filter(digest=baseline.digest).last()
    later = versions.filter(pk__gt=same.pk) if same else versions.filter(published_at__gt=baseline.declared_at)
    return later.values_list("published_at", flat=True).first() or published.since


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


def refresh_links() -> tuple[int, int]:
    """Refresh every link; return how many there are, and of how many something else was stored."""
    links = differing = 0
    for link in TranslationLink.objects.order_by("pk").iterator(500):
        links += 1
        differing += refresh_link(link)
    return links, differing
