"""Everything that a reader or a member can reach, found by following the addresses in what the site answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from django.apps import apps
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver

HOSTS = {"", "testserver", "localhost"}
ADDRESS = re.compile(r"""(?:href|src|action)="([^"]+)"|<(?:loc|link)>([^<]+)</(?:loc|link)>|"url": "([^"]+)\"""")
LITE = re.compile(r"[?&]lite=1\b")
# In the admin.
LINKS = re.compile(r"""(?<![\w-])(?:href|action|src|data-[\w-]*url[\w-]*|"(?:url|href)")(?:=|:\s?)"([^"]+)\"""")
# Readers' pages, files for scripts, parts of a page that was seen as a whole, a page type that only tests have.
UNREAD = re.compile(
    r"/(?:logout|view_draft|preview|results|history-results|jsi\d+n|sprite|api|story|w-[\w-]+|archive/articles)(?:/|$)"
)
FILES = ("/static/", "/media/", "/documents/", "/admin/")
TEXTS = ("text/", "application/rss+xml", "application/atom+xml", "application/xml")


def crawl(client: Client, *starts: str, lite: bool = False) -> dict[str, HttpResponse]:
    """Return the answers of the addresses and of all that they lead to on this host, without files and the admin.

    ``lite``: light versions too. Each is made of the answer at the plain address, and leads where that leads.
    """
    found: dict[str, HttpResponse] = {}
    waiting = list(starts)
    while waiting:
        address = waiting.pop()
        if address in found or (not lite and LITE.search(address)):
            continue
        found[address] = response = client.get(address)
        location = response.headers.get("Location", "")
        text = response.text if response.headers.get("Content-Type", "").startswith(TEXTS) else ""
        waiting += [place for place in addresses(address, text, location) if place not in found]
    return found


def addresses(page: str, text: str, *more: str) -> Iterable[str]:
    """Yield the addresses on this host that a text names."""
    for match in [*(next(filter(None, groups)) for groups in ADDRESS.findall(text)), *filter(None, more)]:
        parts = urlsplit(urljoin(page, unescape(match)))
        is_file = parts.path.startswith(FILES) or parts.path.endswith(".png")
        if parts.netloc in HOSTS and parts.scheme in {"", "http"} and not is_file:
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def walk_admin(client: Client, seen: set[str]) -> Iterator[tuple[str, Any, str]]:
    """Follow the links of the admin, one of each kind that isn't among ``seen``; yield each with answer and text."""
    waiting = ["/admin/"]
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(r"[0-9a-f-]{36}|\d+", "N", urlsplit(address).path)
        if kind in seen or UNREAD.search(kind) or not kind.startswith("/admin/"):
            continue
        seen.add(kind)
        response: Any = client.get(address)
        text = response.getvalue().decode(errors="replace")  # the report of an import comes in pieces
        yield address, response, text
        waiting += [response.headers["Location"]] if "Location" in response.headers else []
        waiting += [place for link in LINKS.findall(unescape(text)) if (place := place_of(link, address))]


def place_of(link: str, page: str) -> str | None:
    """Return where a link leads on this host; a bulk action with something to act on."""
    parts = urlsplit(urljoin(page, link))
    if parts.netloc not in HOSTS:
        return None
    if parts.path.startswith("/admin/bulk/"):
        _empty, _admin, _bulk, app_label, model, *_action = parts.path.split("/")
        first = apps.get_model(app_label, model).objects.order_by("-pk").first()
        return f"{parts.path}?id={first.pk}" if first else None
    return f"{parts.path}?{parts.query}"


def routes(patterns: Iterable[Any], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield each route with its view."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route, pattern


def leaks_in(found: dict[str, HttpResponse], word: str = "secretwords") -> list[str]:
    """Return the addresses that tell of the secret; what was asked with it only says what was asked."""
    told = {address for address in found if f"q={word}" in unquote(address)}
    return [a for a, response in found.items() if a not in told and word in (a + response.text).lower()]
