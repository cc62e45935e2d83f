"""The language of a request comes from its address alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.core.handlers.exception import response_for_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from chorsu_articles.lists import private_paths_from
from chorsu_locales.selectors import default_code
from cms.languages.selectors import code_of_path, preferred_admin_code
from cms.reader.selectors import hidden_paths


class AddressLanguageMiddleware:
    """In place of Django's ``LocaleMiddleware``, which also asks the language cookie and the browser.

    With Django's, an address without language redirects by the cookie, every answer outside the language prefixes
    varies on Accept-Language, and no cache can keep it. Here a prefix of a switched-on language decides; the admin
    takes the browser's wish (and then Wagtail the user's setting); everything else is in the default language.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = code_of_path(request.path_info)
        in_admin = code is None and _is_admin(request)
        if in_admin:
            active = preferred_admin_code(request.headers.get("Accept-Language", ""))
        else:
            active = code or default_code()
        with translation.override(active):
            request.LANGUAGE_CODE = active
            if "\0" in request.path_info:
                # PostgreSQL refuses it in every query, and no page has it in its address. Answered here, not raised:
                # raised, it would leave this language, and the page would be in the default one.
                response = response_for_exception(request, Http404("An address can't hold NUL."))
            elif code is None:
                response = self.get_response(request)
            else:
                with private_paths_from(partial(hidden_paths, request)):
                    response = self.get_response(request)
        if code is not None:
            response.headers.setdefault("Content-Language", code)
        if in_admin:
            patch_vary_headers(response, ("Accept-Language",))
        return response


def _is_admin(request: HttpRequest) -> bool:
    try:
        return request.path.startswith(reverse("wagtailadmin_home"))
    except NoReverseMatch:
        return False
