"""Small answers of the site itself, and what a reader may have looked for at an address that isn't there."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from urllib.parse import unquote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, HttpResponseServerError, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from chorsu_locales.selectors import default_code, enabled_languages, get_language_row
from chorsu_search.queries import Query, clean
from chorsu_search.results import Answer, find
from cms.languages.selectors import code_of_path
from cms.reader.shown import identity

# RFC 9116 recommends less than a year; who reads it later asks again.
SECURITY_DAYS = 180
MOST_GUESSES = 5
MOST_WORDS = 8
LONGEST_PART = 150
WORD = re.compile(r"[^\W\d_]{3,}")


def robots(request: HttpRequest) -> HttpResponse:
    """Say what robots should leave alone, and where the sitemaps are."""
    lines = ["User-agent: *", f"Disallow: {reverse('wagtailadmin_home')}"]
    lines += [f"Sitemap: {request.build_absolute_uri(reverse(name))}" for name in ("sitemap_index", "sitemap_news")]
    return _plain(lines)


def security(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a hole in the site's security (RFC 9116); 404 where ``SECURITY_CONTACT`` names nobody."""
    if not settings.SECURITY_CONTACT:
        raise Http404("Nobody is named.")
    expires = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=SECURITY_DAYS)
    lines = [f"Contact: {contact}" for contact in settings.SECURITY_CONTACT]
    lines += [
        f"Expires: {expires.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(language.code for language in enabled_languages())}",
        f"Canonical: {request.build_absolute_uri()}",
    ]
    return _plain(lines)


def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Lead to the icon that browsers ask for unasked."""
    return HttpResponseRedirect(static("cms/img/favicon.ico"))


def touch_icon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Lead to the icon that telephones ask for unasked."""
    return HttpResponseRedirect(static("cms/img/touch-icon.png"))


def manifest(request: HttpRequest) -> JsonResponse:
    """Describe the site in one language to telephones that put it on their first screen."""
    code = get_language() or default_code()
    name = identity(request).name
    sizes = ((192, "any"), (512, "any"), (512, "maskable"))
    icons = [
        {"src": static(f"cms/img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, purpose in sizes
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


def server_error(request: HttpRequest) -> HttpResponse:
    """Apologise, with the number under which the log has what happened. Nothing here asks the database."""
    return HttpResponseServerError(render_to_string("500.html", {"number": getattr(request, "number", "")}))


def _plain(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def guesses(request: HttpRequest) -> Answer:
    """Return what the search finds for the words of an address, in the address's language.

    Nothing where it has no words, is no address of a reader's page, or is asked for by other means than a reader's.
    The words themselves are shown nowhere: what was at the address may be nobody's business now.
    """
    match = request.resolver_match
    text = _words_of(request.path_info) if request.method == "GET" and code_of_path(request.path_info) else ""
    # Of a person who has no page (any more) nothing is looked for: the name may be withheld now.
    if not text or (match and match.view_name == "chorsu_articles:person"):
        return Answer(available=False)
    query = Query(text=text, languages=(get_language() or default_code(),), limit=MOST_GUESSES, with_facets=False)
    return find(query, request=request)


def _words_of(path: str) -> str:
    """Return the words of an address's last part. What has a dot is a file, which programs look for."""
    part = unquote(path.strip("/").partition("/")[2].rpartition("/")[2])
    if "." in path or len(part) > LONGEST_PART:
        return ""
    return clean(" ".join(WORD.findall(part)[:MOST_WORDS]))
