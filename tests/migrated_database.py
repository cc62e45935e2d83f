"""The tests' database: migrated once for all processes of all runs, until something changes that migrations read."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from wagtail.models import Site

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".cache" / "test_databases"
KEPT_SECONDS = 24 * 3600
# Where the code is that migrations run: the plug-ins, the site, and the app of the tests.
PACKAGES = ("*/chorsu_*", "cms", "tests/story")


@contextmanager
def prepared_database(*, anew: bool) -> Iterator[None]:
    """Connect to a new test database until the block is left; ``anew``: migrate it whatever is kept.

    A test that commits gets it put back as it was migrated, in place of Django's flush, which empties every table and
    then looks for content types and permissions to make: that takes longer than most of these tests.
    """
    prepare = _sqlite if connection.vendor == "sqlite" else _postgresql
    with prepare(anew=anew) as put_back, pytest.MonkeyPatch.context() as patch:

        def end_test(_test: TransactionTestCase) -> None:
            put_back()
            ContentType.objects.clear_cache()
            Site.clear_site_root_paths_cache()

        patch.setattr(TransactionTestCase, "_fixture_teardown", end_test)
        yield


@contextmanager
def _sqlite(*, anew: bool) -> Iterator[Callable[[], None]]:
    """Copy the kept file."""
    before = connection.settings_dict["NAME"]
    name = Path(connection.settings_dict["TEST"]["NAME"])
    kept = sqlite3.connect(kept_file(anew=anew), check_same_thread=False)
    connection.close()
    _delete(name)
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name

    def put_back() -> None:
        connection.ensure_connection()
        kept.backup(connection.connection)

    put_back()
    yield put_back
    kept.close()
    connection.creation.destroy_test_db(before, verbosity=0)
    _delete(name)


@contextmanager
def _postgresql(*, anew: bool) -> Iterator[Callable[[], None]]:
    """Migrate, and keep a copy on the server."""
    made = _migrate()
    name = connection.settings_dict["NAME"]
    copy = f"{name}_kept"

    def run(*statements: str) -> None:
        connection.close()
        with connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    drop = 'DROP DATABASE IF EXISTS "{}" WITH (FORCE)'
    run(drop.format(copy), f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    yield lambda: run(drop.format(name), f'CREATE DATABASE "{name}" TEMPLATE "{copy}"')
    run(drop.format(copy))
    teardown_databases(made, verbosity=0)


def _migrate() -> list[Any]:
    """Make an empty test database with all migrations, and return what ends it."""
    with pytest.MonkeyPatch.context() as patch:
        # Django clears this cache whenever a migration changes a model, though settings stay: an eighth of the time.
        patch.setattr(apps, "get_swappable_settings_name", cache(apps.get_swappable_settings_name))
        return setup_databases(verbosity=0, interactive=False, serialized_aliases=())


def fingerprint() -> str:
    """Return a digest of all that decides how the migrated database looks: code, installed packages, languages."""
    digest = hashlib.sha256(repr((settings.INSTALLED_APPS, settings.LANGUAGES, settings.LANGUAGE_CODE)).encode())
    for line in sorted(f"{each.name}=={each.version}" for each in importlib.metadata.distributions()):
        digest.update(line.encode())
    for path in sorted(path for package in PACKAGES for path in ROOT.glob(f"{package}/**/*.py")):
        digest.update(f"\n{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:20]


def kept_file(*, anew: bool = False) -> Path:
    """Return the migrated file, made by the first process that wants it while the others wait."""
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{fingerprint()}.sqlite3"
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if anew or not path.exists():
            for old in KEPT.glob("*.sqlite3"):
                # Another run, of other versions, may be about to read one.
                if old.stat().st_mtime < time.time() - KEPT_SECONDS:
                    old.unlink()
            made = _migrate()
            unfinished = path.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            connection.ensure_connection()
            # Whole and without a journal beside it, unlike the file itself.
            with sqlite3.connect(unfinished) as target:
                connection.connection.backup(target)
            target.close()
            unfinished.rename(path)
            teardown_databases(made, verbosity=0)
    return path


def _delete(name: Path) -> None:
    for path in (name, *(name.with_name(f"{name.name}-{ending}") for ending in ("wal", "shm", "lock"))):
        path.unlink(missing_ok=True)
