"""Bring a translation's blocks and fields to the structure of its source."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from chorsu_editorial.lock_order import lock_pages
from chorsu_translation.models import TranslationLink
from chorsu_translation.selectors.structure import structure_plan
from chorsu_translation.services.errors import TranslationError


class StructureChangedError(TranslationError):
    """One of both pages has changed since the person saw what would be done."""


@transaction.atomic
def bring_in_structure(
    *, target: Page, user: Any, token: str, wanted: Collection[str] | None = None
) -> Revision | None:
    """Do what a preview showed (``selectors.structure.structure_plan``), as one draft version, and log it.

    ``token`` is the plan's, ``wanted`` are keys of its steps, or None for those chosen by default. Return the revision,
    None where nothing was to do. Raises ``PermissionDenied`` where the user may not edit the page,
    ``TranslationError`` where it is locked for them or has no source, and ``StructureChangedError`` where either page
    has changed.
    """
    source_id = TranslationLink.objects.filter(target=target).values_list("source_id", flat=True).first()
    # Who saves or publishes one of them at this moment is waited for.
    target = lock_pages([target.pk, source_id])[target.pk]
    check_editable(target=target, user=user)
    plan = structure_plan(target, wanted=wanted)
    if plan is None:
        raise TranslationError(_("This page has no source that it could be compared with."))
    if plan.token != token:
        raise StructureChangedError(
            _("The page or its source has changed since this was shown, so nothing was done. Here is how it is now.")
        )
    if not plan.done:
        return None
    revision: Revision = plan.result.save_revision(user=user, clean=False)
    log(
        instance=plan.result,
        action="chorsu_translation.bring_in_structure",
        user=user,
        revision=revision,
        content_changed=True,
        data={"source": {"id": plan.source.pk, "title": plan.source.title}},
    )
    return revision


def check_editable(*, target: Page, user: Any) -> None:
    """Raise ``PermissionDenied``, or ``TranslationError`` with the reason, where the user can't edit the page now."""
    if target.alias_of_id or not target.permissions_for_user(user).can_edit():
        raise PermissionDenied
    lock = target.specific.get_lock()
    if lock is not None and lock.for_user(user):
        raise TranslationError(str(lock.get_message(user) or _("This page is locked.")))
