"""The sitemap: an index, and for each language its public pages with their translations."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as django_views
from django.http import HttpRequest, HttpResponse

from chorsu_locales.selectors import enabled_codes
from cms.reader.selectors import PublicPages, public_pages


class LanguageSitemap(Sitemap[Any]):
    """The public pages of one language, each with the addresses of its translations."""

    # The protocol allows 50,000 addresses a file; with seven languages each has as many links.
    limit = 5_000

    def __init__(self, request: HttpRequest, code: str) -> None:
        self.request = request
        self.code = code

    def items(self) -> PublicPages:
        """Return the pages in the order of the tree; an alias is the same page as its original."""
        return public_pages(self.code).filter(alias_of__isnull=True)

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:  # noqa: ARG002
        """Return location, last change and alternates of the pages of one file."""
        pages = list(self.paginator.page(page).object_list)
        keys = [item.translation_key for item in pages]
        alternates: dict[Any, list[dict[str, str]]] = defaultdict(list)
        for code in enabled_codes():
            for item in public_pages(code).filter(translation_key__in=keys, alias_of__isnull=True):
                if location := item.get_full_url(self.request):
                    alternates[item.translation_key].append({"lang_code": code, "location": location})
        dates = [item.last_published_at for item in pages if item.last_published_at]
        if dates:
            self.latest_lastmod = max(dates)
        return [
            {
                "item": item,
                "location": item.get_full_url(self.request),
                "lastmod": item.last_published_at,
                "alternates": alternates[item.translation_key] if len(alternates[item.translation_key]) > 1 else [],
            }
            for item in pages
            # A page outside every site, such as the welcome page of a new Wagtail, has none.
            if item.get_full_url(self.request)
        ]

    def get_latest_lastmod(self) -> Any:
        """Return when a page of the language was published last."""
        newest = public_pages(self.code).order_by("-last_published_at").values_list("last_published_at", flat=True)
        return newest.exclude(last_published_at=None).first()


def _sitemaps(request: HttpRequest) -> dict[str, type[Sitemap[Any]] | Sitemap[Any]]:
    return {code: LanguageSitemap(request, code) for code in enabled_codes()}


def index(request: HttpRequest) -> HttpResponse:
    """List the sitemaps of the languages that are switched on."""
    return django_views.index(request, _sitemaps(request), sitemap_url_name="sitemap")


def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """List the public pages of a language; a language that is switched off gives 404."""
    return django_views.sitemap(request, _sitemaps(request), section=section)
