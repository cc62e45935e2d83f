"""The site's addresses, and a plain page with typo reports on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import translation
from wagtail.models import Page

from chorsu_editorial.reading import public_leaves
from cms.urls import urlpatterns as site

STYLE = """
:root { color-scheme: light dark; }
body { font: 1.125rem/1.6 sans-serif; margin: 0 auto; padding: 1rem; max-inline-size: 40rem; }
"""


def plain_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a page's leaves, with content paths unless ``?plain`` is asked for, under a strict policy."""
    page = Page.objects.get(pk=pk).specific
    with translation.override(page.locale.language_code):
        response = render(
            request,
            "tests_feedback/page.html",
            {"page": page, "leaves": list(public_leaves(page)), "plain": "plain" in request.GET},
        )
    response.headers["Content-Security-Policy"] = "default-src 'self'"
    return response


def style(_request: HttpRequest) -> HttpResponse:
    """Serve the page's style sheet."""
    return HttpResponse(STYLE, content_type="text/css")


urlpatterns = [path("plain/<int:pk>/", plain_page), path("page.css", style), *site]
