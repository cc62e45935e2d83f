"""Cached pages as in production, and what another process does meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.test import override_settings

from cms.settings.env import reader_cache

DUMMY = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}


# Where a page lies makes no difference to what is right: a Redis is tried with what runs long.
PLACES = ["files", pytest.param("redis", marks=pytest.mark.slow)]


def cache_settings(folder: Path, redis: str = "") -> dict[str, Any]:
    """Return the settings of caches in a folder, or in the Redis at this address."""
    kept = {name: reader_cache(name, redis, folder / name, most=1000) for name in ("default", "pages")}
    return kept | {"renditions": DUMMY}


def without_caches() -> override_settings:
    """Render everything anew inside the block."""
    return override_settings(CACHES=dict.fromkeys(("default", "pages", "renditions"), DUMMY))


def without_whole_pages() -> override_settings:
    """Make pages of the pieces that are cached of them inside the block."""
    return override_settings(CACHES=settings.CACHES | {"pages": DUMMY})


@pytest.fixture(params=PLACES)
def pages(request, settings, tmp_path) -> Iterator[Callable[[], set[Any]]]:
    """Cache pages, in files or in a real Redis; return what gives the names of what is cached."""
    folder = tmp_path / "caches"
    # tests/cms/conftest.py
    address = request.getfixturevalue("redis") if request.param == "redis" else ""
    settings.CACHES = cache_settings(folder, address)
    caches["pages"].clear()

    def names():
        if address:
            return set(caches["pages"]._cache.get_client().keys("pages:*"))
        return {path.name for path in (folder / "pages").glob("*")}

    yield names
    caches["pages"].clear()


def elsewhere(job: Callable[[], Any]) -> int:
    """Do something in another process, and return how it ended: 0, or the negative number of the signal."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            job()
        except BaseException:  # noqa: BLE001
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
