"""Small answers of the site itself."""

from __future__ import annotations

from datetime import UTC, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, HttpResponseServerError, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from chorsu_locales.selectors import default_code, enabled_languages, get_language_row
from cms.reader.identity import identity

# RFC 9116 recommends less than a year; who reads it later asks again.
SECURITY_DAYS = 180


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


def humans(request: HttpRequest) -> HttpResponse:
    """Name who makes the site (humanstxt.org); 404 where ``HUMANS`` names nobody."""
    if not settings.HUMANS:
        raise Http404("Nobody is named.")
    languages = ", ".join(language.english_name for language in enabled_languages())
    lines = ["/* TEAM */", identity(request).name, *settings.HUMANS]
    return _plain([*lines, "", "/* SITE */", f"Languages: {languages}", "Software: Chorsu, Wagtail, Django"])


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
