"""Fetch files of an old site, from the hosts that ``CHORSU_ARCHIVE["HOSTS"]`` lists and from no other.

What an archive holds was written by others, and so are its addresses: none may reach into the newsroom's own network,
hold a worker, or fill a disk. What the server says of a file counts nothing; whoever takes it looks at its content.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from functools import partial
from ipaddress import ip_address
from ssl import SSLContext
from typing import IO, Any

import httpcore
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from httpx import URL, InvalidURL

from chorsu_archive.conf import get_settings
from chorsu_archive.items import ArchiveError

PORTS = {"http": 80, "https": 443}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5
PIECE = 1 << 16
# Of each of a host's addresses.
CONNECT_SECONDS = 5
# A host that failed so often, one time after the other, is left alone for so many seconds.
MOST_FAILURES, PAUSE = 5, 60


class FetchError(ArchiveError):
    """A file can't be had; the message is a sentence. ``refused``: we don't want it, and asking again won't help."""

    def __init__(self, message: str, *, refused: bool = False) -> None:
        super().__init__(message)
        self.refused = refused


def keep(chunks: Iterable[bytes], target: IO[bytes], limit: int) -> None:
    """Write all chunks to a file and go back to its beginning. Raises ``FetchError`` beyond ``limit`` bytes."""
    for chunk in chunks:
        target.write(chunk)
        if target.tell() > limit:
            message = _("It is larger than %(size)s.")
            raise FetchError(message % {"size": filesizeformat(limit)}, refused=True)
    target.seek(0)


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    return iter(partial(file.read, PIECE), b"")


class Fetcher:
    """Connections to old sites. A file gets ``FETCH_SECONDS`` from the first question to the last byte."""

    def __init__(self) -> None:
        self._until = 0.0
        self._pool = httpcore.ConnectionPool(network_backend=_ListedHosts(self._left))
        # By host, how often it failed since it last answered, and when.
        self._failures: dict[str, tuple[int, float]] = {}

    def chunks(self, address: str) -> Iterator[bytes]:
        """Yield the file at an address, piece by piece. Raises ``FetchError``, also late."""
        self._until = time.monotonic() + get_settings().fetch_seconds
        url = listed(address)
        for _number in range(MOST_REDIRECTS + 1):
            failures, last = self._failures.get(url.host, (0, 0.0))
            if failures >= MOST_FAILURES and time.monotonic() < last + PAUSE:
                raise FetchError(_("%(host)s doesn't answer.") % {"host": url.host})
            try:
                target = yield from self._ask(url)
            except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
                self._failures[url.host] = failures + 1, time.monotonic()
                problem = str(error) or type(error).__name__
                message = _("%(host)s gave no whole answer in time: %(problem)s")
                raise FetchError(message % {"host": url.host, "problem": problem}) from error
            self._failures.pop(url.host, None)
            if not target:
                return
            # To another host, that has to be listed too.
            url = listed(target, url)
        raise FetchError(_("It is redirected again and again."))

    def _ask(self, url: URL) -> Generator[bytes, None, str]:
        """Yield a file, and return "" (as a generator does); or yield nothing, and return where it is redirected."""
        asked = httpcore.URL(scheme=url.scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        # Compressed, it would be another size than what is counted.
        headers: Mapping[str | bytes, str | bytes] = {
            "Host": url.netloc.decode(),
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "User-Agent": "Chorsu",
        }
        with self._pool.stream("GET", asked, headers=headers) as response:
            if response.status in REDIRECTS:
                return next(
                    (value.decode("latin-1") for name, value in response.headers if name.lower() == b"location"), ""
                )
            if response.status != 200:
                message = _("The server answers %(status)d.")
                raise FetchError(message % {"status": response.status})
            yield from response.iter_stream()
        return ""

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left


def listed(address: str, base: URL | None = None) -> URL:
    """Return an address that may be asked. Raises ``FetchError``.

    A listed host stands for its default ports; one with a port, "old.example.org:8080", for that.
    """
    try:
        url = base.join(address) if base else URL(address)
    except (InvalidURL, ValueError):
        url = URL()
    if url.scheme not in PORTS or not url.host:
        raise FetchError(_("It has no address that can be asked."), refused=True)
    port = f":{url.port}" if url.port else ""
    names = [f"{url.host}{port}", f"{url.raw_host.decode()}{port}"]
    if url.userinfo or not {each.lower() for each in get_settings().hosts}.intersection(names):
        message = _('Nothing is fetched from %(host)s: it isn\'t in CHORSU_ARCHIVE["HOSTS"].')
        raise FetchError(message % {"host": names[0]}, refused=True)
    return url


class _ListedHosts(httpcore.NetworkBackend):
    """Connect to what a name stands for at that moment: a public address, or one that is listed itself."""

    def __init__(self, left: Callable[[], float]) -> None:
        self._left = left

    def connect_tcp(self, host: str, port: int, *_timeout: Any, **_options: Any) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        addresses = [address for address in dict.fromkeys(str(each[4][0]) for each in found) if _is_open(address, port)]
        if not addresses:
            message = _('%(host)s stands for an address inside of a network; list that in CHORSU_ARCHIVE["HOSTS"] too.')
            raise FetchError(message % {"host": host}, refused=True)
        for address in addresses:
            try:
                stream = httpcore.SyncBackend().connect_tcp(address, port, min(CONNECT_SECONDS, self._left()))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._left)
        raise failure


def _is_open(address: str, port: int) -> bool:
    parsed = ip_address(address)
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return parsed.is_global or not {address, f"{address}:{port}"}.isdisjoint(get_settings().hosts)


class _TimedStream(httpcore.NetworkStream):
    """A connection on which everything together has a time, not each byte its own."""

    def __init__(self, stream: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self._stream, self._left = stream, left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._left())

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, *_: Any, **__: Any
    ) -> _TimedStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, self._left()), self._left)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
