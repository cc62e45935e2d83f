"""Addresses of reader pages: the page of an address, where one stands now that moved, and links in rich text.

A page is found by its address, not from the home page down: two queries instead of eight. Wagtail notes the old address
when a live page or one above it gets another slug or place, with the page as target: a second change makes no chain.
Here such an address is followed only to what everybody may read, since the new one tells of a headline, and never to
itself: a page that got its first slug back and was withdrawn would lead there without end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from wagtail import hooks, views
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.rich_text.pages import PageLinkHandler
from wagtail.url_routing import RouteResult

from chorsu_articles.lists import open_to_all
from chorsu_articles.models import Organisation, Publication, Topic
from chorsu_locales.request_numbers import request_number
from chorsu_locales.selectors import default_code, enabled_codes, is_enabled
from chorsu_search.queries import Query, clean
from chorsu_search.results import ResultsPage, find
from chorsu_translation.gone import gone_response, is_gone
from cms.languages import code_of_path
from cms.reader.cache_version import use_sites
from cms.reader.frame import site_of
from cms.reader.page_cache import declare

# Not people: what a protected name was called before must lead nowhere.
VIEWS = {Topic: "chorsu_articles:topic", Organisation: "chorsu_articles:organisation"}


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a page as Wagtail does, with all its hooks.

    What isn't found this way (a draft, a second site, nothing at all) is left to Wagtail's own routing.
    """
    site_of(request)
    own = [root for root in use_sites(request)[1] if root.language_code == get_language()]
    page = find_page(own[0].root_path + path) if len(own) == 1 else None
    if page is not None:
        # Where ``Page.route_for_request`` keeps what it found, for everybody who asks during the request.
        vars(request)["_wagtail_route_for_request"] = RouteResult(page)
    route = Page.route_for_request(request, path)
    parameters = getattr(route.page, "query_parameters", None) if route else None
    if parameters is not None:
        declare(request, parameters)
    response: HttpResponse = views.serve(request, path)
    return response


def find_page(url_path: str) -> Page | None:
    """Return the live page at an address in the tree, of its own class and with its locale; None where there is none.

    An article comes with what its own template shows beside it.
    """
    found = Page.objects.live().filter(url_path=url_path).order_by().values_list("pk", "content_type").first()
    model: Any = ContentType.objects.get_for_id(found[1]).model_class() if found else None
    if found is None or model is None:
        return None
    related = ["locale"]
    if issubclass(model, Publication):
        related += ["main_picture", "translation_link"]
        related += [field.name for field in model._meta.local_fields if field.many_to_one]
    page: Page = model.objects.select_related(*related).get(pk=found[0])
    return page


class OpenRedirectMiddleware:
    """Redirect what is not found to its new address. Wagtail's middleware would redirect to closed pages too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404:
            return response
        whole = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
        paths = dict.fromkeys((whole, whole.partition("?")[0]))
        found = next(filter(None, (get_redirect(request, path) for path in paths)), None)
        target = _target(found, request) if found else None
        if found is not None and target is None and found.redirect_page and is_gone(found.redirect_page):
            # Here: the new address tells of the headline.
            return gone_response(request, found.redirect_page)
        if found is None or target is None:
            return response
        return HttpResponsePermanentRedirect(target) if found.is_permanent else HttpResponseRedirect(target)


def _target(found: Redirect, request: HttpRequest) -> str | None:
    page = found.redirect_page
    if page is not None and not open_to_all(Page.objects.filter(pk=page.pk)).exists():
        return None
    target: str | None = found.link
    parts = urlsplit(target or "")
    is_here = parts.netloc in {"", request.get_host()} and parts.path.rstrip("/") == request.path.rstrip("/")
    return None if is_here else target


def redirect_old_slug(row: Topic | Organisation) -> None:
    """Redirect, in every language, the old address of a topic or organisation that gets another slug."""
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


class OpenPageLinkHandler(PageLinkHandler):
    """Wagtail's, but a private or withdrawn page is as one that was deleted: its address tells of its headline."""

    @classmethod
    def get_many(cls, attrs_list: list[dict[str, Any]]) -> list[Page | None]:
        """Return the page of each link, None in place of one that is not open to all."""
        pages = super().get_many(attrs_list)
        targets = [page and page.localized for page in pages]
        found = open_to_all(Page.objects.filter(pk__in=[target.pk for target in targets if target]))
        seen = set(found.values_list("pk", flat=True))
        return [target if target and target.pk in seen else None for target in targets]


@hooks.register("register_rich_text_features", order=10)
def register_rich_text_features(features: FeatureRegistry) -> None:
    """Link open pages only, instead of Wagtail's handler, which is registered before."""
    features.register_link_type(OpenPageLinkHandler)


@hooks.register("before_serve_page")
def refuse_other_language(page: Page, _request: HttpRequest, _args: Any, _kwargs: Any) -> None:
    """Answer 404 to a page of a switched-off language, or below another language's prefix.

    Where a language has no live home page, Wagtail serves the default language's tree under that language's prefix.
    """
    code = page.locale.language_code
    if code != translation.get_language() or not is_enabled(code):
        raise Http404


WORD = re.compile(r"[^\W\d_]{3,}")


def server_error(_request: HttpRequest) -> HttpResponse:
    """Answer 500 with the request's number in the log, without asking the database."""
    return HttpResponse(render_to_string("500.html", {"number": request_number()}), status=500)


def likely_pages(request: HttpRequest) -> ResultsPage:
    """Return what the search finds for the words in the address of a missing page, in the address's language.

    The words themselves are shown nowhere: what was at the address may be nobody's business now.
    """
    match, path = request.resolver_match, request.path_info
    # Of a person who has no page (any more) nothing is looked for: the name may be withheld now.
    is_person = match and match.view_name == "chorsu_articles:person"
    last = unquote(path.strip("/").partition("/")[2].rpartition("/")[2])
    # What has a dot is a file, which programs look for.
    is_asked = request.method == "GET" and code_of_path(path) and "." not in path and len(last) <= 150 and not is_person
    text = clean(" ".join(WORD.findall(last)[:8])) if is_asked else ""
    if not text:
        return ResultsPage(available=False)
    query = Query(text=text, languages=(get_language() or default_code(),), limit=5, with_facets=False)
    return find(query, request=request)
