"""Correct a live article: its editor takes a sentence for readers, which a second person approves with the change."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page

from chorsu_articles.models import Publication
from chorsu_articles.models.publications import CORRECTED
from chorsu_editorial.approval import PUBLIC_ACTS

PUBLIC_ACTS.add(CORRECTED)


@hooks.register("register_page_header_buttons")
def offer_correction(page: Page, user: Any, view_name: str, next_url: str | None = None) -> list[Button]:  # noqa: ARG001
    """Lead to the place of the sentence in the editor, where ``completeness.js`` unfolds it."""
    rights = page.permissions_for_user(user)
    is_article = page.live and not page.alias_of_id and issubclass(page.specific_class or Page, Publication)
    if not is_article or not rights.can_edit() or rights.page_locked():
        return []
    url = f"{reverse('wagtailadmin_pages:edit', args=[page.pk])}#corrections"
    return [Button(_("Correct"), url, icon_name="warning", priority=59)]
