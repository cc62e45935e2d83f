"""The address without language, and the choice of a language."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from chorsu_locales.selectors import is_enabled
from cms.languages.selectors import home_path, preferred_code


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Lead from ``/`` to the language chosen before, else the browser's, else the default."""
    code = preferred_code(
        request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME), request.headers.get("Accept-Language", "")
    )
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponseRedirect(home_path(code) + (f"?{query}" if query else ""))
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


@require_safe
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the reader's language in the site's only cookie and lead on to ``next``, a page in that language.

    A link rather than a form: a form would need a CSRF cookie on every page, and all that a forged link can do is
    choose a language. ``next`` must be a path below that language's home page; anything else leads to the home page.
    """
    if not is_enabled(code):
        raise Http404
    target = request.GET.get("next", "")
    home = home_path(code)
    if not (target.startswith(home) and url_has_allowed_host_and_scheme(target, allowed_hosts=None)):
        target = home
    response = HttpResponseRedirect(target)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE or request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    add_never_cache_headers(response)
    return response
