"""A newsroom as ``setup_newsroom`` makes it, in the languages of the test."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from chorsu_locales.configuration import language_settings
from tests.newsroom_copy import copy_newsroom


def switch_on(settings: Settings, *codes: str) -> None:
    """Publish in these languages; the first is the default."""
    settings.NEWSROOM_LANGUAGES = list(codes)
    derived = language_settings(codes)
    for name in ("LANGUAGES", "LANGUAGE_CODE", "WAGTAIL_CONTENT_LANGUAGES"):
        setattr(settings, name, derived[name])


@pytest.fixture
def newsroom(db: None, settings: Settings) -> None:
    """Set up a newsroom in Russian, Tajik and English."""
    switch_on(settings, "ru", "tg", "en")
    copy_newsroom()
