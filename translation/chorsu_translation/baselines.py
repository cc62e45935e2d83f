"""Link translations to their sources, declare them up to date, and take that back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from chorsu_editorial.alignment import Units
from chorsu_editorial.lineage import published_ids
from chorsu_editorial.lock_order import lock_pages
from chorsu_translation.memory.storing import mark
from chorsu_translation.models import Baseline, TranslationLink
from chorsu_translation.pages import TranslationError, current_text, made_from
from chorsu_translation.published import carried_baseline, refresh_link, shown_version
from chorsu_translation.signals import declaration_taken_back, declared_up_to_date
from chorsu_translation.snapshots import READING, Snapshot, snapshot_of, take_snapshot
from chorsu_translation.states import mark_articles

_SAID = ("digest", "units", "reading", "how")


class SourceChangedError(Exception):
    """The source has changed since the screen showed it to the person."""

    def __init__(self, source: Page) -> None:
        super().__init__(f"Page {source.pk} has changed.")
        self.source = source


@transaction.atomic
def link_translation(
    *, source: Page, target: Page, user: Any = None, how: Baseline.How = Baseline.How.LINKED, text: Page | None = None
) -> TranslationLink:
    """Store that ``target`` was translated from ``source``, with the source's text as the baseline of its versions.

    ``text`` is a version of the source; by default the live one, else the latest draft. What was declared of a former
    source counts no longer.
    """
    lock_pages([source.pk, target.pk])
    link, _created = TranslationLink.objects.update_or_create(target=target, defaults={"source": source})
    snapshot = take_snapshot(text or current_text(source))
    for revision_id in dict.fromkeys((shown_version(target), target.latest_revision_id)):
        _store_baseline(link, snapshot=snapshot, revision_id=revision_id, user=user, how=how)
    refresh_link(link)
    link.refresh_from_db()
    return link


@transaction.atomic
def link_new_translations(articles: Sequence[tuple[Page, Sequence[Page]]]) -> None:
    """Store for many sources which pages were translated from them, as ``link_translation`` does one by one.

    A source that was itself made from another page gives way to that.
    """
    pages = {page.pk: page for source, targets in articles for page in (source, *targets)}
    fresh = lock_pages(pages)
    links = dict(TranslationLink.objects.filter(target__in=pages).values_list("target_id", "source_id"))
    originals = {source.pk: [source.pk, *made_from(source.pk, links.get)][-1] for source, _targets in articles}
    texts = Page.objects.filter(pk__in=originals.values()).specific().in_bulk()
    baselines = list[Baseline]()
    for source, targets in articles:
        original = texts[originals[source.pk]]
        snapshot = take_snapshot(current_text(original))
        for target in (fresh[page.pk] for page in targets if page.pk != original.pk):
            if target.pk in links:
                link_translation(source=original, target=target)
            else:
                said = {"digest": snapshot.digest, "units": snapshot.units, "how": Baseline.How.LINKED}
                of = {"target": target, "revision_id": shown_version(target), "source_id": original.pk}
                baselines.append(Baseline(**of, **said, reading=READING, declared_at=timezone.now()))
    Baseline.objects.bulk_create(baselines)
    TranslationLink.objects.bulk_create(
        TranslationLink(
            target_id=each.target_id,
            source_id=each.source_id,
            live_baseline=each if each.revision_id == each.target.live_revision_id else None,
        )
        for each in baselines
    )
    mark_articles({page.translation_key for page in pages.values()})
    mark(list(pages))


@transaction.atomic
def restore_translation(*, source: Page, target: Page, adapted: bool, units: Units | None) -> None:
    """Store of a new translation what another newsroom knew: its source, whether it is adapted, and its baseline.

    ``units`` are the source's text that it is up to date with, None for the present one. A page that isn't of the same
    article, or was itself made from ``target``, becomes no source.
    """
    links = dict(
        TranslationLink.objects.filter(target__translation_key=target.translation_key).values_list("target", "source")
    )
    is_fit = source.translation_key == target.translation_key and source.locale_id != target.locale_id
    if not is_fit or target.pk in made_from(source.pk, links.get):
        return
    if links.get(target.pk) != source.pk:
        link_translation(source=source, target=target)
    link = TranslationLink.objects.get(target=target)
    if adapted != link.adapted:
        link.adapted = adapted
        link.save(update_fields=["adapted"])
    if units is not None:
        version = shown_version(target)
        _store_baseline(link, snapshot=snapshot_of(units), revision_id=version, user=None, how=Baseline.How.LINKED)
        refresh_link(link)


@transaction.atomic
def declare_untranslated(*, target: Page) -> None:
    """Give the live version of a translation an empty baseline: the whole source is to be translated."""
    link = TranslationLink.objects.get(target=target)
    _store_baseline(
        link, snapshot=snapshot_of([]), revision_id=target.live_revision_id, user=None, how=Baseline.How.STARTED
    )
    refresh_link(link)


@transaction.atomic
def declare_up_to_date(
    *,
    target: Page,
    user: Any,
    seen: str,
    how: Baseline.How = Baseline.How.CONFIRMED_CURRENT,
    revision_id: int | None = None,
) -> None:
    """Declare that a version of a translation says what its source says now, and log it.

    ``seen`` is the digest of the source's text that the person was shown (``selectors.source_digest``). The version is
    ``revision_id``, else the live one, else the latest; versions that are made from it inherit the declaration. Raises
    ``PermissionDenied`` where the user may not edit the translation or the revision is of another page,
    ``TranslationError`` where the page has no source, ``SourceChangedError`` where the source has another digest now.
    """
    if not target.permissions_for_user(user).can_edit():
        raise PermissionDenied
    fresh = lock_pages([target.pk])[target.pk]
    # Who publishes the source at this moment is waited for, or waits: both lock the link, and its page may be locked
    # by now together with the target's in no order.
    link = TranslationLink.objects.select_for_update().filter(target=fresh).first()
    if link is None or link.source is None:
        raise TranslationError(_("This page has no source that it could be compared with."))
    snapshot = take_snapshot(current_text(link.source))
    if snapshot.digest != seen:
        raise SourceChangedError(link.source)
    version = revision_id or shown_version(fresh)
    if version is not None and not fresh.revisions.filter(pk=version).exists():
        raise PermissionDenied
    former = None
    if how == Baseline.How.CONFIRMED_CURRENT:
        former = former_of(carried_baseline(fresh, version), revision_id=version, digest=snapshot.digest)
    _store_baseline(link, snapshot=snapshot, revision_id=version, user=user, how=how, former=former)
    refresh_link(link)
    log(instance=fresh.specific, action="chorsu_translation.declare_up_to_date", user=user)
    declared_up_to_date.send(sender=Baseline, target=fresh, user=user)


@transaction.atomic
def move_baselines(*, revision: Revision, children: list[int]) -> None:
    """Bind the baseline of a revision that is about to be deleted to the revisions made from it that have none."""
    target = Page.objects.filter(pk=int(revision.object_id)).first()
    # The link before its baselines, as who publishes the source locks them.
    link = TranslationLink.objects.select_for_update().filter(target=int(revision.object_id)).first()
    if target is None or not Baseline.objects.filter(target=target).exists():
        return
    baselines = list(Baseline.objects.filter(revision=revision).order_by("pk"))
    if not baselines and revision.pk in published_ids(revision):
        # The lineage ends at published revisions that are gone, so what it carried until then is copied.
        inherited = carried_baseline(target, revision.pk)
        baselines = [_copy(inherited)] if inherited and inherited.revision_id else []
    for baseline in baselines:
        same = Baseline.objects.filter(target=target, source_id=baseline.source_id)
        own = set(same.filter(revision__in=children).values_list("revision_id", flat=True))
        heirs: list[int | None] = [child for child in children if child not in own]
        if target.live_revision_id == revision.pk:
            same.filter(revision=None).delete()
            heirs.append(None)
        for number, heir in enumerate(heirs):
            bound = _copy(baseline)
            # The first heir takes the row over: links point to it.
            bound.pk = None if number else baseline.pk
            bound.revision_id = heir
            bound.save()
        if not heirs and baseline.pk:
            baseline.delete()
    if link is not None:
        refresh_link(link)


def _copy(baseline: Baseline) -> Baseline:
    names = [field.attname for field in Baseline._meta.concrete_fields if not field.primary_key]
    copy = Baseline(**{name: getattr(baseline, name) for name in names})
    # Of the copy that began a translation alone it is known that nobody wrote it.
    copy.how = Baseline.How.LINKED if copy.how == Baseline.How.STARTED else copy.how
    return copy


def _store_baseline(
    link: TranslationLink,
    *,
    snapshot: Snapshot,
    revision_id: Any,
    user: Any,
    how: Baseline.How,
    former: dict[str, Any] | None = None,
) -> None:
    Baseline.objects.update_or_create(
        target_id=link.target_id,
        revision_id=revision_id,
        # What was declared of another source counts again once the page has that source again.
        source_id=link.source_id,
        defaults={
            "digest": snapshot.digest,
            "units": snapshot.units,
            "reading": READING,
            "how": how,
            "declared_by": user,
            "declared_at": timezone.now(),
            "former": former,
        },
    )


def former_of(baseline: Baseline | None, *, revision_id: int | None, digest: str) -> dict[str, Any] | None:
    """Return, as JSON, the baseline that is replaced, with the new one's revision, digest and reading as ``given``."""
    if baseline is None:
        return None
    said = {name: getattr(baseline, name) for name in _SAID}
    # Of the copy that began a translation alone it is known that nobody wrote it.
    said["how"] = said["how"] if baseline.revision_id == revision_id else Baseline.How.LINKED
    at = baseline.declared_at.isoformat()
    # A host's users may have UUIDs as keys, which are no JSON.
    by = None if baseline.declared_by_id is None else str(baseline.declared_by_id)
    return {**said, "declared_by": by, "declared_at": at, "given": [revision_id, digest, READING]}


def confirming_baseline(target: Page) -> Baseline | None:
    """Return the baseline by which a translation was confirmed as current, or None if anything has changed since."""
    links = TranslationLink.objects.filter(target=target.pk, source__isnull=False, adapted=False)
    link = links.select_related("source").first()
    if link is None or link.source is None:
        return None
    declared = Baseline.objects.filter(target=target.pk, source=link.source.pk).order_by("declared_at", "pk")
    newest = declared.select_related("declared_by", "target__locale").last()
    if newest is None or newest.former is None or newest.revision_id != shown_version(target):
        return None
    as_given = [newest.revision_id, newest.digest, newest.reading] == newest.former["given"]
    # A minor edit since has moved the digest along.
    return newest if as_given and take_snapshot(current_text(link.source)).digest == newest.digest else None


@transaction.atomic
def take_back_confirmed_current(*, target: Page, user: Any, given: str) -> None:
    """Restore the baseline that a translation had before it was confirmed as current, and log it.

    ``given`` is the time of the confirmation in ISO format, as the person was shown it. The request that it closed is
    opened again. Raises ``PermissionDenied`` where the user may not edit the translation, and ``TranslationError``
    where there is no confirmation of that time that can be taken back.
    """
    if not target.permissions_for_user(user).can_edit():
        raise PermissionDenied
    # The locks of ``declare_up_to_date``, in the same order.
    fresh = lock_pages([target.pk])[target.pk]
    link = TranslationLink.objects.select_for_update().filter(target=fresh).first()
    baseline = confirming_baseline(fresh)
    if link is None or baseline is None or baseline.former is None or baseline.declared_at.isoformat() != given:
        raise TranslationError(_("It can't be taken back: something has changed or was declared since."))
    confirmed_at, former = baseline.declared_at, baseline.former
    for name in _SAID:
        setattr(baseline, name, former[name])
    baseline.declared_by = get_user_model().objects.filter(pk=former["declared_by"]).first()
    baseline.declared_at, baseline.former = datetime.fromisoformat(former["declared_at"]), None
    baseline.save()
    refresh_link(link)
    declaration_taken_back.send(sender=Baseline, target=fresh, declared_at=confirmed_at)
    log(instance=fresh.specific, action="chorsu_translation.take_back_still_right", user=user)
