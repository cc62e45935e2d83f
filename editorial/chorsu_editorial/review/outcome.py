"""What follows from an approval, as its approver is told."""

from __future__ import annotations

from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial.models import HeldApproval


def approval_outcome(page: Page) -> str:
    """Return a sentence on what became of a version that was approved just now; empty where it stays a draft."""
    now = Page.objects.get(pk=page.pk)
    if HeldApproval.objects.filter(page=now.pk).exists():
        return _("It is held for the other languages.")
    if now.workflow_in_progress:
        return _("It waits for the next approval.")
    scheduled = now.revisions.filter(approved_go_live_at__isnull=False).order_by("-pk").first()
    if scheduled is not None:
        return _("Readers see it from %(time)s on.") % {"time": render_timestamp(scheduled.approved_go_live_at)}
    return _("Readers see it now.") if now.live and not now.has_unpublished_changes else ""
