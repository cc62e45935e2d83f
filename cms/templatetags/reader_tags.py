"""Tags of the frame around reader pages."""

from __future__ import annotations

from typing import Any

from django import template
from wagtail.models import Page

from cms.languages.selectors import LanguageLink

register = template.Library()


@register.simple_tag(takes_context=True)
def current_section(context: dict[str, Any]) -> Page | None:
    """Return the section that the page of the context is or stands in."""
    page, reader = context.get("page"), context.get("reader")
    if reader is None or not isinstance(page, Page) or not page.path:
        return None
    return next((section for section in reader.sections if page.path.startswith(section.path)), None)


@register.simple_tag
def read_in(links: list[LanguageLink]) -> list[LanguageLink]:
    """Return the links to the same page in other languages."""
    return [link for link in links if link.available and not link.current]
