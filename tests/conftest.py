"""What several test modules need."""

from __future__ import annotations

import gc
import os
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from subprocess import CompletedProcess
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.signals import setting_changed
from django.db import transaction
from django.dispatch import receiver
from django.utils import translation
from django.utils.translation import trans_real
from hypothesis import settings

from chorsu_articles.pictures import files as picture_files
from tests.migrated_database import prepared_database
from tests.programs import find_program

# A few examples, the same ones on every run; other ones and many more, which `make slow` uses.
settings.register_profile("ci", settings.get_profile("ci"), max_examples=30)
settings.register_profile("seeds", max_examples=500, deadline=None, print_blob=True)


_catalogues: dict[Any, Any] = {}


@receiver(setting_changed)
def _keep_catalogues(*, setting: str, **_facts: Any) -> None:
    """Keep the catalogues that were put together: Django does so again wherever a test changes the languages."""
    if setting in {"LANGUAGES", "LANGUAGE_CODE", "LOCALE_PATHS"}:
        key = django_settings.LANGUAGE_CODE, *map(str, django_settings.LOCALE_PATHS)
        trans_real._translations = _catalogues.setdefault(key, {})  # type: ignore[attr-defined]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the seed of the order that tests run in."""
    parser.addoption("--shuffle", type=int, help="run modules, and the tests in each, in a random order of this seed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Shuffle, before pytest-django puts the tests that empty the database behind the others."""
    if (seed := config.getoption("--shuffle")) is not None:
        order = random.Random(seed)
        places = {path: order.random() for path in sorted({item.path for item in items})}
        items.sort(key=lambda item: (places[item.path], order.random()))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail where a program of the system is missing that a test is about: ``@pytest.mark.program("nginx")``."""
    for mark in item.iter_markers("program"):
        find_program(mark.args[0])


def pytest_collection_finish() -> None:
    """Let the collector of garbage look seldom, and never at the code and tests that stay: a tenth of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment,
    django_db_modify_db_settings,
    django_db_createdb,
    django_db_blocker,
) -> Iterator[None]:
    """Make the test database; ``--create-db`` migrates although a migrated one is kept."""
    with django_db_blocker.unblock(), prepared_database(anew=django_db_createdb):
        django_db_blocker.block()
        yield
        django_db_blocker.unblock()


@pytest.fixture(scope="session", autouse=True)
def _a_picture_is_decoded_once() -> Iterator[None]:
    """Keep what the decoder wrote of each file under the same limits: each time is a process of its own."""
    decode, written = picture_files.DECODER.run, {}

    def decode_once(limits, *, stdin, stdout):
        key = limits, stdin.read()
        stdin.seek(0)
        if key in written:
            os.write(stdout.fileno(), written[key])
            return CompletedProcess(limits, 0, stderr=b"")
        run = decode(limits, stdin=stdin, stdout=stdout)
        if run.returncode == 0:
            written[key] = os.pread(stdout.fileno(), os.fstat(stdout.fileno()).st_size, 0)
        return run

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(picture_files.DECODER, "run", decode_once)
        yield


@pytest.fixture(scope="module")
def kept_in_module(django_db_setup, django_db_blocker) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Return what fixtures of a module write in: ``with kept_in_module():``. Its tests find that as it was written.

    Each test goes back to a savepoint behind it, so that it asks for ``db`` too. What such a fixture returns is shared:
    a test gets a copy of it.
    """
    outer = transaction.atomic()
    # As Django marks the transaction around the tests of a TestCase: ``durable`` ones may begin inside.
    outer._from_testcase = True  # type: ignore[attr-defined]
    with django_db_blocker.unblock(), outer:
        with django_db_blocker.block():
            yield django_db_blocker.unblock
        transaction.set_rollback(True)


@pytest.fixture
def memory_cache(settings):
    """Cache in this process, as in production not in the database; empty: Wagtail caches the addresses of sites."""
    settings.CACHES = settings.CACHES | {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture
def _messages_in_english() -> Iterator[None]:
    """Give what is called without a request its messages in English, whatever the newsroom's default language is."""
    with translation.override("en"):
        yield
