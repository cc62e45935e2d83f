"""What a reader page is about, told once for all who describe it: search engines, other sites, people on their way."""

# catalogue: reader
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext, pgettext
from wagtail.models import Page

from chorsu_articles.models import HomePage, InfoPage, Person, Picture, Publication, SectionPage
from chorsu_articles.models.publications import DESCRIPTION_LENGTH
from cms.reader.freshness import page_cache
from cms.reader.identity import identity
from cms.reader.selectors import MenuItem, menu

ROWS = ("person", "organisation", "topic", "country")


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way from the front page to what is shown."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown at one address. ``url`` is whole: the one that machines should know.

    ``subject`` is the page, or the row of a vocabulary; None for a view of its own. ``above`` leads to it from the
    front page and is empty there.
    """

    subject: Any
    title: str
    description: str
    url: str
    language: str
    picture: Picture | None = None
    picture_alt: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    section: MenuItem | None = None
    above: list[Crumb] = field(default_factory=list)


def shown_by(context: Mapping[Any, Any]) -> Shown:
    """Return what the template with this context shows."""
    request: HttpRequest = context["request"]
    code = get_language() or settings.LANGUAGE_CODE
    page = context.get("page")
    common: dict[str, Any] = {"url": canonical(context), "language": code}
    if isinstance(page, Page):
        return _page(page, request, common)
    row = next((context[name] for name in ROWS if name in context), None)
    site = identity(request).name
    if row is None:
        what = gettext("Search the site") if is_search(request) else gettext("The latest publications")
        return Shown(None, what, f"{site}: {what}", above=_way(), **common)
    name = row.localized_name()
    told = [row.text_and_language(text)[0] for text in ("about", "description") if _has(row, text)]
    words = next(filter(None, told), "")
    return Shown(
        row,
        name,
        _cut(words) or f"{name}. {site}: {gettext('The latest publications')}",
        picture=row.photo if isinstance(row, Person) else None,
        above=_way(),
        **common,
    )


def canonical(context: Mapping[Any, Any]) -> str:
    """Return the one address that search engines should know of what is shown.

    Without parameters other than the number of a list's page; of an alias, the address of its original.
    """
    request, page, page_obj = context["request"], context.get("page"), context.get("page_obj")
    if isinstance(page, Page) and page.alias_of_id:
        return str(request.build_absolute_uri(page.alias_of.get_url(request)))
    number = getattr(page_obj, "number", 1)
    return f"{request.build_absolute_uri(request.path)}{f'?page={number}' if number > 1 else ''}"


def is_search(request: HttpRequest) -> bool:
    """Tell whether the search page is shown."""
    return bool(request.resolver_match and request.resolver_match.view_name == "chorsu_search:search")


def section_of(page: Page, request: HttpRequest) -> MenuItem | None:
    """Return the section that a page is or stands in; None of a page that has no place yet."""
    if not page.path:
        return None
    code = get_language() or settings.LANGUAGE_CODE
    sections = page_cache(request).get("common", "menu", lambda: menu(code, request)).sections
    return next((section for section in sections if page.path.startswith(section.path)), None)


def _page(page: Page, request: HttpRequest, common: dict[str, Any]) -> Shown:
    section = section_of(page, request)
    if isinstance(page, Publication):
        return Shown(
            page,
            page.title,
            page.description or _cut(" ".join(page.body.stream_block.get_searchable_content(page.body))) or page.title,
            picture=page.main_picture,
            picture_alt=page.main_picture_alt,
            published=page.date,
            modified=page.modified,
            section=section,
            above=_way(*([section] if section else [])),
            **common,
        )
    words = page.search_description or (page.introduction if isinstance(page, HomePage | SectionPage) else "")
    if not words and isinstance(page, InfoPage):
        words = strip_tags(page.body)
    name = identity(request).name
    is_home = isinstance(page, HomePage)
    latest = gettext("The latest publications")
    return Shown(
        page,
        page.title,
        _cut(words) or (f"{name}: {latest}" if is_home else f"{page.title}. {name}: {latest}"),
        modified=page.last_published_at,
        above=[] if is_home else _way(),
        **common,
    )


def _way(*steps: MenuItem) -> list[Crumb]:
    """Return the way from the front page of the active language to the last of these pages."""
    home = Crumb(pgettext("the first step of the way to a page", "Home"), reverse("wagtail_serve", args=[""]))
    return [home, *(Crumb(step.title, step.url) for step in steps)]


def _cut(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(DESCRIPTION_LENGTH)


def _has(row: Any, name: str) -> bool:
    return any(each.name == name for each in row._meta.get_fields())
