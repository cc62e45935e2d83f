"""The cache in files, as readers need it: it may forget, and never fails a page."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache

logger = logging.getLogger(__name__)


class FileCache(FileBasedCache):
    """Django's, but what can't be read isn't there, and what can't be written is left out."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return what is kept, or the default: a damaged file, or one of an earlier version, may raise anything."""
        try:
            return super().get(key, default, version)
        except Exception as error:  # noqa: BLE001
            logger.warning("What was kept can't be read, and is made anew: %r", error)
            return default

    def set(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value where there is room."""
        try:
            super().set(key, value, timeout, version)
        except OSError as error:
            logger.warning("Pages are slower until the cache can be written: %s", error)

    def _createdir(self) -> None:
        """Make the folder if possible. Django does so with the cache, before the site's settings are checked."""
        with suppress(OSError):
            super()._createdir()  # type: ignore[misc]
