"""The language of a request, from its address alone; which one a reader gets, and where else the same can be read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from django.conf import settings
from django.core.handlers.exception import response_for_exception
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe
from wagtail.models import Page

from chorsu_articles.lists import open_to_all, private_paths, private_paths_from
from chorsu_locales.selectors import default_code, enabled_codes, enabled_languages, fallback_chain, is_enabled
from chorsu_search.queries import clean
from cms.reader.cache_version import shared


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """One language of the switcher.

    ``url`` is the address of the same page and ``pk`` its key, None where it doesn't exist in the language; then
    ``alternative`` is the nearest page above it that does (its section, at last the home page).
    """

    code: str
    name: str
    direction: str
    current: bool
    url: str | None
    alternative: str
    pk: int | None = None

    @property
    def available(self) -> bool:
        return self.url is not None

    @property
    def address(self) -> str:
        return self.url or self.alternative

    @property
    def home_url(self) -> str:
        return home_path(self.code)

    @property
    def choose_url(self) -> str:
        """Return the address that remembers the language and leads on."""
        query = urlencode({"next": self.address})
        return f"{reverse('choose_language', args=[self.code])}?{query}"


def home_path(code: str) -> str:
    return f"{get_script_prefix()}{code}/"


def code_of_path(path: str) -> str | None:
    """Return the switched-on language that a path (below the script prefix) starts with, or None."""
    code = path.removeprefix("/").partition("/")[0]
    return code if code and is_enabled(code) else None


def preferred_code(chosen: str | None, accept_language: str) -> str:
    """Return the language for a reader at ``/``: chosen before, else wished by the browser, else the default."""
    if chosen and is_enabled(chosen):
        return chosen
    return _negotiate(accept_language, enabled_codes()) or default_code()


def preferred_admin_code(accept_language: str) -> str:
    """Return the admin's language for somebody who has not set one: the browser's wish among those permitted."""
    permitted = [code for code, _name in getattr(settings, "WAGTAILADMIN_PERMITTED_LANGUAGES", ())]
    codes = permitted or enabled_codes()
    return _negotiate(accept_language, codes) or _nearest([default_code()], codes) or codes[0]


def _negotiate(accept_language: str, codes: Sequence[str]) -> str | None:
    wishes = [code for code, quality in parse_accept_lang_header(accept_language) if quality > 0 and code != "*"]
    languages = [wish if wish in codes else wish.partition("-")[0] for wish in wishes]
    exact = next((code for code in languages if code in codes), None)
    return exact or _nearest(languages, codes)


def _nearest(languages: Iterable[str], codes: Sequence[str]) -> str | None:
    """Return the first of the codes that one of the languages falls back to: a Kazakh reader reads Russian."""
    return next((near for code in languages for near in fallback_chain(code) if near in codes), None)


def language_links(
    request: HttpRequest, page: Page | None = None, *, found: bool = True, among: Collection[str] | None = None
) -> list[LanguageLink]:
    """Return a link for every switched-on language, the default first.

    For a page: its live translations, found by one query. For another view below a language prefix (a vocabulary, the
    search): the same view, ``among`` these languages. For what was not found, only alternatives.
    """
    current = translation.get_language()
    same, above, keys = _translations(request, page) if page else (_same_view(request) if found else {}, {}, {})
    if among is not None:
        same = {code: address for code, address in same.items() if code in among}
    if current and page:
        same[current] = page.get_url(request) or request.path
    return [
        LanguageLink(
            code=language.code,
            name=language.name,
            direction=language.direction,
            current=language.code == current,
            url=same.get(language.code),
            alternative=above.get(language.code) or home_path(language.code),
            pk=keys.get(language.code),
        )
        for language in enabled_languages()
    ]


def _translations(request: HttpRequest, page: Page) -> tuple[dict[str, str], dict[str, str], dict[str, int]]:
    """Return by language the address of the page, that of the nearest page above it, and the page's key."""
    paths = [page.path[:end] for end in range(2 * Page.steplen, len(page.path) + 1, Page.steplen)]
    lineage = Page.objects.filter(path__in=paths).values("translation_key")
    # An alias shows another language's text: to a reader that is no translation.
    found = (
        open_to_all(Page.objects.all())
        .filter(translation_key__in=lineage, alias_of__isnull=True)
        .select_related("locale")
        .only("path", "depth", "url_path", "translation_key", "locale__language_code")
        .order_by("depth")
    )
    same: dict[str, str] = {}
    above: dict[str, str] = {}
    keys: dict[str, int] = {}
    for other in found:
        code, address = other.locale.language_code, other.get_url(request)
        if address and other.translation_key == page.translation_key:
            same[code], keys[code] = address, other.pk
        elif address:
            above[code] = address
    return same, above, keys


def _same_view(request: HttpRequest) -> dict[str, str]:
    match = request.resolver_match
    if match is None or match.view_name in {None, "wagtail_serve"}:
        return {}
    # Of the query string only the words carry over to another language: numbers of pages and filters differ there.
    query = clean(request.GET.get("q", ""))
    suffix = f"?{urlencode({'q': query})}" if query else ""
    addresses: dict[str, str] = {}
    for code in enabled_codes():
        with translation.override(code):
            try:
                address = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
            except NoReverseMatch:
                continue
        if address.startswith(home_path(code)):
            addresses[code] = address + suffix
    return addresses


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
        in_admin = code is None and request.path.startswith(reverse("wagtailadmin_home"))
        wish = preferred_admin_code(request.headers.get("Accept-Language", "")) if in_admin else None
        active = wish or code or default_code()
        with translation.override(active):
            request.LANGUAGE_CODE = active
            if "\0" in request.path_info:
                # PostgreSQL refuses it in every query, and no page has it in its address. Answered here, not raised:
                # raised, it would leave this language, and the page would be in the default one.
                response = response_for_exception(request, Http404("An address can't hold NUL."))
            elif code is None:
                response = self.get_response(request)
            else:
                with private_paths_from(partial(shared, request, "private", private_paths)):
                    response = self.get_response(request)
        if code is not None:
            response.headers.setdefault("Content-Language", code)
        if in_admin:
            patch_vary_headers(response, ("Accept-Language",))
        return response


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Lead from ``/`` to the language chosen before, else the browser's, else the default."""
    chosen, query = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME), request.META.get("QUERY_STRING", "")
    code = preferred_code(chosen, request.headers.get("Accept-Language", ""))
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
