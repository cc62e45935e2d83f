"""What readers get at the address of a page that they could read once and can't now: 410, and a sentence."""

# catalogue: reader
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from wagtail.models import Locale, Page

from chorsu_locales.selectors import is_enabled
from chorsu_translation.retracted import retraction_of


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands in the place of ``page``, of which nothing else may be shown; ``headline`` where it is retracted.

    ``language`` is that of both texts. ``addresses`` are by language those of the article's notices.
    """

    page: Page
    sentence: str
    language: str
    headline: str
    retracted_at: datetime | None
    addresses: dict[str, str]


class GoneMiddleware:
    """Answer 410 where a 404 is of a page that was public. Stands outside of what redirects old addresses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        page = _gone_page(request) if response.status_code == 404 else None
        return gone_response(request, page) if page else response


def is_gone(page: Page) -> bool:
    """Tell whether a page was public and isn't live: neither it nor what is above it is private, or a draft."""
    return (
        page.first_published_at is not None
        and not page.live
        and is_enabled(page.locale.language_code)
        and not page.get_ancestors().filter(depth__gt=1, live=False).exists()
        and not page.get_view_restrictions().exists()
    )


def gone_response(request: HttpRequest, page: Page) -> HttpResponse:
    """Return the answer at an address of a page that is gone."""
    response = render(request, "chorsu_translation/gone.html", {"notice": notice_of(page, request)}, status=410)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def notice_of(page: Page, request: HttpRequest | None = None) -> Notice:
    """Return what stands in the place of a page that is gone. What isn't retracted has it in the active language."""
    active = Locale.get_active().language_code
    # Not the page's own address: at a former one, nobody is told the new one.
    addresses = {active: request.path} if request else {}
    # An alias shows another language's text.
    page = page.alias_of or page
    code, retraction = page.locale.language_code, retraction_of(page)
    if retraction is None or not retraction.sentence(code):
        return Notice(page, gettext("This text is not available now"), active, "", None, addresses)
    others = Page.objects.filter(translation_key=page.translation_key, alias_of=None).select_related("locale")
    for other in others:
        if retraction.sentence(other.locale.language_code) and is_gone(other):
            addresses.setdefault(other.locale.language_code, other.get_url(request) or "")
    headline, moment = retraction.headline(code), retraction.withdrawn_at
    return Notice(page, retraction.sentence(code), code, headline, moment, addresses)


def _gone_page(request: HttpRequest) -> Page | None:
    """Return the page that is gone from the request's address, in the active language."""
    path = request.path.rstrip("/")
    slug = path.rpartition("/")[2]
    if not slug or "\0" in slug:
        return None
    for page in Page.objects.filter(slug=slug, live=False, first_published_at__isnull=False).select_related("locale"):
        is_here = unquote(page.get_url(request) or "").rstrip("/") == path
        if is_here and page.locale == Locale.get_active() and is_gone(page):
            return page
    return None
