"""The newsroom that ``setup_newsroom`` makes: set up once in a process, and copied for the tests after the first."""

from __future__ import annotations

import sqlite3

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from wagtail.models import Site

from cms.newsroom.setup import setup_newsroom
from tests.remembered import remembered

_files: dict[str, sqlite3.Connection] = {}


def copy_newsroom() -> None:
    """Bring about what ``setup_newsroom`` does, in the transaction of a test."""
    call_command("createcachetable", verbosity=0)
    set_up()


set_up = remembered(setup_newsroom, seconds=24 * 3600)


def take_file(name: str) -> bool:
    """Put the whole database back as ``keep_file`` found it; return False where nothing is kept under this name."""
    if name not in _files:
        return False
    connection.ensure_connection()
    _files[name].backup(connection.connection)
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
    return True


def keep_file(name: str) -> None:
    """Keep the database of SQLite as it is now, in memory, under a name."""
    if connection.vendor == "sqlite":
        _files[name] = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(_files[name])
