"""What the frame of every reader page reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from chorsu_articles.models import (
    Country,
    InfoPage,
    Organisation,
    Person,
    Publication,
    PublicationAuthor,
    PublicationTranslator,
    SectionPage,
    Topic,
    own_fields,
    publication_models,
)
from chorsu_articles.selectors import open_to_all, private_paths, published
from cms.reader.freshness import page_cache, sites_of

type PublicPages = PageQuerySet
# What publications name that has a page of its own, in each language.
NAMED = (Topic, Country, Organisation, Person)
SHARED = {Topic: ("topic", Publication.topics.through), Country: ("country", Publication.countries.through)}


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A page of the menu; ``path`` is its place in the tree."""

    pk: int
    title: str
    slug: str
    path: str
    url: str


@dataclass(frozen=True, slots=True)
class Menu:
    """The pages directly below a home page that readers may see, in the order of the tree."""

    sections: list[MenuItem]
    information: list[MenuItem]


def site_of(request: HttpRequest) -> Site | None:
    """Return the site that a request is for, as Wagtail finds it, and let Wagtail know it."""
    if not hasattr(request, "_wagtail_site"):
        sites = sites_of(request)
        if len(sites) == 1 and sites[0].is_default_site:
            # What Wagtail finds by any host then.
            request._wagtail_site = sites[0]  # type: ignore[attr-defined] # noqa: SLF001 (as Wagtail does)
    found: Site | None = Site.find_for_request(request)
    return found


def hidden_paths(request: HttpRequest) -> list[str]:
    """Return the paths of the pages that only some may see, with all below them, as of the request's stamp."""
    paths: list[str] = page_cache(request).get("common", "private", private_paths)
    return paths


def public_pages(language: str) -> PublicPages:
    """Return the pages of a language that every reader may see, from the home page down, in the order of the tree."""
    pages: PublicPages = Page.objects.filter(depth__gt=1, locale__language_code=language)
    return open_to_all(pages).select_related("locale").order_by("path")


def menu(language: str, request: HttpRequest | None = None) -> Menu:
    """Return the menu of a language; empty where the language has no home page."""
    sections: list[MenuItem] = []
    information: list[MenuItem] = []
    for page in public_pages(language).filter(depth=3):
        item = MenuItem(page.pk, page.title, page.slug, page.path, page.get_url(request) or "")
        if page.specific_class is SectionPage:
            sections.append(item)
        elif page.specific_class is InfoPage:
            information.append(item)
    return Menu(sections, information)


def named_in(language: str, model: type[Any]) -> models.QuerySet[Any]:
    """Return the rows of one of ``NAMED`` that public publications of a language name.

    Those with an own page alone: a withheld name has none.
    """
    public = published(language).filter(alias_of__isnull=True).order_by().values("pk")
    if model is Person:
        authors = PublicationAuthor.objects.filter(page__in=public).values("person")
        translators = PublicationTranslator.objects.filter(page__in=public).values("person")
        people = Person.objects.filter(Q(pk__in=authors) | Q(pk__in=translators))
        return people.filter(name_withheld=False).order_by("slug")
    condition = _in_own_fields(model, public)
    if model in SHARED:
        name, shared = SHARED[model]
        condition |= Q(pk__in=shared.objects.filter(publication__in=public).values(name))
    rows: models.QuerySet[Any] = model.objects.filter(condition)
    return rows.order_by("code" if model is Country else "slug")


def _in_own_fields(vocabulary: Any, public: Any) -> Q:
    """Return the condition that a field of a kind's own refers to a row, such as where an event was held."""
    condition = Q(pk__in=[])
    for model in publication_models():
        for field in own_fields(model, vocabulary):
            condition |= Q(pk__in=model.objects.filter(pk__in=public).values(field.name))
    return condition
