from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache.backends.locmem import LocMemCache


@pytest.fixture(autouse=True)
def _memory_cache(settings: Any) -> Iterator[None]:
    """Count in a cache of this process: the table of the database's cache is made by a command."""
    settings.CACHES = settings.CACHES | {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    memory = LocMemCache("", {})
    memory.clear()
    yield
    memory.clear()


@pytest.fixture(autouse=True)
def _plain_base_template(settings: Any) -> None:
    """Extend a plain base template: the plug-in is tested here, not the site's design."""
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [Path(__file__).parent / "templates"]}]
