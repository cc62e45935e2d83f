"""What a phone loads of a reader page: the demo on production settings, behind nginx.

Usage: first_view.py [--languages ru,tg,en,fa,kk]

The bytes of the first view by kind, as they come through the proxy, at 412 × 823 with 2.625 dots per pixel, and those
of the light version. It fails where a limit is missed. Needs nginx and openssl.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

from _common import HOST, chromium, read_options, show
from _served import ask, running_nginx, serving
from own_server import free_port
from playwright.sync_api import Browser, sync_playwright
from slow_clients import configuration

PHONE = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 2.625, "is_mobile": True, "has_touch": True}
LIMIT, LITE_LIMIT = 100_000, 40_000
KINDS = {"document": "html", "stylesheet": "css", "script": "js", "font": "fonts", "image": "pictures"}
FLAGS = ["--ignore-certificate-errors", f"--host-resolver-rules=MAP {HOST} 127.0.0.1"]
QUERIES = {"ru": "вода", "tg": "об", "en": "water", "fa": "آب", "kk": "су", "ky": "суу", "uz": "suv"}


def main() -> int:
    """Serve the demo, weigh its pages, and print a table and JSON; return 1 where a limit is missed."""
    options = read_options(__doc__, languages="ru,tg,en,fa,kk")
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(folder, demo=True) as (site, _path),
        nginx(folder, site) as port,
        sync_playwright() as playwright,
    ):
        pages = {code: addresses(site, code) for code in options.languages.split(",")}
        browser = chromium(playwright, *FLAGS)
        weights = [row for code in pages for row in weigh(browser, f"https://{HOST}:{port}", code, pages[code])]
        browser.close()
    show("first_view", weights)
    return int(any(row["missed"] for row in weights))


def addresses(site: int, code: str) -> dict[str, str]:
    """Return the paths of a language's home page, first section, newest article, and a search."""
    connection = HTTPConnection("127.0.0.1", site, timeout=60)
    _status, home = ask(connection, "GET", f"/{code}/")
    [section, *_others] = re.findall(rf'href="(/{code}/[a-z-]+/)"', home.partition('class="nav')[2])
    _status, listed = ask(connection, "GET", section)
    [article, *_others] = re.findall(rf'href="({section}[^"/]+/)"', listed)
    return {
        "home": f"/{code}/",
        "section": section,
        "article": article,
        "search": f"/{code}/search/?q={quote(QUERIES[code])}",
    }


@contextmanager
def nginx(folder: str, site: int) -> Iterator[int]:
    """Put nginx before the site by the documented file, with TLS by a certificate of its own; yield its port."""
    place, port = Path(folder) / "nginx", free_port()
    place.mkdir()
    names = ("-keyout", f"{place}/key.pem", "-out", f"{place}/cert.pem", "-subj", f"/CN={HOST}")
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    subprocess.run(request, check=True, capture_output=True)
    text = configuration(place, port, site).replace("/srv/newsroom/data", folder)
    secure = f"listen 127.0.0.1:{port} ssl http2; ssl_certificate cert.pem; ssl_certificate_key key.pem"
    text = text.replace(f"listen 127.0.0.1:{port}", secure).replace(
        "http {", "http {\ninclude /etc/nginx/mime.types;", 1
    )
    with running_nginx(place, text):
        yield port


def weigh(browser: Browser, origin: str, code: str, pages: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the bytes of each page's first view by kind."""
    for name, path in pages.items():
        for lite in (False, True):
            address = origin + path + (("&" if "?" in path else "?") + "lite=1" if lite else "")
            loaded(browser, address)  # sizes of pictures that nobody has asked for yet are made
            found = loaded(browser, address)
            row = {kind: found[kind] for kind in (*KINDS.values(), "other")}
            total, label = sum(row.values()), f"{code} {name}{' lite' if lite else ''}"
            missed = total > (LITE_LIMIT if lite else LIMIT)
            yield {"page": label, **row, "all": total, "missed": missed}


def loaded(browser: Browser, address: str) -> Counter[str]:
    """Return the bytes of each kind that came over the network, headers included, until nothing more is asked for."""
    context = browser.new_context(**PHONE, ignore_https_errors=True)  # type: ignore[arg-type]
    page = context.new_page()
    session = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    sizes: Counter[str] = Counter()
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"].lower()}))
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update(
            {KINDS.get(kinds.get(event["requestId"], ""), "other"): int(event["encodedDataLength"])}
        ),
    )
    session.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(1000)  # what scripts load when the browser is idle
    context.close()
    return sizes


if __name__ == "__main__":
    sys.exit(main())
