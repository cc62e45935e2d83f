"""What readers get at the address of a page that they could read once and can't now: 410, and a sentence."""

# catalogue: reader
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from wagtail.models import Page

from chorsu_locales.selectors import is_enabled
from chorsu_translation.retracted import retraction_of


@dataclass(frozen=True, slots=True)
class Notice:
    """All that may be shown of a page that is gone; ``headline`` where it is retracted, ``language`` of both texts."""

    sentence: str
    language: str
    headline: str = ""
    retracted_at: datetime | None = None


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
    response = render(request, "chorsu_translation/gone.html", {"notice": notice_of(page)}, status=410)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def notice_of(page: Page) -> Notice:
    """Return what stands in the place of a page that is gone. What isn't retracted has it in the active language."""
    # An alias shows another language's text.
    page = page.alias_of or page
    code, retraction = page.locale.language_code, retraction_of(page)
    if retraction and (sentence := retraction.sentence(code)):
        return Notice(sentence, code, retraction.headline(code), retraction.withdrawn_at)
    return Notice(gettext("This text is not available now"), get_language() or "")


def _gone_page(request: HttpRequest) -> Page | None:
    """Return the page that is gone from the request's address, in the active language."""
    path = request.path.rstrip("/")
    slug = path.rpartition("/")[2]
    if not slug or "\0" in slug:
        return None
    found = Page.objects.filter(slug=slug, live=False, locale__language_code=get_language())
    here = (page for page in found if unquote(page.get_url(request) or "").rstrip("/") == path)
    return next(filter(is_gone, here), None)
