"""Small answers of the site itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string
from django.urls import reverse


def robots(request: HttpRequest) -> HttpResponse:
    """Say what robots should leave alone, and where the sitemap is."""
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('wagtailadmin_home')}",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap_index'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def server_error(request: HttpRequest) -> HttpResponse:
    """Apologise, with the number under which the log has what happened. Nothing here asks the database."""
    return HttpResponseServerError(render_to_string("500.html", {"number": getattr(request, "number", "")}))
