"""Keep a page out of every language but its own; ``cms.wagtail_hooks`` registers it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import translation
from wagtail.models import Page

from chorsu_locales.selectors import is_enabled


def refuse_other_language(page: Page, _request: HttpRequest, _args: Any, _kwargs: Any) -> None:
    """Answer 404 to a page of a switched-off language, or below another language's prefix.

    Where a language has no live home page, Wagtail serves the default language's tree under that language's prefix.
    """
    code = page.locale.language_code
    if code != translation.get_language() or not is_enabled(code):
        raise Http404
