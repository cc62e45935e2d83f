"""The language switcher and the links between languages."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from wagtail.models import Page

from cms.languages import selectors
from cms.languages.selectors import LanguageLink
from cms.reader import freshness

register = template.Library()


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """Give the links of the page at hand: ``{% language_links as links %}``; each page computes them once."""
    request = context.get("request")
    if request is None:
        return []
    page = context.get("page")
    page = page if isinstance(page, Page) else None
    computed: tuple[Any, list[LanguageLink]] | None = getattr(request, "_language_links", None)
    if computed is None or computed[0] != page:
        links = (
            # Django's view for what is not found, also by a view that exists in all languages, gives its exception.
            selectors.language_links(request, page, found="exception" not in context)
            if page is None or getattr(request, "is_preview", False)
            else freshness.page_cache(request).get("own", "languages", lambda: selectors.language_links(request, page))
        )
        computed = (page, links)
        request._language_links = computed  # noqa: SLF001 (the request is the place of per-request data)
    return computed[1]


@register.inclusion_tag("includes/language_switcher.html", takes_context=True)
def language_switcher(context: Context) -> dict[str, Any]:
    """Show the languages; those without this page say so and lead to what is nearest.

    Where there is nothing to translate (a 404 page), nothing is said.
    """
    links = language_links(context)
    return {"links": links, "says_absent": any(link.available for link in links)}
