"""The two tags that put typo reports on a page: see the plug-in's README."""

from __future__ import annotations

from typing import Any

from django import template
from wagtail.models import Page

from chorsu_feedback.conf import get_settings

register = template.Library()


@register.inclusion_tag("chorsu_feedback/assets.html", takes_context=True)
def feedback_assets(context: dict[str, Any], page: Page | None = None) -> dict[str, Any]:
    """Render style, dialog and script for the page given, else the context's ``page``.

    Without a page they serve the elements that name theirs: cards in a list. In the admin's preview nothing is
    rendered: what stands there isn't published.
    """
    return {"page": _page(context, page), "is_shown": not _is_preview(context), "limits": get_settings()}


@register.inclusion_tag("chorsu_feedback/form.html", takes_context=True)
def feedback_form(context: dict[str, Any], page: Page | None = None) -> dict[str, Any]:
    """Render the line at the end of an article that says how mistakes are reported and leads to the form."""
    return {"page": None if _is_preview(context) else _page(context, page)}


def _page(context: dict[str, Any], page: object) -> Page | None:
    found = page or context.get("page")
    return found if isinstance(found, Page) and found.pk else None


def _is_preview(context: dict[str, Any]) -> bool:
    return bool(getattr(context.get("request"), "is_preview", False))
