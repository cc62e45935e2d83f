"""Old addresses lead to where a page stands now.

Wagtail notes the old address when a live page or one above it gets another slug or place, with the page as target: a
second change makes no chain. Here such an address is followed only to what everybody may read, since the new address
tells of a headline, and never to itself: a page that got its first slug back and was withdrawn would lead there without
end.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from chorsu_articles.models import Organisation, Topic
from chorsu_articles.selectors import open_to_all
from chorsu_locales.selectors import enabled_codes

# Not people: what a protected name was called before must lead nowhere.
VIEWS = {Topic: "chorsu_articles:topic", Organisation: "chorsu_articles:organisation"}


class OpenRedirectMiddleware:
    """In place of Wagtail's: answer what is not found with where it stands now."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        if response.status_code != 404:
            return response
        found = _redirect_of(request)
        target = _target(found, request) if found else None
        if found is None or target is None:
            return response
        return HttpResponsePermanentRedirect(target) if found.is_permanent else HttpResponseRedirect(target)


def _redirect_of(request: HttpRequest) -> Redirect | None:
    whole = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    for path in dict.fromkeys((whole, whole.partition("?")[0])):
        if found := get_redirect(request, path):
            return found
    return None


def _target(found: Redirect, request: HttpRequest) -> str | None:
    page = found.redirect_page
    if page is not None and not open_to_all(Page.objects.filter(pk=page.pk)).exists():
        return None
    target: str | None = found.link
    parts = urlsplit(target or "")
    is_here = parts.netloc in {"", request.get_host()} and parts.path.rstrip("/") == request.path.rstrip("/")
    return None if is_here else target


def note_slug(row: Topic | Organisation) -> None:
    """Let the old address of a topic or organisation that gets another slug lead to the new one, in every language."""
    model = type(row)
    old = model.objects.filter(pk=row.pk).values_list("slug", flat=True).first() if row.pk else None
    if not old or not row.slug or old == row.slug:
        return
    with transaction.atomic():
        for code in enabled_codes():
            with translation.override(code):
                before, after = (reverse(VIEWS[model], args=[slug]) for slug in (old, row.slug))
            Redirect.objects.filter(redirect_link=before).update(redirect_link=after)
            for path in (before, after):
                Redirect.objects.filter(old_path=Redirect.normalise_path(path), site=None).delete()
            Redirect.add_redirect(before, redirect_to=after, automatically_created=True)
