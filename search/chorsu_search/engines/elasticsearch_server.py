"""An Elasticsearch server: its clients, and its errors as ``EngineError`` with the remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage
from elasticsearch import ApiError, Elasticsearch, SerializationError, TransportError

from chorsu_search.engines.base import EngineError, EngineUnavailableError

_BUSY = {429, 502, 503, 504}
_PREFIX = re.compile("[a-z0-9][a-z0-9_-]*")
_CREDENTIALS = re.compile(r"//[^/@]*@")


def option_faults(hosts: Sequence[str], prefix: str, shards: object, replicas: object) -> list[CheckMessage]:
    """Return what can't be right in the options of the engine."""
    found = []
    for host in hosts or [""]:
        if not host.startswith(("http://", "https://")):
            hint = 'Give it with its scheme, such as "http://127.0.0.1:9200"; several are a list.'
            found.append((f"{_CREDENTIALS.sub('//', host)!r} is not the address of an Elasticsearch.", hint))
    if not _PREFIX.fullmatch(prefix):
        hint = "Use lower-case Latin letters, digits, hyphens and underscores for PREFIX."
        found.append((f"{prefix!r} can't begin the name of an index.", hint))
    if type(shards) is not int or shards < 1 or (replicas is not None and (type(replicas) is not int or replicas < 0)):
        found.append((f"SHARDS is {shards!r} and REPLICAS {replicas!r}.", "Use whole numbers from 1 and from 0."))
    return [checks.Error(problem, hint=hint, id="chorsu_search.E003") for problem, hint in found]


class Server:
    """The server, or the nodes of one cluster. ``options`` (certificates, keys) are handed to the client."""

    def __init__(
        self, url: str | Sequence[str], search_timeout: float, index_timeout: float, options: Mapping[str, Any]
    ) -> None:
        self.url = url
        self.hosts = [url] if isinstance(url, str) else [str(host) for host in url]
        self._search_timeout = search_timeout
        self._index_timeout = index_timeout
        self._options = options

    def __str__(self) -> str:
        """Return the addresses without the passwords that stand in them."""
        return _CREDENTIALS.sub("//", " ".join(self.hosts))

    @cached_property
    def client(self) -> Elasticsearch:
        """Return the client, with the timeouts of its options."""
        return Elasticsearch(
            self.hosts, **{"max_retries": len(self.hosts) - 1, "retry_on_timeout": False, **self._options}
        )

    @cached_property
    def search_client(self) -> Elasticsearch:
        """Return a client with the timeout of searches (``search_timeout``)."""
        return self.client.options(request_timeout=self._search_timeout)

    @cached_property
    def write_client(self) -> Elasticsearch:
        """Return a client with the timeout of writes (``index_timeout``)."""
        return self.client.options(request_timeout=self._index_timeout)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Raise the client's errors as ``EngineError`` or ``EngineUnavailableError``."""
        try:
            yield
        except SerializationError as error:
            raise EngineUnavailableError(self._wrong_server()) from error
        except TransportError as error:
            raise EngineUnavailableError(
                f"Elasticsearch at {self} doesn't answer ({error.__class__.__name__}). Start it; changes wait."
            ) from error
        except ApiError as error:
            raise self._translated(error) from error

    def _translated(self, error: ApiError) -> EngineError:
        status = error.status_code
        if status in {401, 403}:
            return EngineUnavailableError(
                f"Elasticsearch at {self} refuses the credentials ({error}). Set api_key or basic_auth in OPTIONS."
            )
        if status in _BUSY:
            return EngineUnavailableError(f"Elasticsearch at {self} is busy: {error}")
        if "x-elastic-product" not in error.meta.headers:
            return EngineUnavailableError(self._wrong_server())
        if status == 406 or "media_type_header_exception" in str(error):
            return EngineUnavailableError(f"Elasticsearch at {self} is neither version 8 nor 9: {error}")
        return EngineError(f"Elasticsearch refused: {error} {str(error.body)[:500]}")

    def _wrong_server(self) -> str:
        return f"What answers at {self} is no Elasticsearch 8 or 9. Correct the address; changes wait."
