"""The newsroom that imports come into, and archives of the tests' own format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from chorsu_archive.items import Options
from chorsu_archive.models import ImportRun
from chorsu_archive.runs import begin
from tests.archive.made import finish, use_made, write
from tests.newsroom_copy import copy_newsroom


@pytest.fixture
def made_newsroom(settings) -> Iterator[None]:
    """Set a newsroom up that knows the tests' own format."""
    use_made(settings)
    copy_newsroom()
    with override("en"):
        yield


@pytest.fixture
def path(tmp_path) -> Path:
    """Return where the archive of a test lies."""
    return tmp_path / "a.made"


@pytest.fixture
def prepare(path) -> Callable[..., ImportRun]:
    """Return what writes these items as the archive, and begins its import."""

    def begin_import(*items, options=None, **said):
        return begin(write(path, items, **said), options=options or Options())

    return begin_import


@pytest.fixture
def imports(path) -> Callable[..., ImportRun]:
    """Return what writes these items as the archive, if there are any, and brings it in to the end."""

    def import_items(*items, media=(), files=(), **options):
        if items:
            write(path, items, media=list(media), files=dict(files))
        run = begin(path, options=options.pop("options", Options()), **options)
        finish(run)
        return run

    return import_items


@pytest.fixture
def media(settings, tmp_path) -> Path:
    """Let files be stored in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    settings.CHORSU_ARTICLES = {"PRIVATE_FOLDER": str(tmp_path / "private")}
    return tmp_path
