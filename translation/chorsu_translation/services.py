"""Start and link translations, declare them up to date, and store what the states are computed from."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction, ParentNotTranslatedError
from wagtail.log_actions import log
from wagtail.models import Locale, Page, Revision

from chorsu_editorial.minor_edits import is_minor_edit
from chorsu_translation.models import Baseline, PublishedUnits, TranslationLink
from chorsu_translation.selectors import may_read_drafts
from chorsu_translation.snapshots import READING, Snapshot, retake_snapshot, take_snapshot


class TranslationError(Exception):
    """A translation can't be made; the text tells the translator why."""


class SourceChangedError(Exception):
    """The source has changed since the screen showed it to the person."""

    def __init__(self, source: Page) -> None:
        super().__init__(f"Page {source.pk} has changed.")
        self.source = source


def may_start(*, user: Any, source: Page, locale: Locale) -> bool:
    """Return whether the user may add a translation, by two rules.

    The right to add pages is asked of the target's tree, not the source's. What readers can't see yet is copied only
    by who may edit the source or holds ``chorsu_translation.add_translationlink``, as translators and editors do: a
    copy is as good as reading the draft.
    """
    if not (source.live or may_read_drafts(user) or source.permissions_for_user(user).can_edit()):
        return False
    parent = _parent_in(source, locale)
    return parent is not None and parent.permissions_for_user(user).can_add_subpage()


def _parent_in(source: Page, locale: Locale) -> Page | None:
    """Return the page below which a translation belongs; front pages of all languages stand below the root."""
    parent: Page = source.get_parent()
    return parent if parent.is_root() else parent.get_translation_or_none(locale)


@transaction.atomic
def start_translation(*, source: Page, locale: Locale, user: Any) -> Page:
    """Make the draft of a translation, owned by ``user``, and return it; an existing one is returned as it is.

    The source may be unpublished. Raises ``TranslationError`` where the section has no page in that language, and
    ``PermissionDenied`` where the user may not: see ``may_start``.
    """
    # Who begins the same translation at the same moment waits here, and then finds it.
    Page.objects.select_for_update().get(pk=source.pk)
    existing: Page | None = source.get_translation_or_none(locale)
    if existing is not None:
        return existing
    parent = _parent_in(source, locale)
    if parent is None:
        raise TranslationError(
            _("“%(section)s” has no page in %(language)s yet; a chief editor has to make it first.")
            % {"section": source.get_parent().title, "language": locale.get_display_name()}
        )
    if not may_start(user=user, source=source, locale=locale):
        raise PermissionDenied
    action = CopyPageForTranslationAction(source.specific, locale, user=user)
    try:
        # The action's own check asks for rights on the source and for another plug-in's permission.
        target: Page = action.execute(skip_permission_checks=True)
    except ParentNotTranslatedError as error:  # a section that is deleted at this moment
        raise TranslationError(str(error)) from error
    # The action leaves both without a person, and then nobody could submit or be told of the draft.
    Page.objects.filter(pk=target.pk).update(owner=user)
    Revision.objects.filter(pk=target.latest_revision_id).update(user=user)
    target.refresh_from_db()
    return target


@transaction.atomic
def link_translation(*, source: Page, target: Page, user: Any = None) -> None:
    """Store from which page a page was translated, with the source's present text as its baseline."""
    TranslationLink.objects.update_or_create(target=target, defaults={"source": source})
    _store_baseline(snapshot=_current_snapshot(source), target=target, user=user)


@transaction.atomic
def declare_up_to_date(*, target: Page, user: Any, seen: str) -> None:
    """Declare that a translation says what its source says now, and log it.

    ``seen`` is the digest of the source's text that the person was shown (``selectors.source_digest``). Raises
    ``PermissionDenied`` where the user may not edit the translation, ``TranslationError`` where the page has no source,
    and ``SourceChangedError`` where the source says something else by now.
    """
    if not target.permissions_for_user(user).can_edit():
        raise PermissionDenied
    link = TranslationLink.objects.select_related("source").filter(target=target).first()
    if link is None or link.source is None:
        raise TranslationError(_("This page has no source that it could be compared with."))
    # Who publishes the source at this moment is waited for.
    source = Page.objects.select_for_update().get(pk=link.source_id)
    snapshot = _current_snapshot(source)
    if snapshot.digest != seen:
        raise SourceChangedError(source)
    _store_baseline(snapshot=snapshot, target=target, user=user)
    log(instance=target.specific, action="chorsu_translation.declare_up_to_date", user=user)


def _current_snapshot(source: Page) -> Snapshot:
    specific = source.specific
    return take_snapshot(specific if source.live else specific.get_latest_revision_as_object())


def _store_baseline(*, snapshot: Snapshot, target: Page, user: Any) -> None:
    Baseline.objects.update_or_create(
        target=target,
        defaults={
            "digest": snapshot.digest,
            "units": snapshot.units,
            "reading": READING,
            "declared_by": user,
            "declared_at": timezone.now(),
        },
    )


def record_published_units(*, page: Page) -> None:
    """Store the digest of what a live page shows; called in the transaction that publishes it.

    After a minor edit the translations that were up to date still are.
    """
    if not page.live:
        return
    snapshot = take_snapshot(page)
    stored = PublishedUnits.objects.filter(page_id=page.pk).first()
    if stored is not None and is_minor_edit():
        up_to_date = Baseline.objects.filter(target__translation_link__source=page.pk, digest=stored.digest)
        up_to_date.update(digest=snapshot.digest, units=snapshot.units, reading=READING)
    if stored is None or stored.digest != snapshot.digest:
        PublishedUnits.objects.update_or_create(
            page_id=page.pk, defaults={"digest": snapshot.digest, "reading": READING, "since": timezone.now()}
        )


def renew_snapshots() -> int:
    """Bring snapshots of an earlier ``READING`` to the present one; no page's state changes. Return how many.

    It can be broken off at any moment and goes on where it was: a baseline is compared with digests of its own
    reading, so all baselines come first.
    """
    baselines = Baseline.objects.filter(reading__lt=READING)
    for baseline in baselines.select_related("target__translation_link__source__published_units").iterator(100):
        source = baseline.target.translation_link.source if hasattr(baseline.target, "translation_link") else None
        if source is None:
            snapshot = Snapshot(baseline.units, baseline.digest)
        elif hasattr(source, "published_units") and source.published_units.digest == baseline.digest:
            snapshot = take_snapshot(source.specific)
        else:
            snapshot = retake_snapshot(baseline.units, source.specific)
        Baseline.objects.filter(pk=baseline.pk).update(units=snapshot.units, digest=snapshot.digest, reading=READING)
    count = 0
    for published in PublishedUnits.objects.filter(reading__lt=READING).select_related("page").iterator(100):
        digest = take_snapshot(published.page.specific).digest
        PublishedUnits.objects.filter(pk=published.pk).update(digest=digest, reading=READING)
        count += 1
    return count
