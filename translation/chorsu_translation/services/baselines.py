"""Link translations to their sources, and declare them up to date."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page

from chorsu_translation.models import Baseline, TranslationLink
from chorsu_translation.services.published import refresh_link
from chorsu_translation.services.requests import close_request
from chorsu_translation.services.starting import TranslationError
from chorsu_translation.snapshots import READING, Snapshot, take_snapshot


class SourceChangedError(Exception):
    """The source has changed since the screen showed it to the person."""

    def __init__(self, source: Page) -> None:
        super().__init__(f"Page {source.pk} has changed.")
        self.source = source


@transaction.atomic
def link_translation(
    *, source: Page, target: Page, user: Any = None, how: Baseline.How = Baseline.How.LINKED
) -> TranslationLink:
    """Store from which page a page was translated, with the source's present text as its baseline."""
    link, _created = TranslationLink.objects.update_or_create(target=target, defaults={"source": source})
    _store_baseline(link, snapshot=_current_snapshot(source), revision_id=target.latest_revision_id, user=user, how=how)
    return link


@transaction.atomic
def declare_up_to_date(
    *, target: Page, user: Any, seen: str, how: Baseline.How = Baseline.How.STILL_RIGHT, revision_id: int | None = None
) -> None:
    """Declare that a version of a translation says what its source says now, and log it.

    ``seen`` is the digest of the source's text that the person was shown (``selectors.source_digest``). The version is
    ``revision_id``, else the live one, else the latest. It holds for what is made from that version too, and for
    readers once such a version is live. Raises ``PermissionDenied`` where the user may not edit the translation,
    ``TranslationError`` where the page has no source, and ``SourceChangedError`` where the source says something else
    by now.
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
    version = revision_id or target.live_revision_id or target.latest_revision_id
    _store_baseline(link, snapshot=snapshot, revision_id=version, user=user, how=how)
    log(instance=target.specific, action="chorsu_translation.declare_up_to_date", user=user)
    close_request(target=target, user=user)


def _current_snapshot(source: Page) -> Snapshot:
    specific = source.specific
    return take_snapshot(specific if source.live else specific.get_latest_revision_as_object())


def _store_baseline(
    link: TranslationLink, *, snapshot: Snapshot, revision_id: Any, user: Any, how: Baseline.How
) -> None:
    Baseline.objects.update_or_create(
        target_id=link.target_id,
        revision_id=revision_id,
        defaults={
            "source_id": link.source_id,
            "digest": snapshot.digest,
            "units": snapshot.units,
            "reading": READING,
            "how": how,
            "declared_by": user,
            "declared_at": timezone.now(),
        },
    )
    refresh_link(link)
