"""Take back that a translation was found still right, as where somebody said so by mistake."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page

from chorsu_editorial.lock_order import lock_pages
from chorsu_translation.models import Baseline, TranslationLink, TranslationRequest
from chorsu_translation.selectors.history import found_still_right
from chorsu_translation.services.errors import TranslationError
from chorsu_translation.services.published import refresh_link
from chorsu_translation.snapshots import READING

_SAID = ("digest", "units", "reading", "how")


def former_of(baseline: Baseline | None, *, revision_id: int | None, digest: str) -> dict[str, Any] | None:
    """Return what counted for a version, to be kept beside what is said of it now, as JSON.

    ``given`` is what is said now: the revision, the digest and the reading of its baseline.
    """
    if baseline is None:
        return None
    said = {name: getattr(baseline, name) for name in _SAID}
    # Of the copy that began a translation alone it is known that nobody wrote it.
    said["how"] = said["how"] if baseline.revision_id == revision_id else Baseline.How.LINKED
    at = baseline.declared_at.isoformat()
    # A host's users may have UUIDs as keys, which are no JSON.
    by = None if baseline.declared_by_id is None else str(baseline.declared_by_id)
    return {**said, "declared_by": by, "declared_at": at, "given": [revision_id, digest, READING]}


@transaction.atomic
def take_back_still_right(*, target: Page, user: Any, given: str) -> None:
    """Let count again what counted before a translation was found still right, and log it.

    ``given`` is when that was said, in ISO format, as the person was shown it. The request that was done by it is open
    again. Raises ``PermissionDenied`` where the user may not edit the translation, and ``TranslationError`` where
    something has happened since, or it was never said.
    """
    if not target.permissions_for_user(user).can_edit():
        raise PermissionDenied
    # The locks of who declares, in their order.
    fresh = lock_pages([target.pk])[target.pk]
    link = TranslationLink.objects.select_for_update().filter(target=fresh).first()
    baseline = found_still_right(fresh)
    if link is None or baseline is None or baseline.former is None or baseline.declared_at.isoformat() != given:
        raise TranslationError(_("It can't be taken back: something has changed or was declared since."))
    said, former = baseline.declared_at, baseline.former
    for name in _SAID:
        setattr(baseline, name, former[name])
    baseline.declared_by = get_user_model().objects.filter(pk=former["declared_by"]).first()
    baseline.declared_at, baseline.former = datetime.fromisoformat(former["declared_at"]), None
    baseline.save()
    refresh_link(link)
    _open_request_again(fresh, said)
    log(instance=fresh.specific, action="chorsu_translation.take_back_still_right", user=user)


def _open_request_again(target: Page, said: datetime) -> None:
    requests = TranslationRequest.objects.filter(translation_key=target.translation_key, locale=target.locale_id)
    closed = requests.filter(requested_at__lt=said, done_at__gte=said).order_by("done_at", "pk").last()
    if closed and not requests.filter(done_at__isnull=True).exists():
        closed.done_at = None
        closed.save(update_fields=["done_at"])
