"""The accent colour as a style sheet: the pages' policy lets no style stand in them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path, register_converter
from django.urls.converters import StringConverter
from django.views.decorators.http import require_safe

SECONDS = 365 * 24 * 60 * 60
SHEET = """:root {{ --accent: #{light}; }}
@media (prefers-color-scheme: dark) {{ :root {{ --accent: #{dark}; }} }}
@media print {{ :root {{ --accent: #000; }} }}
"""


class ColourConverter(StringConverter):
    """Six digits from 0 to f."""

    regex = "[0-9a-f]{6}"


@require_safe
def accent(request: HttpRequest, light: str, dark: str) -> HttpResponse:  # noqa: ARG001
    """Return the style sheet of two colours. Its address says all that it holds, so caches may keep it for ever."""
    response = HttpResponse(SHEET.format(light=light, dark=dark), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}, immutable"
    return response


register_converter(ColourConverter, "colour")
urlpatterns = [path("accent-<colour:light>-<colour:dark>.css", accent, name="accent")]
