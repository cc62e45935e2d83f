"""Find the page of an address by the address, not from the home page down: two queries instead of eight."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from wagtail import views
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from chorsu_articles.models import Publication
from cms.reader.freshness import page_cache, use_site_roots
from cms.reader.kept_pages import declare
from cms.reader.selectors import site_of


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a page as Wagtail does, with all its hooks.

    What isn't found this way (a draft, a second site, nothing at all) is left to Wagtail's own routing.
    """
    route = find_route(request, path)
    if route is not None:
        # Where ``Page.route_for_request`` keeps what it found, for everybody who asks during the request.
        request._wagtail_route_for_request = route  # type: ignore[attr-defined] # noqa: SLF001
    else:
        route = Page.route_for_request(request, path)
    parameters = getattr(route.page, "query_parameters", None) if route else None
    if parameters is not None:
        declare(request, parameters)
    response: HttpResponse = views.serve(request, path)
    return response


def find_route(request: HttpRequest, path: str) -> RouteResult | None:
    """Return the live page at a path below the active language's home page, or None."""
    kept = page_cache(request)
    site_of(request)
    own = [root for root in use_site_roots(request) if root.language_code == get_language()]
    if len(own) != 1:
        return None
    page: Page | None = kept.get("own", "page", lambda: find_page(own[0].root_path + path))
    if not request.GET:
        # What parameters change isn't of the address alone.
        request.keep_reading = partial(kept.get, "own")  # type: ignore[attr-defined]  # chorsu_articles.keeping asks
    return RouteResult(page) if page is not None else None


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
        related += ["main_picture", *(field.name for field in model._meta.local_fields if field.many_to_one)]
    page: Page = model.objects.select_related(*related).get(pk=found[0])
    return page
