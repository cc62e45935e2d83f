"""Which addresses of an old site's sitemap lead nowhere here."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http.request import validate_host
from django.test import RequestFactory
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from lxml import etree
from wagtail.models import Site

from chorsu_archive.fetching import MOST_REDIRECTS, Fetcher, keep, pieces
from chorsu_archive.items import ArchiveError

# Twice what the protocol of sitemaps allows, unpacked.
LARGEST_SITEMAP, MOST_SITEMAPS = 100_000_000, 1_000
_handler = cache(WSGIHandler)


def unanswered(sitemap: str) -> Iterator[str]:
    """Yield the addresses of an old sitemap, or of an index of sitemaps, whose paths readers wouldn't find here.

    ``sitemap`` is a file, or an address on a listed host. Raises ``ArchiveError``.
    """
    host = _own_host()
    for address in _listed_in(sitemap, Fetcher()):
        if _status(address, host) == 404:
            yield address


def _own_host() -> str:
    """Return a host name that this site answers to, its default site's if it does."""
    site = Site.objects.filter(is_default_site=True).first()
    names: list[str] = [
        *([site.hostname] if site else []),
        *(name.lstrip(".") for name in settings.ALLOWED_HOSTS),
        "localhost",
    ]
    return next((name for name in names if validate_host(name, settings.ALLOWED_HOSTS or ["localhost"])), names[0])


def _status(address: str, host: str) -> int:
    """Return what a reader gets at an address here, at the end of redirects within this site."""
    status = 0
    for _number in range(MOST_REDIRECTS):
        parts = urlsplit(address)
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        with override(get_language()):
            response = _handler().get_response(RequestFactory().get(path, secure=True, headers={"host": host}))
        status, target = response.status_code, response.headers.get("Location", "")
        if not 300 <= status < 400 or urlsplit(target).netloc not in {"", host}:
            break
        address = urljoin(path, target)
    return status


def _listed_in(sitemap: str, fetcher: Fetcher, *, is_index: bool = True) -> Iterator[str]:
    """Yield the addresses in a sitemap, and in those that it names: files beside it, else they are fetched."""
    is_file, number = "://" not in sitemap, 0
    try:
        with TemporaryFile() as copy, Path(sitemap).open("rb") if is_file else nullcontext() as file:
            keep(pieces(file) if file else fetcher.chunks(sitemap), copy, LARGEST_SITEMAP)
            for kind, address in _entries(copy):
                if kind == "url":
                    yield address
                elif is_index and (number := number + 1) <= MOST_SITEMAPS:
                    beside = Path(sitemap).with_name(PurePosixPath(urlsplit(address).path).name or "-")
                    name = str(beside) if is_file and beside.is_file() else address
                    yield from _listed_in(name, fetcher, is_index=False)
    except (OSError, EOFError, ValueError, zlib.error, etree.XMLSyntaxError) as error:
        raise ArchiveError(_("%(sitemap)s can't be read, or is no sitemap.") % {"sitemap": sitemap}) from error


def _entries(file: IO[bytes]) -> Iterator[tuple[str, str]]:
    """Yield ("url", address) of each page and ("sitemap", address) of each sitemap. Raises what lxml and gzip raise."""
    is_packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    stream: Any = gzip.GzipFile(fileobj=file) if is_packed else file
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    parser = etree.XMLPullParser(events=("end",), tag=("{*}url", "{*}sitemap"), **safe)
    size = 0
    for piece in pieces(stream):
        if (size := size + len(piece)) > LARGEST_SITEMAP:
            raise ValueError(size)
        parser.feed(piece)
        for _event, element in parser.read_events():
            yield etree.QName(element).localname, (element.findtext("{*}loc") or "").strip()
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    if etree.QName(parser.close()).localname not in {"urlset", "sitemapindex"}:
        raise ValueError("another root")
