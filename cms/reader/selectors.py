"""What the frame of every reader page reads."""

from __future__ import annotations

from dataclasses import dataclass

from wagtail.models import Page
from wagtail.query import PageQuerySet

from articles.models import InfoPage, SectionPage
from locales.selectors import is_enabled

type PublicPages = PageQuerySet


@dataclass(frozen=True, slots=True)
class Menu:
    """The pages directly below a home page that readers may see, in the order of the tree."""

    sections: list[Page]
    information: list[Page]


def public_pages(language: str) -> PublicPages:
    """Return the pages of a language that every reader may see, from the home page down, in the order of the tree."""
    pages: PublicPages = Page.objects.filter(depth__gt=1, locale__language_code=language)
    return pages.live().public().select_related("locale").order_by("path") if is_enabled(language) else pages.none()


def menu(language: str) -> Menu:
    """Return the menu of a language; empty where the language has no home page."""
    sections: list[Page] = []
    information: list[Page] = []
    for page in public_pages(language).filter(depth=3):
        if page.specific_class is SectionPage:
            sections.append(page)
        elif page.specific_class is InfoPage:
            information.append(page)
    return Menu(sections, information)
