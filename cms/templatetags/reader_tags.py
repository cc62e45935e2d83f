"""Tags of the frame around reader pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import template
from django.http import HttpRequest
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import mark_safe
from wagtail.models import Page

from chorsu_articles.models import HomePage
from chorsu_articles.templatetags.chorsu_articles_tags import json_ld
from chorsu_search.selectors import Answer
from cms.languages.selectors import LanguageLink
from cms.reader.freshness import page_cache
from cms.reader.guesses import guesses
from cms.reader.selectors import MenuItem, hidden_paths, site_of
from cms.reader.share_links import ShareLink
from cms.reader.share_links import mail_link as mail_link_of
from cms.reader.share_links import share_links as share_links_of
from cms.reader.sharing import Sharing, sharing_of
from cms.reader.shown import Crumb, Shown, section_of, shown_by
from cms.reader.structured_data import page_graph
from cms.templatetags.language_tags import language_links

register = template.Library()


@register.simple_tag(takes_context=True)
def current_section(context: Context) -> MenuItem | None:
    """Return the section that the page of the context is or stands in."""
    page, request = context.get("page"), context.get("request")
    return section_of(page, request) if isinstance(page, Page) and request is not None else None


@register.simple_tag(takes_context=True)
def what_is_shown(context: Context) -> Shown:
    """Return what the template shows, for all who describe it; each answer asks once."""
    request = context["request"]
    page = context.get("page")
    computed: tuple[Any, Shown] | None = getattr(request, "_shown", None)
    if computed is None or computed[0] is not page:
        computed = (page, shown_by(context.flatten()))
        request._shown = computed  # noqa: SLF001 (the request is the place of per-request data)
    return computed[1]


@register.simple_tag(takes_context=True)
def structured_data(context: Context) -> str:
    """Describe what is shown to search engines, in a script that no browser runs."""
    return json_ld(page_graph(context.flatten(), what_is_shown(context), language_links(context)))


@register.simple_tag(takes_context=True)
def sharing(context: Context) -> Sharing:
    """Return what other sites are told of what is shown."""
    return sharing_of(what_is_shown(context), context["request"], language_links(context))


@register.filter
def share_links(shown: Shown) -> list[ShareLink]:
    """Return the links that pass on what is shown."""
    return share_links_of(shown.url, shown.title)


@register.filter
def mail_link(shown: Shown) -> str:
    """Return the address that opens a mail about what is shown."""
    return mail_link_of(shown.url, shown.title)


@register.simple_tag(takes_context=True)
def default_address(context: Context, links: list[LanguageLink]) -> str | None:
    """Return the address for readers of all other languages: of a front page, the one that chooses; None if alone."""
    if sum(link.available for link in links) < 2:
        return None
    if isinstance(context.get("page"), HomePage):
        return reverse("root")
    return next((link.url for link in links if link.available), None)


@register.simple_tag(takes_context=True)
def feeds(context: Context) -> list[Crumb]:
    """Return the feeds that a page offers: the site's, and that of its section, topic, country or author."""
    site = context["reader"].site_name
    found = [Crumb(site, reverse("feed"))]
    if section := current_section(context):
        found.append(Crumb(f"{site}: {section.title}", reverse("section_feed", args=[section.slug])))
    for kind, key in (("topic", "slug"), ("country", "code"), ("person", "slug")):
        if row := context.get(kind):
            address = reverse(f"{kind}_feed", args=[getattr(row, key).lower()])
            found.append(Crumb(f"{site}: {row.localized_name()}", address))
    return found


@register.simple_tag(takes_context=True)
def likely_pages(context: Context) -> Answer:
    """Return what a reader may have looked for at an address that isn't there."""
    return guesses(context["request"])


@register.simple_tag
def read_in(links: list[LanguageLink]) -> list[LanguageLink]:
    """Return the links to the same page in other languages."""
    return [link for link in links if link.available and not link.current]


class KeptNode(template.Node):
    """Render what stands inside, or take what is kept of it for the address."""

    child_nodelists = ("nodes",)

    def __init__(self, name: str, nodes: NodeList, *, has_whole_addresses: bool) -> None:
        self.name = name
        self.nodes = nodes
        self.has_whole_addresses = has_whole_addresses

    def render(self, context: Context) -> str:
        """Return the rendered piece."""
        request: Any = context.get("request")
        key = self.key(request, context.get("page")) if request is not None else ""
        if not key:
            return self.nodes.render(context)
        # A page that time alone changes is read anew then, and says so by another moment.
        moment = context.get("changes_at")
        _until, piece = page_cache(request).get(
            "own", key, lambda: (moment, str(self.nodes.render(context))), lambda found: found[0] == moment
        )
        return mark_safe(piece)  # noqa: S308 (rendered by the nodes, with their escaping)

    def key(self, request: HttpRequest, page: Any) -> str:
        """Return the name under which the piece is kept; empty where it can't be.

        What a preview shows is no reader's page; at a private page's address those who may not see it get another, and
        of other hosts and ports than the site's own there can be any number.
        """
        is_preview = getattr(request, "is_preview", False) or hasattr(request, "previewed_outlet")
        site = None if request.GET or is_preview else site_of(request)
        if site is None or (isinstance(page, Page) and page.path.startswith(tuple(hidden_paths(request)))):
            return ""
        host = request.get_host()
        if not self.has_whole_addresses:
            return f"{self.name} of {site.pk}"
        return f"{self.name} at {request.scheme}://{host}" if host == urlsplit(site.root_url).netloc else ""


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Keep a piece of a page: ``{% kept "menu" %}...{% end_kept %}``.

    For what depends on the address, on what makes kept pieces old and on ``changes_at`` of the context, and on
    nothing else: not on the time, nor on who reads it. With parameters in the address nothing is kept. A piece that
    holds addresses with scheme and host says so: ``{% kept "head" with_host %}``.
    """
    _tag, name, *options = token.split_contents()
    nodes = parser.parse(("end_kept",))
    parser.delete_first_token()
    return KeptNode(name.strip('"'), nodes, has_whole_addresses=options == ["with_host"])
