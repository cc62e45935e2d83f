"""What other sites and messengers show with a link to a page: Open Graph."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from babel.core import get_global
from django.http import HttpRequest
from django.utils.timezone import localtime

from chorsu_articles.models import Person, Publication
from chorsu_articles.renditions import SHARING
from chorsu_articles.services.renditions import sizes_of
from cms.languages.selectors import LanguageLink
from cms.reader.cards import SIZE, card_of
from cms.reader.identity import identity
from cms.reader.shown import Shown


@dataclass(frozen=True, slots=True)
class SharedPicture:
    """A picture of about 1200 × 630 pixels, by its whole address."""

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
    """Return the picture of what is shown, else the one that the newsroom chose, else a card."""
    found = sizes_of(shown.picture, [SHARING]) if shown.picture else []
    if found:
        url = urljoin(shown.url, found[0].url)
        return SharedPicture(url, found[0].width, found[0].height, "image/jpeg", shown.picture_alt)
    if chosen := identity(request).share_picture:
        return SharedPicture(urljoin(shown.url, chosen.url), chosen.width, chosen.height, "image/jpeg", "")
    subject = None if isinstance(shown.subject, Person) else shown.subject
    card = card_of(subject, request)
    return SharedPicture(urljoin(shown.url, card.url), *SIZE, "image/png", shown.title) if card else None


def territorial(code: str) -> str:
    """Return a language with the territory where most of its readers live, as Open Graph wants it: ``tg_TJ``."""
    likely = get_global("likely_subtags").get(code, "")
    return f"{code}_{likely.rpartition('_')[2]}" if likely else code


def _moment(moment: datetime | None) -> str:
    return localtime(moment).isoformat() if moment else ""
