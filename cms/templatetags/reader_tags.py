"""Tags of the frame around reader pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import mark_safe
from wagtail.models import Page

from cms.languages.selectors import LanguageLink
from cms.reader.freshness import page_cache
from cms.reader.selectors import MenuItem

register = template.Library()


@register.simple_tag(takes_context=True)
def current_section(context: dict[str, Any]) -> MenuItem | None:
    """Return the section that the page of the context is or stands in."""
    page, reader = context.get("page"), context.get("reader")
    if reader is None or not isinstance(page, Page) or not page.path:
        return None
    return next((section for section in reader.sections if page.path.startswith(section.path)), None)


@register.simple_tag(takes_context=True)
def canonical_url(context: Context) -> str:
    """Return the one address that search engines should know of what is shown.

    Without parameters other than the number of a list's page; of an alias, the address of its original.
    """
    request, page, page_obj = context["request"], context.get("page"), context.get("page_obj")
    if isinstance(page, Page) and page.alias_of_id:
        return str(request.build_absolute_uri(page.alias_of.get_url(request)))
    number = getattr(page_obj, "number", 1)
    return f"{request.build_absolute_uri(request.path)}{f'?page={number}' if number > 1 else ''}"


@register.simple_tag
def read_in(links: list[LanguageLink]) -> list[LanguageLink]:
    """Return the links to the same page in other languages."""
    return [link for link in links if link.available and not link.current]


class PageCacheNode(template.Node):
    """Render what stands inside, or take what is kept of it for the address."""

    def __init__(self, nodes: NodeList) -> None:
        self.nodes = nodes

    def render(self, context: Context) -> str:
        """Return the rendered piece."""
        request = context.get("request")
        if request is None or getattr(request, "is_preview", False):
            return self.nodes.render(context)
        piece = page_cache(request).get("own", "related", lambda: str(self.nodes.render(context)))
        return mark_safe(piece)  # noqa: S308 (rendered by the nodes, with their escaping)


@register.tag
def cached_related(parser: Parser, _token: Token) -> PageCacheNode:
    """Keep the piece with related publications: ``{% cached_related %}...{% end_cached_related %}``."""
    nodes = parser.parse(("end_cached_related",))
    parser.delete_first_token()
    return PageCacheNode(nodes)
