"""What the frame of every reader page reads."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from wagtail.models import Page
from wagtail.query import PageQuerySet

from chorsu_articles.models import InfoPage, SectionPage
from chorsu_articles.selectors import open_to_all

type PublicPages = PageQuerySet


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
