"""Link translations to their sources, and declare them up to date."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from chorsu_editorial.lineage import published_ids
from chorsu_editorial.lock_order import lock_pages
from chorsu_translation.models import Baseline, TranslationLink
from chorsu_translation.selectors.baselines import carried_baseline, shown_version
from chorsu_translation.selectors.pages import current_text
from chorsu_translation.services.errors import TranslationError
from chorsu_translation.services.published import refresh_link
from chorsu_translation.services.requests import close_request
from chorsu_translation.services.still_right import former_of
from chorsu_translation.snapshots import READING, Snapshot, empty_snapshot, take_snapshot


class SourceChangedError(Exception):
    """The source has changed since the screen showed it to the person."""

    def __init__(self, source: Page) -> None:
        super().__init__(f"Page {source.pk} has changed.")
        self.source = source


@transaction.atomic
def link_translation(
    *,
    source: Page,
    target: Page,
    user: Any = None,
    how: Baseline.How = Baseline.How.LINKED,
    text: Page | None = None,
) -> TranslationLink:
    """Store from which page a page was translated, with the source's text as the baseline of its versions.

    That is ``text``, a version of the source, where it is given, else what readers see, else the latest draft. Where
    the page had another source, nothing that was said of that one counts any longer.
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
def declare_untranslated(*, target: Page) -> None:
    """Store that what readers see of a translation holds nothing of its source: all of that is to be translated."""
    link = TranslationLink.objects.get(target=target)
    nothing = empty_snapshot()
    revision_id = target.live_revision_id
    _store_baseline(link, snapshot=nothing, revision_id=revision_id, user=None, how=Baseline.How.STARTED)
    refresh_link(link)


@transaction.atomic
def declare_up_to_date(
    *, target: Page, user: Any, seen: str, how: Baseline.How = Baseline.How.STILL_RIGHT, revision_id: int | None = None
) -> None:
    """Declare that a version of a translation says what its source says now, and log it.

    ``seen`` is the digest of the source's text that the person was shown (``selectors.source_digest``). The version is
    ``revision_id``, else the live one, else the latest. It holds for what is made from that version too, and for
    readers once such a version is live. Raises ``PermissionDenied`` where the user may not edit the translation or the
    revision is of another page, ``TranslationError`` where the page has no source, and ``SourceChangedError`` where
    the source says something else by now.
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
    if how == Baseline.How.STILL_RIGHT:
        former = former_of(carried_baseline(fresh, version), revision_id=version, digest=snapshot.digest)
    _store_baseline(link, snapshot=snapshot, revision_id=version, user=user, how=how, former=former)
    refresh_link(link)
    log(instance=fresh.specific, action="chorsu_translation.declare_up_to_date", user=user)
    close_request(target=fresh, user=user)


@transaction.atomic
def move_baselines(*, revision: Revision, children: list[int]) -> None:
    """Bind the baseline of a revision that is about to be deleted to the revisions that were made from it.

    Where each of them has one of its own, and the revision isn't live, no version can need it any more.
    """
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
    """Return an unsaved baseline that says the same."""
    names = [field.attname for field in Baseline._meta.concrete_fields if not field.primary_key]
    copy = Baseline(**{name: getattr(baseline, name) for name in names})
    # Of the copy that began a translation alone it is known that nobody wrote it.
    copy.how = Baseline.How.LINKED if copy.how == Baseline.How.STARTED else copy.how
    return copy


def forget_source(*, source: Page) -> None:
    """Let the translations of a page that is about to be deleted count nothing that changed."""
    TranslationLink.objects.filter(source=source).update(
        live_baseline=None, changed_units=0, changed_words=0, changed_since=None
    )


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
