"""The language switcher and the links between languages."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from wagtail.models import Page

from cms.languages import selectors
from cms.languages.selectors import LanguageLink

register = template.Library()


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """Give the links of the page at hand: ``{% language_links as languages %}``, which the switcher shows."""
    if (request := context.get("request")) is None:
        return []
    page = context.get("page")
    # Django's view for what is not found, also by a view that exists in all languages, gives its exception.
    return selectors.language_links(request, page if isinstance(page, Page) else None, found="exception" not in context)


@register.inclusion_tag("includes/language_switcher.html", takes_context=True)
def language_switcher(context: Context) -> dict[str, Any]:
    """Show the languages; those without this page say so and lead to what is nearest.

    Where there is nothing to translate (a 404 page), nothing is said.
    """
    links = context["languages"]
    return {"links": links, "says_absent": any(link.available for link in links)}
