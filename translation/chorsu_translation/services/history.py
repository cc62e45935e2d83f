"""Keep who translated, reviewed and published which version of which source when."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision, TaskState

from chorsu_editorial.lineage import PUBLISHING_ACTIONS, writers
from chorsu_translation.models import Baseline, PublishedUnits, PublishedVersion, TranslationLink
from chorsu_translation.models.people import name_of
from chorsu_translation.snapshots import Snapshot, compare

PEOPLE = ("reviewer", "publisher")


def record_version(*, page: Page, snapshot: Snapshot, link: TranslationLink | None, former: Baseline | None) -> None:
    """Keep that a page shows another text from now on; called in the transaction that publishes it.

    ``former`` is the baseline that the version before carried; ``link`` knows that of this one.
    """
    if page.alias_of_id:
        return
    reviewer = _reviewer(page.live_revision_id)
    version = PublishedVersion(
        translation_key=page.translation_key,
        locale_id=page.locale_id,
        page_id=page.pk,
        revision_id=page.live_revision_id,
        title=page.title,
        digest=snapshot.digest,
        words=snapshot.words,
        reviewer=reviewer,
        published_at=page.last_published_at or timezone.now(),
    )
    if link is not None and link.source is not None:
        _add_source(version, link, former)
    version.save()
    version.translators.set(_translators(page, reviewer))


def record_publisher(entry: PageLogEntry) -> None:
    """Add who published a version, which Wagtail logs after it has saved the page."""
    if entry.action in PUBLISHING_ACTIONS and entry.user_id and entry.revision_id:
        PublishedVersion.objects.filter(
            page_id=entry.page_id, revision_id=entry.revision_id, publisher=None, publisher_name=""
        ).update(publisher=entry.user_id)


def keep_names(user: Any) -> None:
    """Write the name of an account that is about to be deleted into the history."""
    name = name_of(user)
    for role in PEOPLE:
        PublishedVersion.objects.filter(**{role: user}).update(**{f"{role}_name": name})
    for version in PublishedVersion.objects.filter(translators=user):
        version.translator_names = [*version.translator_names, name]
        version.save(update_fields=["translator_names"])


def _add_source(version: PublishedVersion, link: TranslationLink, former: Baseline | None) -> None:
    source, baseline = link.source, link.live_baseline
    if source is None:
        return
    version.source_id, version.source_title = source.pk, source.title
    if baseline is None:
        return
    version.source_digest = baseline.digest
    shown = PublishedVersion.objects.filter(page_id=source.pk, digest=baseline.digest).order_by("-pk")
    version.source_since = shown.values_list("published_at", flat=True).first() or (
        PublishedUnits.objects.filter(page=source, digest=baseline.digest).values_list("since", flat=True).first()
    )
    same_source = former is not None and former.source_id == source.pk
    version.translated_words = compare(former.units if former and same_source else [], baseline.units).words


def _reviewer(revision_id: int | None) -> Any:
    if revision_id is None:
        return None
    approved = TaskState.objects.filter(revision_id=revision_id, status=TaskState.STATUS_APPROVED)
    state = approved.select_related("finished_by").order_by("-finished_at", "-pk").first()
    return state.finished_by if state else None


def _translators(page: Page, reviewer: Any) -> list[Any]:
    """Return the users who wrote a version; its reviewer, who mended it, only where nobody else did."""
    revision = Revision.objects.filter(pk=page.live_revision_id).first()
    started = Baseline.objects.filter(target_id=page.pk, how=Baseline.How.STARTED)
    copies = list(started.values_list("revision_id", flat=True))
    found = set(writers(revision, republished=True, copies=copies)) if revision else set()
    others = found - {reviewer.pk if reviewer else None}
    return list(get_user_model().objects.filter(pk__in=others or found))
