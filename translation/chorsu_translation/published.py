"""What pages show their readers: its digest, the baselines of live versions, and the history of published versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Page, PageLogEntry, Revision, TaskState

from chorsu_editorial.approvers import minor_edit_of
from chorsu_editorial.lineage import PUBLISHING_ACTIONS, History, publication, writers
from chorsu_translation.models import ArticleState, Baseline, PublishedUnits, PublishedVersion, TranslationLink
from chorsu_translation.retracted import refuse_publication, retractions
from chorsu_translation.snapshots import (
    READING,
    SAME_UNITS,
    Snapshot,
    compare,
    retake_snapshot,
    said_hash,
    snapshot_of,
    states_other_facts,
    take_snapshot,
    unit_hash,
    unit_key,
)
from chorsu_translation.states import BATCH, all_keys, mark_articles, write_marked, write_states


def carried_baseline(target: Page, revision_id: int | None) -> Baseline | None:
    """Return the baseline of a revision, else its nearest ancestor's, else the one without a revision.

    Baselines of a former source don't count.
    """
    baselines = Baseline.objects.filter(target=target.pk, source__translation_links__target=target.pk)
    found: dict[int | None, int] = dict(baselines.order_by("pk").values_list("revision_id", "pk"))
    if not found:
        return None
    revision = None
    if revision_id is not None and revision_id not in found:
        revision = Revision.objects.defer("content").filter(pk=revision_id).first()
    ancestors = (step.pk for step in History(revision).ancestors(revision.pk)) if revision else ()
    bound = next((pk for pk in (revision_id, *ancestors) if pk is not None and pk in found), None)
    key = found.get(bound)
    return Baseline.objects.select_related("declared_by").get(pk=key) if key else None


def shown_version(target: Page) -> int | None:
    """Return the key of the live revision, None where it was purged; of a page that isn't live that of the latest."""
    version: int | None = target.live_revision_id if target.live else target.latest_revision_id
    return version


@transaction.atomic
def record_published_units(*, page: Page) -> TranslationLink | None:
    """Store the digest of what a live page shows, in the transaction that saves it; return the link to its source."""
    # Wait for everybody who publishes or declares another page of these; always in one order, against deadlocks.
    links = list(
        TranslationLink.objects.select_for_update().filter(Q(source_id=page.pk) | Q(target_id=page.pk)).order_by("pk")
    )
    own = next((link for link in links if link.target_id == page.pk), None)
    if not page.live:
        if own is not None:
            refresh_link(own)
        return None
    snapshot = take_snapshot(page)
    stored = PublishedUnits.objects.filter(page_id=page.pk).first()
    is_new = stored is None or stored.digest != snapshot.digest
    if is_new:
        if stored is not None:
            _follow_minor_edit(page, stored=stored, snapshot=snapshot)
        PublishedUnits.objects.update_or_create(page_id=page.pk, defaults=_published_units(snapshot, stored))
    former = own.live_baseline if own else None
    if own is not None:
        refresh_link(own)
        own.refresh_from_db()
    if is_new:
        _record_version(page, snapshot, link=own, former=former)
    return own


def _published_units(snapshot: Snapshot, stored: PublishedUnits | None = None) -> dict[str, Any]:
    """Return what is stored of the text that a page shows from now on; ``stored`` is what it showed until now."""
    now = timezone.now()
    since: dict[str, float] = stored.unit_since if stored else {}
    keys = [unit_key(str(path), str(html)) for path, _index, html in snapshot.units]
    return {
        "digest": snapshot.digest,
        "reading": READING,
        "unit_count": len(snapshot.units),
        "words": snapshot.words,
        "since": now,
        "unit_since": {key: since.get(key, now.timestamp()) for key in keys},
    }


@transaction.atomic
def record_new_pages(*, pages: Sequence[Page], publisher: Any = None) -> None:
    """Record specific pages that were written in bulk, as ``record_published_units`` does one by one.

    None of them has a link yet, or a draft that somebody wrote here. Raises ``Refusal`` where one that is live belongs
    to a retracted article.
    """
    shown = [(page, take_snapshot(page)) for page in pages if page.live]
    retracted = retractions().filter(translation_key__in={page.translation_key for page, _snapshot in shown})
    if keys := set(retracted.values_list("translation_key", flat=True)):
        refuse_publication(next(page for page, _snapshot in shown if page.translation_key in keys))
    PublishedUnits.objects.bulk_create(
        [PublishedUnits(page_id=page.pk, **_published_units(snapshot)) for page, snapshot in shown]
    )
    versions = [_version(page, snapshot) for page, snapshot in shown]
    for version in versions:
        version.publisher = publisher
    PublishedVersion.objects.bulk_create(versions)
    mark_articles({page.translation_key for page in pages})


def _follow_minor_edit(page: Page, *, stored: PublishedUnits, snapshot: Snapshot) -> None:
    """Move the baselines of translations that are up to date along, if what the page shows now is a minor edit."""
    if not publication().is_minor:
        # It was approved as a minor edit of this version: where readers were shown another one since, it is more.
        before = minor_edit_of(page.live_revision_id)
        if before is None or take_snapshot(before.as_object()).digest != stored.digest:
            return
    up_to_date = Baseline.objects.filter(source_id=page.pk, digest=stored.digest, reading=READING)
    found = list(up_to_date.select_for_update().order_by("pk"))
    if found and not states_other_facts(found[0].units, snapshot.units, page.locale.language_code):
        up_to_date.update(digest=snapshot.digest, units=snapshot.units)


@transaction.atomic
def refresh_link(link: TranslationLink) -> bool:
    """Store which baseline the live version carries now; return whether another one was stored."""
    # Everything is read anew under the lock: somebody else may have published either side meanwhile.
    stored = TranslationLink.objects.select_for_update().get(pk=link.pk)
    before = stored.live_baseline_id
    target = Page.objects.only("pk", "live_revision").get(pk=stored.target_id)
    stored.live_baseline = carried_baseline(target, target.live_revision_id)
    if stored.live_baseline_id == before:
        return False
    stored.save(update_fields=["live_baseline"])
    return True


def renew_snapshots() -> int:
    """Renew the snapshots of an earlier ``READING``; it can be interrupted: baselines come first. Return how many."""
    baselines = Baseline.objects.filter(reading__lt=READING)
    for baseline in baselines.select_related("source__published_units").iterator(100):
        source = baseline.source
        if source is None:
            snapshot = Snapshot(baseline.units, baseline.digest)
        elif hasattr(source, "published_units") and source.published_units.digest == baseline.digest:
            snapshot = take_snapshot(source.specific)
        elif baseline.reading >= SAME_UNITS:
            snapshot = snapshot_of(baseline.units)
        else:
            snapshot = retake_snapshot(baseline.units, source.specific)
        Baseline.objects.filter(pk=baseline.pk).update(units=snapshot.units, digest=snapshot.digest, reading=READING)
    count = 0
    for published in PublishedUnits.objects.filter(reading__lt=READING).select_related("page").iterator(100):
        snapshot = take_snapshot(published.page.specific)
        since: dict[str, float] = {}
        for path, _index, html in snapshot.units:
            key = unit_key(str(path), str(html))
            # As ``unit_key`` was in reading 4, and before.
            formers = (taken(f"{path}\n{html}")[:16] for taken in (said_hash, unit_hash))
            known = [published.unit_since[former] for former in formers if former in published.unit_since]
            if known:
                since[key] = min(known[0], since.get(key, known[0]))
        PublishedUnits.objects.filter(pk=published.pk).update(
            digest=snapshot.digest,
            reading=READING,
            unit_count=len(snapshot.units),
            words=snapshot.words,
            unit_since=since,
        )
        count += 1
    if count:
        refresh_links()
    return count


def refresh_links() -> int:
    links = TranslationLink.objects.filter(target__alias_of__isnull=True).order_by("pk")
    return sum(refresh_link(link) for link in links.iterator(500))


def _record_version(page: Page, snapshot: Snapshot, *, link: TranslationLink | None, former: Baseline | None) -> None:
    """Add a row to the history; ``former`` is the baseline that the version before carried."""
    if page.alias_of_id:
        return
    revision_id = page.live_revision_id
    approved = TaskState.objects.filter(revision_id=revision_id, status=TaskState.STATUS_APPROVED)
    approvals = approved.select_related("finished_by").order_by("-finished_at", "-pk")
    approval = approvals.first() if revision_id else None
    reviewer = approval.finished_by if approval else None
    version = _version(page, snapshot)
    version.reviewer = reviewer
    if link is not None and link.source is not None:
        _add_source(version, link.source, link.live_baseline, former)
    version.save()
    version.translators.set(_translators(page, reviewer))


def _version(page: Page, snapshot: Snapshot) -> PublishedVersion:
    return PublishedVersion(
        translation_key=page.translation_key,
        locale_id=page.locale_id,
        page_id=page.pk,
        revision_id=page.live_revision_id,
        title=page.title,
        digest=snapshot.digest,
        words=snapshot.words,
        published_at=page.last_published_at or timezone.now(),
    )


def _add_source(version: PublishedVersion, source: Page, baseline: Baseline | None, former: Baseline | None) -> None:
    version.source_id, version.source_title = source.pk, source.title if source.live else ""
    if baseline is None:
        return
    version.source_digest = baseline.digest
    shown = PublishedVersion.objects.filter(page_id=source.pk, digest=baseline.digest).order_by("-pk")
    version.source_since = shown.values_list("published_at", flat=True).first() or (
        PublishedUnits.objects.filter(page=source, digest=baseline.digest).values_list("since", flat=True).first()
    )
    same_source = former is not None and former.source_id == source.pk
    version.translated_words = compare(former.units if former and same_source else [], baseline.units).words


def _translators(page: Page, reviewer: Any) -> list[Any]:
    """Return the users who wrote a version; its reviewer, who mended it, only where nobody else did."""
    revision = Revision.objects.filter(pk=page.live_revision_id).first()
    started = Baseline.objects.filter(target_id=page.pk, how=Baseline.How.STARTED)
    copies = list(started.values_list("revision_id", flat=True))
    found = set(writers(revision, republished=True, copies=copies)) if revision else set()
    others = found - {reviewer.pk if reviewer else None}
    return list(get_user_model().objects.filter(pk__in=others or found))


def record_publisher(entry: PageLogEntry) -> None:
    """Add who published a version: Wagtail logs that after it has saved the page."""
    if entry.action in PUBLISHING_ACTIONS and entry.user_id and entry.revision_id:
        PublishedVersion.objects.filter(
            page_id=entry.page_id, revision_id=entry.revision_id, publisher=None, publisher_name=""
        ).update(publisher=entry.user_id)


def keep_names(user: Any) -> None:
    """Write the name of an account that is about to be deleted into the history."""
    name = get_user_display_name(user)
    for role in ("reviewer", "publisher"):
        PublishedVersion.objects.filter(**{role: user}).update(**{f"{role}_name": name})
    for version in PublishedVersion.objects.filter(translators=user):
        version.translator_names = [*version.translator_names, name]
        version.save(update_fields=["translator_names"])


def refresh_translations() -> Iterator[str]:
    """Write every state that differs from the facts, and yield a line for each: nothing should."""
    if differing := refresh_links():
        yield f"{differing} links knew another baseline of the live version."
    write_marked()
    keys = sorted({*all_keys(), *ArticleState.objects.order_by().values_list("translation_key", flat=True)})
    for first in range(0, len(keys), BATCH):
        yield from write_states(keys[first : first + BATCH])
