"""The two tags that put typo reports on a page: see the plug-in's README."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language_bidi
from wagtail.models import Page

from chorsu_feedback.conf import get_settings

register = template.Library()


@register.inclusion_tag("chorsu_feedback/assets.html", takes_context=True)
def feedback_assets(context: dict[str, Any], page: Page | None = None) -> dict[str, Any]:
    """Render style, dialog and script for the page given, else the context's ``page``; nothing without a page.

    In the admin's preview nothing is rendered either: what stands there isn't published.
    """
    found = page or context.get("page")
    return {"page": found if _is_reportable(context, found) else None, "limits": get_settings(), **_direction()}


@register.inclusion_tag("chorsu_feedback/form.html", takes_context=True)
def feedback_form(context: dict[str, Any], page: Page | None = None) -> dict[str, Any]:
    """Render the form that needs no script, for the end of an article."""
    found = page or context.get("page")
    return {"page": found if _is_reportable(context, found) else None, "limits": get_settings(), **_direction()}


def _is_reportable(context: dict[str, Any], page: object) -> bool:
    request = context.get("request")
    return isinstance(page, Page) and bool(page.pk) and not getattr(request, "is_preview", False)


def _direction() -> dict[str, Any]:
    return {"is_rtl": get_language_bidi()}
