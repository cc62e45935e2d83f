"""What `make test` does to be fast, done to a site: see ``tests/conftest.py`` and ``tests/migrated_database.py``."""

import gc
from functools import cache

from django.apps import apps


def pytest_collection_finish():
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    apps.get_swappable_settings_name = cache(apps.get_swappable_settings_name)
