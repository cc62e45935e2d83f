from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from wagtail.models import Page

from chorsu_articles.models import HomePage
from chorsu_articles.templatetags.chorsu_articles_tags import json_ld
from chorsu_search.results import ResultsPage
from cms import languages
from cms.languages import LanguageLink
from cms.reader import routing
from cms.reader.frame import MenuItem, languages_naming
from cms.reader.headers import nonce
from cms.reader.shown import ROWS, Crumb, Shown, page_graph, section_of, sharing_of, shown_by

register = template.Library()


@register.simple_tag
def script_nonce() -> object:
    """Return what a script in a page of the admin needs to run."""
    return nonce.get()


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """Return the links to the page in each language: ``{% language_links as languages %}``."""
    if (request := context.get("request")) is None:
        return []
    page = context.get("page")
    row = None if isinstance(page, Page) else next((context[name] for name in ROWS if name in context), None)
    # Django's view for what is not found, also by a view that exists in all languages, gives its exception; what is
    # shown in the place of a page that is gone tells no other address of it.
    return languages.language_links(
        request,
        page if isinstance(page, Page) else None,
        found="exception" not in context and "notice" not in context,
        among=languages_naming(row) if row else None,
    )


@register.inclusion_tag("includes/language_switcher.html", takes_context=True)
def language_switcher(context: Context) -> dict[str, Any]:
    """Show the languages; those without this page lead to what is nearest, and say so where another language has it."""
    links = context["languages"]
    return {"links": links, "says_absent": any(link.available for link in links)}


@register.simple_tag(takes_context=True)
def current_section(context: Context) -> MenuItem | None:
    page, request = context.get("page"), context.get("request")
    return section_of(page, request) if isinstance(page, Page) and request is not None else None


@register.simple_tag(takes_context=True)
def what_is_shown(context: Context) -> Shown:
    """Return what the template shows: the other tags take it from ``shown``."""
    return shown_by(context.flatten())


@register.simple_tag(takes_context=True)
def structured_data(context: Context) -> str:
    """Describe what is shown to search engines, in a script that no browser runs."""
    return json_ld(page_graph(context.flatten(), context["shown"], context["languages"]))


@register.simple_tag(takes_context=True)
def sharing(context: Context) -> dict[str, Any]:
    return sharing_of(context["shown"], context["request"], context["languages"])


@register.simple_tag(takes_context=True)
def default_address(context: Context, links: list[LanguageLink]) -> str | None:
    """Return the address of ``hreflang="x-default"``: of front pages, the one that chooses; None for one language."""
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
def likely_pages(context: Context) -> ResultsPage:
    """Return what a reader may have looked for at an address that isn't there."""
    return routing.likely_pages(context["request"])


@register.simple_tag
def read_in(links: list[LanguageLink]) -> list[LanguageLink]:
    return [link for link in links if link.available and not link.current]
