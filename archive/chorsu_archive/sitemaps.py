"""Which addresses of an old site's sitemap lead nowhere here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from django.utils.translation import gettext_noop as _
from lxml import etree

from chorsu_archive.fetching import MOST_REDIRECTS, Fetcher, FetchError, copy
from chorsu_archive.items import ArchiveError
from chorsu_archive.sources import SAFE_XML

# What the protocol of sitemaps allows.
LARGEST_SITEMAP = 50 * 1024 * 1024


def unanswered(sitemap: str) -> Iterator[str]:
    """Yield the addresses of an old sitemap, or of an index of sitemaps, whose paths readers wouldn't find here.

    ``sitemap`` is a file, or an address on a listed host. Raises ``ArchiveError``.
    """
    # For a name that no site has, Wagtail takes its default site.
    host = next((name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
    handler = WSGIHandler()
    return (address for address in _listed_in(sitemap, Fetcher()) if _status(address, handler, host) == 404)


def _status(address: str, handler: WSGIHandler, host: str) -> int:
    """Return what a reader gets at an address's path here, at the end of redirects within this site."""
    status = 404
    with suppress(ValueError):  # of what is no address
        for _number in range(MOST_REDIRECTS):
            response = handler.get_response(RequestFactory().get(address, secure=True, headers={"host": host}))
            status, location = response.status_code, response.headers.get("Location", "")
            if not location or urlsplit(location).netloc not in {"", host}:
                break
            address = urljoin(address, location)
    return status


def _listed_in(sitemap: str, fetcher: Fetcher, *, is_index: bool = True) -> Iterator[str]:
    """Yield the addresses in a sitemap, and in those that it names: files beside it, else they are fetched."""
    unreadable = ArchiveError(_("%(sitemap)s can't be read, or is no sitemap."), {"sitemap": sitemap})
    try:
        with TemporaryFile() as file:
            if "://" in sitemap:
                fetcher.fetch(sitemap, file, LARGEST_SITEMAP)
            else:
                with Path(sitemap).open("rb") as found:
                    copy(found, file, LARGEST_SITEMAP)
            entries = etree.iterparse(file, tag=("{*}url", "{*}sitemap"), **SAFE_XML)
            for _event, element in entries:
                address = (element.findtext("{*}loc") or "").strip()
                if etree.QName(element).localname == "url":
                    yield address
                elif is_index:
                    beside = Path(sitemap).with_name(PurePosixPath(urlsplit(address).path).name or "-")
                    is_beside = "://" not in sitemap and beside.is_file()
                    yield from _listed_in(str(beside) if is_beside else address, fetcher, is_index=False)
                element.clear()
    except FetchError as error:
        raise ArchiveError(f"{sitemap}: {error}") from error
    except (OSError, ValueError, etree.XMLSyntaxError) as error:
        raise unreadable from error
    if etree.QName(entries.root).localname not in {"urlset", "sitemapindex"}:
        raise unreadable
