from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from django.test import override_settings


@pytest.fixture(autouse=True)
def _memory_cache(settings: Any) -> Iterator[None]:
    """Count in a cache of this process: the table of the database's cache is made by a command."""
    settings.CACHES = settings.CACHES | {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    memory = LocMemCache("", {})
    memory.clear()
    yield
    memory.clear()


@pytest.fixture(scope="package", autouse=True)
def _plain_base_template() -> Iterator[None]:
    """Extend a plain base template: the plug-in is tested here, not the site's design."""
    # Once for the folder: all templates are read anew where this changes.
    with override_settings(TEMPLATES=[{**settings.TEMPLATES[0], "DIRS": [Path(__file__).parent / "templates"]}]):
        yield
