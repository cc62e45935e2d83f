"""A newsroom as ``setup_newsroom`` makes it, in the languages of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import Settings

from chorsu_locales.table import language_settings
from tests.newsroom_copy import copy_newsroom

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
def newsroom(db: None, settings: Settings) -> None:
    """Set up a newsroom in Russian, Tajik and English."""
    switch_on(settings, *LANGUAGES)
    copy_newsroom()


@pytest.fixture(scope="module")
def newsroom_of_module(kept_in_module: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """Set up the newsroom of ``newsroom`` once, with its languages on for all tests of the module."""
    with override_settings(**settings_of(*LANGUAGES)):
        with kept_in_module():
            copy_newsroom()
        yield
