"""What a reader page is about, told once for all who describe it: search engines, other sites, people on their way.

Who publishes it is ``identity``; what other sites and messengers show with a link is ``sharing_of``.
"""

# catalogue: reader
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from babel.core import get_global
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, pgettext
from wagtail.models import Page, Site

from chorsu_articles.models import HomePage, InfoPage, Person, Picture, Publication, SectionPage
from chorsu_articles.models.publications import DESCRIPTION_LENGTH
from chorsu_articles.renditions import SHARING, sizes_of
from cms.languages.selectors import LanguageLink
from cms.outlet.models import Outlet
from cms.outlet.selectors import File, name_of
from cms.reader.context import Reader
from cms.reader.selectors import MenuItem, menu

ROWS = ("person", "organisation", "topic", "country")
# Made of the mark by tools/icons.py.
ICON = "cms/img/icon-512.png"
ICON_SIZE = 512


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
    return next((section for section in menu(request).sections if page.path.startswith(section.path)), None)


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


@dataclass(frozen=True, slots=True)
class Identity:
    """The newsroom in the active language; addresses may lack the host where it is the site's own.

    ``profiles`` are its addresses elsewhere, ``policies`` those of its pages by the property of schema.org.
    """

    name: str
    logo: File
    share_picture: File | None
    profiles: list[str]
    policies: dict[str, str]


def identity(request: HttpRequest) -> Identity:
    """Return the newsroom that a request is for."""
    outlet = Reader(request).outlet
    kinds = {"editorial": "publishingPrinciples", "correction": "correctionsPolicy"}
    return Identity(
        outlet.name.text,
        outlet.logo or File(static(ICON), ICON_SIZE, ICON_SIZE),
        outlet.share_picture,
        [link.url for link in outlet.social],
        {kinds[kind]: link.url for kind, link in outlet.policies},
    )


def names(request: HttpRequest, codes: Iterable[str]) -> dict[str, str]:
    """Return the newsroom's name in several languages, by two queries."""
    site = Site.find_for_request(request)
    outlet = Outlet.objects.filter(site=site).first()
    found = {}
    for code in codes:
        with translation.override(code):
            found[code] = name_of(outlet, site).text
    return found


@dataclass(frozen=True, slots=True)
class SharedPicture:
    """A picture by its whole address."""

    url: str
    width: int
    height: int
    type: str
    alt: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """The properties of Open Graph beside title, description and address."""

    type: str
    locale: str
    alternates: list[str]
    picture: SharedPicture | None
    published: str
    modified: str
    section: str
    tags: list[str]
    authors: list[str]


def sharing_of(shown: Shown, request: HttpRequest, languages: list[LanguageLink]) -> Sharing:
    """Return what other sites are told of what is shown."""
    page = shown.subject
    is_article = isinstance(page, Publication)
    others = [link.code for link in languages if link.available and not link.current]
    return Sharing(
        type="article" if is_article else "profile" if isinstance(page, Person) else "website",
        locale=territorial(shown.language),
        alternates=[territorial(code) for code in others],
        picture=shared_picture(shown, request),
        published=_moment(shown.published) if is_article else "",
        modified=_moment(shown.modified) if is_article else "",
        section=shown.section.title if is_article and shown.section else "",
        tags=[row.localized_name() for row in (*page.topics.all(), *page.countries.all())] if is_article else [],
        authors=[urljoin(shown.url, name.url) for name in page.byline if name.url] if is_article else [],
    )


def shared_picture(shown: Shown, request: HttpRequest) -> SharedPicture | None:
    """Return the picture of what is shown, else the one that the outlet chose, else its logo, else None."""
    found = sizes_of(shown.picture, [SHARING]) if shown.picture else []
    if found:
        url = urljoin(shown.url, found[0].url)
        return SharedPicture(url, found[0].width, found[0].height, "image/jpeg", shown.picture_alt)
    outlet = Reader(request).outlet
    for chosen, kind in ((outlet.share_picture, "image/jpeg"), (outlet.logo, "image/webp")):
        if chosen:
            return SharedPicture(urljoin(shown.url, chosen.url), chosen.width, chosen.height, kind, "")
    return None


def territorial(code: str) -> str:
    """Return a language with the territory where most of its readers live, as Open Graph wants it: ``tg_TJ``."""
    likely = get_global("likely_subtags").get(code, "")
    return f"{code}_{likely.rpartition('_')[2]}" if likely else code


def _moment(moment: datetime | None) -> str:
    return localtime(moment).isoformat() if moment else ""


@dataclass(frozen=True, slots=True)
class ShareLink:
    """A link that opens a place's own form, filled in. A name is that of a place, the same in every language."""

    name: str
    url: str


def share_links(url: str, title: str) -> list[ShareLink]:
    """Return the links that share ``url``, a whole address, under ``title``."""
    both = f"{title} {url}"
    return [
        ShareLink("Telegram", "https://t.me/share/url?" + _query(url=url, text=title)),
        ShareLink("WhatsApp", "https://wa.me/?" + _query(text=both)),
        ShareLink("Facebook", "https://www.facebook.com/sharer/sharer.php?" + _query(u=url)),
        ShareLink("VK", "https://vk.com/share.php?" + _query(url=url, title=title)),
        ShareLink("X", "https://x.com/intent/post?" + _query(url=url, text=title)),
    ]


def mail_link(url: str, title: str) -> str:
    """Return the address that opens a mail about the page; spaces are ``%20`` there, since a plus stays one."""
    return "mailto:?" + _query(subject=title, body=url)


def _query(**parameters: str) -> str:
    return urlencode(parameters, quote_via=quote, safe="")
