"""What a reader without an account sees by a link: a cover, the draft as readers would see it, a page for remarks.

The address itself is the right to read: no cookie is set or asked for, so no other site can send a form in somebody's
name without knowing it, and Django's token would protect nothing. The cover says nothing of the text, since messengers
open each address that is sent, to show what is there; they follow no link on it.
"""

# catalogue: reader
from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from chorsu_editorial.guest_links import links
from chorsu_editorial.guest_links.links import GuestLink, GuestRefused, LinkEndedError
from chorsu_locales.limits import TooManyAttemptsError
from chorsu_locales.request_checks import whole_number

ROBOTS = "noindex, nofollow, noarchive"
HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": ROBOTS,
    # The address is the secret: neither other sites nor this one's log get it.
    "Referrer-Policy": "no-referrer",
}
TEMPLATES = "chorsu_editorial/guest_links"
type GuestView = Callable[[HttpRequest, str, GuestLink, Page], HttpResponse]


def for_guests(view: GuestView) -> Callable[..., HttpResponse]:
    """Call a view with the link of a token and its version, in the language of the page; or answer 404, or 429."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        # Where a site's pages have language prefixes, LocaleMiddleware would redirect a 404 below one of them.
        request.urlconf = "chorsu_editorial.urls"
        try:
            link, version = links.find(token)
            with translation.override(version.locale.language_code):
                response = view(request, token, link, version)
        except LinkEndedError:
            response = _ended(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return answer


def _ended(request: HttpRequest) -> HttpResponse:
    """Answer alike whether a link has ended or there was none, in the language of the browser."""
    status = 404
    try:
        links.count_wrong_token()
    except TooManyAttemptsError:
        status = 429
    with translation.override(translation.get_language_from_request(request)):
        return render(request, f"{TEMPLATES}/ended.html", status=status)


def _context(token: str, link: GuestLink, version: Page) -> dict[str, Any]:
    addresses = {name: reverse(f"chorsu_editorial:{name}", args=[token]) for name in ("guest_draft", "guest_remarks")}
    return {**addresses, "link": link, "version": version, "robots": ROBOTS}


@require_safe
@for_guests
def cover(request: HttpRequest, token: str, link: GuestLink, version: Page) -> HttpResponse:
    return render(request, f"{TEMPLATES}/cover.html", _context(token, link, version))


@require_safe
@for_guests
def draft(request: HttpRequest, token: str, link: GuestLink, version: Page) -> HttpResponse:
    """Show the latest version as the editor's preview does, to nobody who is signed in, with a bar below it."""
    if request.method == "GET":
        links.note_opening(link)
    response: HttpResponse = version.make_preview_request(preview_mode=version.default_preview_mode)
    response.cookies.clear()
    if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
        context = _context(token, link, version)
        _insert(response, "</head>", render_to_string(f"{TEMPLATES}/head.html", context))
        _insert(response, "</body>", render_to_string(f"{TEMPLATES}/bar.html", context))
    return response


def _insert(response: HttpResponse, tag: str, html: str) -> None:
    """Put HTML before a page's end tag, or at its end where it has none."""
    encoding = response.charset
    before, found, after = response.content.rpartition(tag.encode(encoding))
    if not found:
        before, after = response.content, b""
    response.content = before + html.encode(encoding, "xmlcharrefreplace") + found + after
    if "Content-Length" in response.headers:
        response.headers["Content-Length"] = str(len(response.content))
    # Of the page without it.
    del response.headers["ETag"]


@require_http_methods(["GET", "HEAD", "POST"])
@for_guests
def remarks(request: HttpRequest, token: str, link: GuestLink, version: Page) -> HttpResponse:
    """Show the text by paragraphs, each with a form for a remark, and take what such a form sends."""
    context = _context(token, link, version)
    paragraphs = links.paragraphs_of(version)
    numbers = {paragraph.key: number for number, paragraph in enumerate(paragraphs, start=1)}
    status = 200
    if request.method == "POST":
        place, text = request.POST.get("place", ""), request.POST.get("text", "")
        try:
            links.remark(token=token, place=place, text=text)
            # Back to where the reader was, with the next paragraph below.
            return HttpResponseRedirect(f"{context['guest_remarks']}?sent={numbers.get(place, 0)}#sent", status=303)
        except GuestRefused as refusal:
            status, problem = refusal.status, str(refusal)
        except TooManyAttemptsError:
            status, problem = 429, _("You have left many remarks at once. Please send this one in a few minutes.")
        context |= {"problem": problem, "place": place, "text": text}
    context["paragraphs"] = paragraphs
    context["is_general"] = context.get("place") not in numbers
    context["longest"] = links.LONGEST_REMARK
    # Of which paragraph, counted from one; 0 of the whole text.
    context["sent"] = whole_number(request.GET.get("sent", ""))
    return render(request, f"{TEMPLATES}/remarks.html", context, status=status)
