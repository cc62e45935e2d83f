"""An Elasticsearch server: its clients, and its errors as ``EngineError`` with the remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from elasticsearch import ApiError, Elasticsearch, SerializationError, TransportError

from chorsu_search.engines.base import EngineError, EngineUnavailableError

_BUSY = {429, 502, 503, 504}
_CREDENTIALS = re.compile(r"//[^/@]*@")


class Server:
    """The server at one address. ``options`` (certificates, keys) are handed to the client."""

    def __init__(self, url: str, search_timeout: float, index_timeout: float, options: Mapping[str, Any]) -> None:
        self.url = url
        self._search_timeout = search_timeout
        self._index_timeout = index_timeout
        self._options = options

    def __str__(self) -> str:
        """Return the address without a password that stands in it."""
        return _CREDENTIALS.sub("//", str(self.url))

    @cached_property
    def client(self) -> Elasticsearch:
        """Return the client, with the timeouts of its options."""
        return Elasticsearch(self.url, **{"max_retries": 0, "retry_on_timeout": False, **self._options})

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
