"""Switch languages on and off in tests."""

from __future__ import annotations

from typing import Any

from django.test import override_settings

from chorsu_locales.table import language_settings


def newsroom_languages(*codes: str) -> Any:
    """Return a decorator or context manager in which the newsroom publishes in just these languages.

    modeltranslation keeps its settings, as it reads them once at start.
    """
    values = {name: value for name, value in language_settings(codes).items() if "MODELTRANSLATION" not in name}
    return override_settings(NEWSROOM_LANGUAGES=list(codes), **values)
