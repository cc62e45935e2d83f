"""Settings that follow from the table of languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from locales.table import LANGUAGES


def language_settings(codes: Sequence[str]) -> dict[str, Any]:
    """Return Django's, Wagtail's and modeltranslation's language settings for a newsroom.

    ``codes`` are the languages that the newsroom publishes in; the first is its default language.
    The columns of modeltranslation exist for the whole table, so that switching one on needs no migration.
    Raises ``KeyError`` for a code that is not in the table.
    """
    enabled = [LANGUAGES[code] for code in codes]
    pairs = [(language.code, language.name) for language in enabled]
    return {
        "LANGUAGE_CODE": enabled[0].code,
        "LANGUAGES": pairs,
        "LANGUAGES_BIDI": [language.code for language in LANGUAGES.values() if language.direction == "rtl"],
        "WAGTAIL_CONTENT_LANGUAGES": pairs,
        "MODELTRANSLATION_LANGUAGES": tuple(LANGUAGES),
        "MODELTRANSLATION_DEFAULT_LANGUAGE": enabled[0].code,
        "MODELTRANSLATION_FALLBACK_LANGUAGES": {
            "default": ("en", "ru"),
            **{language.code: language.fallbacks for language in LANGUAGES.values()},
        },
    }
