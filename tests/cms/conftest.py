"""A newsroom as ``setup_newsroom`` makes it, in the languages of the test; uploaded files and a Redis of their own."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import Settings

from chorsu_articles.models import AnalysisPage
from chorsu_locales.table import language_settings
from tests.cms.content import make_full_article
from tests.factories import make_home, make_section
from tests.languages import newsroom_languages
from tests.newsroom_copy import copy_newsroom
from tests.programs import find_program

LANGUAGES = ("ru", "tg", "en")


def switch_on(settings: Settings, *codes: str) -> None:
    """Publish in these languages; the first is the default."""
    for name, value in settings_of(*codes).items():
        setattr(settings, name, value)


def settings_of(*codes: str) -> dict[str, Any]:
    """Return the settings of a newsroom in these languages."""
    derived = language_settings(codes)
    names = ("LANGUAGES", "LANGUAGE_CODE", "WAGTAIL_CONTENT_LANGUAGES")
    return {"NEWSROOM_LANGUAGES": list(codes), **{name: derived[name] for name in names}}


@pytest.fixture
def newsroom(db, settings):
    """Set up a newsroom in Russian, Tajik and English."""
    switch_on(settings, *LANGUAGES)
    copy_newsroom()


@pytest.fixture(scope="module")
def newsroom_of_module(kept_in_module) -> Iterator[None]:
    """Set up the newsroom of ``newsroom`` once, with its languages on for all tests of the module."""
    with override_settings(**settings_of(*LANGUAGES)):
        with kept_in_module():
            copy_newsroom()
        yield


@pytest.fixture(autouse=True)
def _own_media(request, settings, tmp_path):
    if "media_of_module" not in request.fixturenames:
        settings.MEDIA_ROOT = tmp_path


@pytest.fixture(scope="module")
def media_of_module(tmp_path_factory) -> Iterator[None]:
    """Let tests of a module find the files of pictures that were made once for all of them."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="module")
def three_languages() -> Iterator[None]:
    """Publish in the languages of a page and of its translation, and in one that has none of them, like all others."""
    with newsroom_languages("ru", "tg", "en"):
        yield


@pytest.fixture(scope="session")
def redis(tmp_path_factory) -> Iterator[str]:
    """Run a Redis that listens in a folder alone, and return its address."""
    program = find_program("redis-server")
    folder = tmp_path_factory.mktemp("redis")
    socket = folder / "socket"
    settings = ["--port", "0", "--unixsocket", str(socket), "--dir", str(folder), "--save", "", "--appendonly", "no"]
    with subprocess.Popen([program, *settings], stdout=subprocess.DEVNULL) as server:
        try:
            while not socket.exists():
                assert server.poll() is None
                time.sleep(0.01)
            yield f"unix://{socket}"
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def article_of_module(media_of_module, kept_in_module) -> int:
    """Make an article with all that one can have, once for all tests of the module; return its key."""
    with kept_in_module():
        return make_full_article(make_section(make_home())).pk


@pytest.fixture
def article(article_of_module, db) -> AnalysisPage:
    return AnalysisPage.objects.get(pk=article_of_module)


@pytest.fixture
def rename(django_capture_on_commit_callbacks) -> Callable[[Any, str], None]:
    """Return a function that publishes a page with another slug, so that its former address leads there."""

    def run(page, slug):
        page.slug = slug
        with django_capture_on_commit_callbacks(execute=True):
            page.save_revision().publish()
        page.refresh_from_db()

    return run
