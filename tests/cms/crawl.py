"""Everything that a reader can reach, found by following the addresses in what the site answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client

HOSTS = {"", "testserver", "localhost"}
ADDRESS = re.compile(r"""(?:href|src|action)="([^"]+)"|<(?:loc|link)>([^<]+)</(?:loc|link)>|"url": "([^"]+)\"""")
LITE = re.compile(r"[?&]lite=1\b")
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
