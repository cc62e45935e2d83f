"""Deletion of pages: of one's own drafts that were never published, and by administrators. Everybody else withdraws."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from wagtail.admin.views.pages.bulk_actions.delete import DeleteBulkAction
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page


def may_delete(user: Any, page: Page) -> bool:
    """Return whether a user may delete a page with all pages below it, as far as this rule goes."""
    if user.is_superuser:
        return True
    others = page.get_descendants(inclusive=True).exclude(owner_id=user.pk, live=False, first_published_at__isnull=True)
    return not others.exists()


def explanation(page: Page) -> str:
    """Return why a page isn't deleted, and what to do."""
    return _(
        "“%(title)s” isn't deleted: people delete their own drafts that were never published, administrators "
        "delete the rest. Unpublish a page that readers should not see."
    ) % {"title": page.get_admin_display_title()}


def guard(page: Page) -> None:
    """Raise ``PermissionDenied`` where the person at work in the admin may not delete this page, whatever the way.

    Called for each page that goes, also for those below another one.
    """
    user = get_active_log_context().user
    if user is None or user.is_superuser:
        return
    if page.owner_id != user.pk or page.live or page.first_published_at:
        raise PermissionDenied(explanation(page))


class DeleteOwnDrafts(DeleteBulkAction):
    """Wagtail's bulk action, without the pages that stay."""

    def check_perm(self, page: Page) -> bool:
        """Return whether this page goes."""
        return super().check_perm(page) and may_delete(self.request.user, page)
