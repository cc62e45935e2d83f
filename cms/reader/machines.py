"""What machines ask for: sitemaps, robots.txt and others like it, icons, and the accent colour as a style sheet."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as django_views
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import register_converter, reverse
from django.urls.converters import StringConverter
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail.query import PageQuerySet

from chorsu_articles.lists import open_to_all
from chorsu_articles.models import Publication
from chorsu_locales.normal_form import normal_text
from chorsu_locales.selectors import default_code, enabled_codes, enabled_languages, get_language_row
from cms.reader.card import digest_of
from cms.reader.frame import LISTED, NAMED, Reader, named_in, public_pages
from cms.reader.shown import card_of, names


class LanguageSitemap(Sitemap[Any]):
    # The protocol allows 50,000 addresses a file; with seven languages each has as many links.
    limit = 5_000

    def __init__(self, request: HttpRequest, code: str) -> None:
        self.request = request
        self.code = code


class PagesSitemap(LanguageSitemap):
    """The public pages of one language, each with the addresses of its translations."""

    def items(self) -> PageQuerySet:
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
        newest = public_pages(self.code).order_by("-last_published_at").values_list("last_published_at", flat=True)
        return newest.exclude(last_published_at=None).first()


class NamesSitemap(LanguageSitemap):
    """The topics, countries, organisations and people that publications of one language name, and all lists."""

    def items(self) -> list[str]:
        found: list[str] = []
        with translation.override(self.code):
            found += [reverse("corrections")] if settings.CORRECTIONS_PAGE else []
            for model in NAMED:
                rows = [row.get_absolute_url() for row in named_in(self.code, model)]
                found += [reverse(LISTED[model][0]), *rows] if rows and model in LISTED else rows
        return found

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:  # noqa: ARG002
        return [
            {"item": address, "location": self.request.build_absolute_uri(address), "alternates": []}
            for address in self.paginator.page(page).object_list
        ]


def _sitemaps(request: HttpRequest) -> dict[str, type[Sitemap[Any]] | Sitemap[Any]]:
    pages = {code: PagesSitemap(request, code) for code in enabled_codes()}
    return {**pages, **{f"{code}-names": NamesSitemap(request, code) for code in enabled_codes()}}


def index(request: HttpRequest) -> HttpResponse:
    return django_views.index(request, _sitemaps(request), sitemap_url_name="sitemap")


def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """List the public pages or the names of a language; a language that is switched off gives 404."""
    return django_views.sitemap(request, _sitemaps(request), section=section)


def news(request: HttpRequest) -> HttpResponse:
    """List, for Google News, what was published in the last two days in all languages: a thousand addresses at most."""
    now = timezone.now()
    found = (
        open_to_all(Publication.objects.filter(alias_of__isnull=True))
        .filter(published_on__gt=now - timedelta(hours=48), published_on__lte=now)
        .select_related("locale")
        .defer("body")
        .newest_first()[:1_000]
    )
    called = {code: normal_text(name) for code, name in names(request, enabled_codes()).items()}
    items = [
        {"url": address, "page": page, "title": normal_text(page.title), "name": called[page.locale.language_code]}
        for page in found
        if (address := page.get_full_url(request))
    ]
    response = render(request, "reader/sitemap_news.xml", {"items": items}, content_type="application/xml")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", f"Disallow: {reverse('wagtailadmin_home')}"]
    lines += [f"Sitemap: {request.build_absolute_uri(reverse(name))}" for name in ("sitemap_index", "sitemap_news")]
    return _plain(lines)


def security(request: HttpRequest) -> HttpResponse:
    """Return security.txt (RFC 9116); raise ``Http404`` where ``SECURITY_CONTACT`` names nobody."""
    if not settings.SECURITY_CONTACT:
        raise Http404("Nobody is named.")
    # Recommended is less than a year; who reads it later asks again.
    expires = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=180)
    lines = [f"Contact: {contact}" for contact in settings.SECURITY_CONTACT]
    lines += [
        f"Expires: {expires.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(language.code for language in enabled_languages())}",
        f"Canonical: {request.build_absolute_uri()}",
    ]
    return _plain(lines)


def icon(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001
    """Redirect to an icon that browsers and telephones ask for without a link."""
    return HttpResponseRedirect(static(f"cms/img/{name}"))


def manifest(request: HttpRequest) -> JsonResponse:
    """Return the web app manifest in the active language: telephones put the site on their first screen."""
    code = get_language() or default_code()
    name = Reader(request).site_name
    icons = [
        {"src": static(f"cms/img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, purpose in ((192, "any"), (512, "any"), (512, "maskable"))
    ]
    home = reverse("wagtail_serve", args=[""])
    data = {
        "id": home,
        "name": name,
        "short_name": name,
        "lang": code,
        "dir": get_language_row(code).direction,
        "start_url": home,
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fdfdfc",
        "theme_color": "#1b4079",
        "icons": icons,
    }
    return JsonResponse(data, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


def _plain(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


SHEET = """:root {{ --accent: #{light}; }}
@media (prefers-color-scheme: dark) {{ :root {{ --accent: #{dark}; }} }}
@media print {{ :root {{ --accent: #000; }} }}
"""


FOR_EVER = f"public, max-age={365 * 24 * 60 * 60}, immutable"


class ColourConverter(StringConverter):
    regex = "[0-9a-f]{6}"


@require_safe
def accent(request: HttpRequest, light: str, dark: str) -> HttpResponse:  # noqa: ARG001
    """Return the style sheet of two colours. Its address says all that it holds, so caches may keep it for ever."""
    headers = {"Cache-Control": FOR_EVER}
    sheet = SHEET.format(light=light, dark=dark)
    return HttpResponse(sheet, content_type="text/css; charset=utf-8", headers=headers)


@require_safe
def card(request: HttpRequest, digest: str) -> HttpResponse:
    """Return the picture with the outlet's name whose digest is in the address; an older one leads to that of today."""
    content = card_of(request)
    if content is None:
        raise Http404("There is no such picture.")
    if digest != digest_of(content):
        return HttpResponseRedirect(reverse("card", args=[digest_of(content)]))
    return HttpResponse(content, content_type="image/png", headers={"Cache-Control": FOR_EVER})


register_converter(ColourConverter, "colour")
