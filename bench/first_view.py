"""What a phone loads of a reader page, and what Lighthouse says of it: the demo on production settings, behind nginx.

Usage: first_view.py [--languages ru,tg,en,fa,kk] [--rounds 5]

First the bytes of the first view by kind, as they come through the proxy, at 412 × 823 with 2.625 dots per pixel, and
those of the light version. Then, with ``--rounds``, the median of so many runs of Lighthouse (the npm package, put into
``.cache/lighthouse``; ``CHROME_PATH`` names the browser) on article, section, home and search. ``--rounds 0`` leaves it
out. Needs nginx, openssl and Chromium, and npm for Lighthouse.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
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

from _served import HOST, ROOT, ask, free_port, running_nginx, serving
from playwright.sync_api import Browser, sync_playwright
from slow_clients import configuration

CACHE = ROOT / ".cache" / "lighthouse"
PHONE = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 2.625, "is_mobile": True, "has_touch": True}
LIMIT, LITE_LIMIT = 100_000, 40_000
KINDS = {"document": "html", "stylesheet": "css", "script": "js", "font": "fonts", "image": "pictures"}
FLAGS = ["--no-sandbox", "--ignore-certificate-errors", f"--host-resolver-rules=MAP {HOST} 127.0.0.1"]
SCORES = ("performance", "accessibility", "best-practices", "seo")
TARGETS = (98, 100, 100, 100)
QUERIES = {"ru": "вода", "tg": "об", "en": "water", "fa": "آب", "kk": "су", "ky": "суу", "uz": "suv"}


def main() -> int:
    """Serve the demo, print both tables and JSON; return 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--languages", default="ru,tg,en,fa,kk", help="codes, separated by commas")
    parser.add_argument("--rounds", type=int, default=5, help="runs of Lighthouse; 0 for none")
    options = parser.parse_args()
    chrome = os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("google-chrome") or ""
    os.environ["CHROME_PATH"] = chrome
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(folder, demo=True) as (site, _path),
        nginx(folder, site) as port,
        sync_playwright() as playwright,
    ):
        pages = {code: addresses(site, code) for code in options.languages.split(",")}
        print(f"{'page':<18}{''.join(f'{kind:>10}' for kind in KINDS.values())}{'other':>8}{'all':>10}")
        browser = playwright.chromium.launch(executable_path=chrome, args=FLAGS)
        weights = [row for code in pages for row in weigh(browser, f"https://{HOST}:{port}", code, pages[code])]
        browser.close()
        first = next(iter(pages.values()))
        scores = lighthouse(f"https://{HOST}:{port}", first, options.rounds) if options.rounds else []
    print(json.dumps({"subject": "first_view", "weights": weights, "lighthouse": scores}))
    return int(any(row["missed"] for row in [*weights, *scores]))


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
    """Yield the bytes of each page's first view by kind, and print them."""
    for name, path in pages.items():
        for lite in (False, True):
            address = origin + path + (("&" if "?" in path else "?") + "lite=1" if lite else "")
            loaded(browser, address)  # sizes of pictures that nobody has asked for yet are made
            found = loaded(browser, address)
            row = {kind: found[kind] for kind in (*KINDS.values(), "other")}
            total, label = sum(row.values()), f"{code} {name}{' lite' if lite else ''}"
            missed = total > (LITE_LIMIT if lite else LIMIT)
            print(f"{label:<18}{''.join(f'{row[kind]:>10}' for kind in KINDS.values())}{row['other']:>8}{total:>10}"
                  f"{'  too much' if missed else ''}", flush=True)  # fmt: skip
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


def lighthouse(origin: str, pages: Mapping[str, str], rounds: int) -> list[dict[str, Any]]:
    """Return the medians of Lighthouse's scores of each page, and print them with what it found wrong."""
    if not (CACHE / "node_modules").exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--prefix", str(CACHE), "--no-audit", "--no-fund", "lighthouse"], check=True)
    print(f"\n{'page':<10}{''.join(f'{name:>16}' for name in SCORES)}{'LCP ms':>9}{'CLS':>7}{'TBT ms':>8}")
    rows = []
    for name, path in pages.items():
        reports = [report(origin + path) for _round in range(rounds)]
        scores = [statistics.median(each["categories"][score]["score"] * 100 for each in reports) for score in SCORES]
        missed = [
            score for score, value, least in zip(SCORES, scores, TARGETS, strict=True)
            if value < least and not (name == "search" and score == "seo")
        ]  # fmt: skip
        times = {
            key: statistics.median(each["audits"][audit]["numericValue"] for each in reports)
            for key, audit in (("lcp", "largest-contentful-paint"), ("cls", "cumulative-layout-shift"),
                               ("tbt", "total-blocking-time"))
        }  # fmt: skip
        print(f"{name:<10}{''.join(f'{value:>16.0f}' for value in scores)}"
              f"{times['lcp']:>9.0f}{times['cls']:>7.3f}{times['tbt']:>8.0f}", flush=True)  # fmt: skip
        wrong = {f"{key}: {audit['title']}" for each in reports for key, audit in failed(each).items()}
        print("".join(f"    {line}\n" for line in sorted(wrong)), end="")
        rows.append({"page": name, **dict(zip(SCORES, scores, strict=True)), **times, "missed": missed})
    return rows


def report(address: str) -> dict[str, Any]:
    """Return Lighthouse's report of a page on its phone."""
    program = CACHE / "node_modules" / ".bin" / "lighthouse"
    flags = f"--headless=new {' '.join(re.sub('=(.* .*)', r'="\1"', flag) for flag in FLAGS)}"
    command = [str(program), address, "--quiet", "--output=json", f"--chrome-flags={flags}"]
    for _attempt in range(3):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        # It loses a browser's trace now and then, and asks to be run again.
        if not done.returncode:
            found: dict[str, Any] = json.loads(done.stdout)
            return found
    raise SystemExit(f"Lighthouse failed on {address}: {done.stderr.strip()[-2000:]}")


def failed(found: dict[str, Any]) -> dict[str, Any]:
    """Return the audits that cost points."""
    weighty = {ref["id"] for score in SCORES for ref in found["categories"][score]["auditRefs"] if ref["weight"]}
    audits = found["audits"].items()
    return {
        key: audit for key, audit in audits if key in weighty and audit["score"] is not None and audit["score"] < 0.9
    }


if __name__ == "__main__":
    sys.exit(main())
