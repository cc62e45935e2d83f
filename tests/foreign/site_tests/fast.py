"""An administrator, and what `make test` does to be fast: see ``tests/conftest.py``, ``tests/migrated_database.py``."""

import gc
from functools import cache

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model


def pytest_collection_finish():
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    apps.get_swappable_settings_name = cache(apps.get_swappable_settings_name)


@pytest.fixture
def admin(client):
    """Return the browser of an administrator who is signed in."""
    client.force_login(get_user_model().objects.create_superuser("chefin", "chefin@example.org", "x"))
    return client
