"""What the frame of every reader page reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from chorsu_articles.lists import open_to_all, private_paths, published
from chorsu_articles.models import (
    Country,
    InfoPage,
    Organisation,
    Person,
    Publication,
    SectionPage,
    Topic,
    own_fields,
    publication_models,
)
from cms.reader.freshness import shared, use_sites

type PublicPages = PageQuerySet
# What publications name that has a page of its own, in each language.
NAMED = (Topic, Country, Organisation, Person)


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A page that menu or footer lead to; ``path`` is its place in the tree.

    ``key`` is that of its translations; None of an alias, which shows another language's text.
    """

    pk: int
    title: str
    slug: str
    path: str
    url: str
    key: UUID | None


@dataclass(frozen=True, slots=True)
class Menu:
    """The pages directly below a home page that readers may see, in the order of the tree."""

    sections: list[MenuItem]
    information: list[MenuItem]


def site_of(request: HttpRequest) -> Site | None:
    """Return the site that a request is for, as Wagtail finds it, and let Wagtail know it."""
    if not hasattr(request, "_wagtail_site"):
        sites, _roots = use_sites(request)
        if len(sites) == 1 and sites[0].is_default_site:
            # What Wagtail finds by any host then.
            request._wagtail_site = sites[0]  # type: ignore[attr-defined] # noqa: SLF001 (as Wagtail does)
    found: Site | None = Site.find_for_request(request)
    return found


def hidden_paths(request: HttpRequest) -> list[str]:
    """Return the paths of the pages that only some may see, with all below them, as of the request's stamp."""
    return shared(request, "private", private_paths)


def public_pages(language: str) -> PublicPages:
    """Return the pages of a language that every reader may see, from the home page down, in the order of the tree."""
    pages: PublicPages = Page.objects.filter(depth__gt=1, locale__language_code=language)
    return open_to_all(pages).order_by("path")


def menu_item(page: Page, request: HttpRequest) -> MenuItem:
    """Return a page as a line of the menu."""
    key = None if page.alias_of_id else page.translation_key
    return MenuItem(page.pk, page.title, page.slug, page.path, page.get_url(request) or "", key)


def menu(request: HttpRequest) -> Menu:
    """Return the menu of the active language, as of the request's stamp; empty where it has no home page."""

    def read() -> Menu:
        kinds: dict[Any, list[MenuItem]] = {SectionPage: [], InfoPage: []}
        for page in public_pages(get_language() or "").filter(depth=3):
            if page.specific_class in kinds:
                kinds[page.specific_class].append(menu_item(page, request))
        return Menu(kinds[SectionPage], kinds[InfoPage])

    use_sites(request)
    return shared(request, "menu", read)


def paths_to(model: type[Any]) -> list[str]:
    """Return the lookups that lead from publications to rows of one of ``NAMED``, fields of a kind's own among them."""
    if model is Person:
        return ["author_links__person", "translator_links__person"]
    own = [
        f"{kind.path_from_publication()}__{each.name}"
        for kind in publication_models()
        for each in own_fields(kind, model)
    ]
    return [*(each.name for each in Publication._meta.many_to_many if each.related_model is model), *own]


def named_in(language: str, model: type[Any]) -> models.QuerySet[Any]:
    """Return the rows of one of ``NAMED`` that public publications of a language name.

    Those with an own page alone: a withheld name has none.
    """
    public = published(language).filter(alias_of__isnull=True).order_by()
    condition = Q(pk__in=[])
    for path in paths_to(model):
        condition |= Q(pk__in=public.values(path))
    shown = {"name_withheld": False} if model is Person else {}
    rows: models.QuerySet[Any] = model.objects.filter(condition, **shown)
    return rows.order_by("code" if model is Country else "slug")
