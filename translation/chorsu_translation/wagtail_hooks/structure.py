"""The way to the changes of structure, and their entries in the history of pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from chorsu_translation.models import TranslationLink


@hooks.register("register_page_header_buttons")
def structure_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:  # noqa: ARG001
    """Offer it in the menu of a page that has a source, to who may edit it."""
    if page.alias_of_id or not TranslationLink.objects.filter(target_id=page.pk, source__isnull=False).exists():
        return
    if page.permissions_for_user(user).can_edit():
        url = reverse("chorsu_translation:structure", args=[page.pk])
        yield Button(_("Bring in the changes of structure"), url, icon_name="list-ul", priority=76)


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name the entry."""
    actions.register_action(
        "chorsu_translation.bring_in_structure",
        _("Bring in the changes of structure"),
        _("Brought in the changes of the source's structure"),
    )
