"""Kept pages as in production, and what another process does meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connections
from django.test import override_settings

from cms.settings.caches import reader_cache

DUMMY = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}


def in_files(folder: Path) -> dict[str, Any]:
    """Return the settings of caches in a folder."""
    kept = {name: reader_cache(name, "", folder / name, most=1000) for name in ("default", "pages")}
    return kept | {"renditions": DUMMY}


def without_caches() -> override_settings:
    """Render everything anew inside the block."""
    return override_settings(CACHES=dict.fromkeys(("default", "pages", "renditions"), DUMMY))


@pytest.fixture
def pages(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Keep pages, and return the folder in which they lie."""
    settings.CACHES = in_files(tmp_path / "caches")
    yield tmp_path / "caches" / "pages"
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
