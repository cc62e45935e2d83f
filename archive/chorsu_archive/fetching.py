"""Fetch files of an old site, from the hosts that ``CHORSU_ARCHIVE["HOSTS"]`` lists and from no other.

What an archive holds was written by others, and so are its addresses: none may reach into the newsroom's own network,
hold a worker, or fill a disk. What the server says of a file counts nothing; whoever takes it looks at its content.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextvars import copy_context
from ipaddress import ip_address, ip_network
from ssl import SSLError
from typing import IO, Any
from weakref import finalize

import httpcore
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_noop as _
from httpx import URL, InvalidURL

from chorsu_archive.conf import get_settings
from chorsu_archive.items import ArchiveError
from chorsu_archive.sources import PIECE

MOST_REDIRECTS = 5
# Compressed, a file would be of another size than what is counted.
HEADERS = [("Accept-Encoding", "identity"), ("User-Agent", "Chorsu")]
# Of each of a host's addresses.
CONNECT_SECONDS = 5
# A host that failed so often, one time after the other, is asked no more by this run.
MOST_FAILURES = 5
# No server of the internet has an address in these, or it stands for one of IPv4, which may be inside of a network.
# Written down, since what Python takes for global differs by its version.
NOT_PUBLIC = [
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network, RFC 791
        "10.0.0.0/8",  # private, RFC 1918
        "100.64.0.0/10",  # behind a provider's NAT, RFC 6598
        "127.0.0.0/8",  # this machine, RFC 1122
        "169.254.0.0/16",  # link-local, and the metadata of clouds, RFC 3927
        "172.16.0.0/12",  # private, RFC 1918
        "192.0.0.0/24",  # protocols of the IETF, RFC 6890
        "192.0.2.0/24",  # documentation, RFC 5737
        "192.88.99.0/24",  # relays of 6to4, RFC 7526
        "192.168.0.0/16",  # private, RFC 1918
        "198.18.0.0/15",  # benchmarks, RFC 2544
        "198.51.100.0/24",  # documentation, RFC 5737
        "203.0.113.0/24",  # documentation, RFC 5737
        "224.0.0.0/4",  # multicast, RFC 5771
        "240.0.0.0/4",  # reserved, and broadcast, RFC 1112 and 919
        # All but 2000::/3 (RFC 4291): among it this machine, mapped IPv4, link-local and multicast (RFC 4291), NAT64
        # (RFC 6052 and 8215), private (RFC 4193).
        "::/3",
        "4000::/2",
        "8000::/1",
        "2001::/23",  # protocols of the IETF, RFC 2928: among them Teredo, RFC 4380
        "2001:db8::/32",  # documentation, RFC 3849
        "2002::/16",  # 6to4, RFC 3056
        "3fff::/20",  # documentation, RFC 9637
    )
]
FAILURES = (TimeoutError, SSLError, httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)


class FetchError(ArchiveError):
    """A file can't be had; the message is a sentence."""


class RefusedError(FetchError):
    """A file isn't wanted, and asking again won't help."""


def write(chunk: bytes, target: IO[bytes], limit: int) -> None:
    """Write to a file. Raises ``RefusedError`` beyond ``limit`` bytes."""
    target.write(chunk)
    if target.tell() > limit:
        raise RefusedError(_("It is larger than %(size)s."), {"size": filesizeformat(limit)})


def copy(source: IO[bytes], target: IO[bytes], limit: int) -> None:
    """Write a file to another, and go back to that one's beginning. Raises ``RefusedError`` beyond ``limit`` bytes."""
    while chunk := source.read(PIECE):
        write(chunk, target, limit)
    target.seek(0)


class Fetcher:
    """Connections to old sites. A file gets ``FETCH_SECONDS`` from the first question to the last byte."""

    def __init__(self) -> None:
        # An event loop can bound the time of all together; a socket only that of each byte, and who drips never ends.
        self._loop = asyncio.Runner()
        finalize(self, self._loop.close)
        self._pool = httpcore.AsyncConnectionPool(network_backend=_ListedHosts())
        # By host, how often it failed since it last answered.
        self._failures = Counter[str]()

    def fetch(self, address: str, target: IO[bytes], limit: int) -> None:
        """Write what is at an address to a file, and go back to its beginning. Raises ``FetchError``."""
        # The context has the language of whoever asks.
        self._loop.run(self._follow(listed(address), target, limit), context=copy_context())
        target.seek(0)

    async def _follow(self, url: URL, target: IO[bytes], limit: int) -> None:
        try:
            async with asyncio.timeout(get_settings().fetch_seconds):
                for _number in range(MOST_REDIRECTS + 1):
                    if self._failures[url.host] >= MOST_FAILURES:
                        raise FetchError(_("%(host)s doesn't answer."), {"host": url.host})
                    location = await self._ask(url, target, limit)
                    self._failures[url.host] = 0
                    if not location:
                        return
                    # To another host, that has to be listed too.
                    url = listed(location, url)
        except FAILURES as error:
            self._failures[url.host] += 1
            facts = {"host": url.host, "problem": str(error) or type(error).__name__}
            raise FetchError(_("%(host)s gave no whole answer in time: %(problem)s"), facts) from error
        raise FetchError(_("It is redirected again and again."))

    async def _ask(self, url: URL, target: IO[bytes], limit: int) -> str:
        """Write a file and return "", or write nothing and return where it is redirected."""
        asked = httpcore.URL(scheme=url.scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        async with self._pool.stream("GET", asked, headers=HEADERS) as response:
            location = next((value for name, value in response.headers if name.lower() == b"location"), b"")
            if 300 <= response.status < 400 and location:
                return location.decode("latin-1")
            if response.status != 200:
                raise FetchError(_("The server answers %(status)d."), {"status": response.status})
            async for chunk in response.aiter_stream():
                write(chunk, target, limit)
        return ""


def listed(address: str, base: URL | None = None) -> URL:
    """Return an address that may be asked. Raises ``RefusedError``.

    A listed host stands for its default ports; one with a port, "old.example.org:8080", for that.
    """
    try:
        url = base.join(address) if base else URL(address)
    except (InvalidURL, ValueError):
        url = URL()
    if url.scheme not in {"http", "https"} or not url.host:
        raise RefusedError(_("It has no address that can be asked."))
    port = f":{url.port}" if url.port else ""
    names = [f"{url.host}{port}", f"{url.raw_host.decode()}{port}"]
    if url.userinfo or not {each.lower() for each in get_settings().hosts}.intersection(names):
        message = _('Nothing is fetched from %(host)s: it isn\'t in CHORSU_ARCHIVE["HOSTS"].')
        raise RefusedError(message, {"host": names[0]})
    return url


def is_public(address: str) -> bool:
    """Tell whether an IP address, as text, is one of the internet."""
    return not any(ip_address(address) in network for network in NOT_PUBLIC)


class _ListedHosts(httpcore.AnyIOBackend):
    """Connect to what a name stands for at that moment: a public address, or one that is listed itself."""

    async def connect_tcp(self, host: str, port: int, *_rest: Any, **_options: Any) -> httpcore.AsyncNetworkStream:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        hosts, names = set(get_settings().hosts), dict.fromkeys(str(each[4][0]) for each in found)
        addresses = [each for each in names if is_public(each) or hosts & {each, f"{each}:{port}"}]
        if not addresses:
            message = _('%(host)s stands for an address inside of a network; list that in CHORSU_ARCHIVE["HOSTS"] too.')
            raise RefusedError(message, {"host": host})
        for address in addresses:
            try:
                return await super().connect_tcp(address, port, CONNECT_SECONDS)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure
