"""The table of languages: one row holds all that the rest of the project needs to know of a language.

The module needs neither Django nor settings, because settings are derived from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chorsu_locales.table.english import ROW as ENGLISH
from chorsu_locales.table.kazakh import ROW as KAZAKH
from chorsu_locales.table.kyrgyz import ROW as KYRGYZ
from chorsu_locales.table.model import (
    Affix,
    Analysis,
    DatePatterns,
    Hyphenation,
    Keyboard,
    Language,
    Pasted,
    Quotes,
    Speech,
    Stops,
    Transliteration,
)
from chorsu_locales.table.persian import ROW as PERSIAN
from chorsu_locales.table.russian import ROW as RUSSIAN
from chorsu_locales.table.tajik import ROW as TAJIK
from chorsu_locales.table.uzbek import ROW as UZBEK

__all__ = [
    "LANGUAGES",
    "Affix",
    "Analysis",
    "DatePatterns",
    "Hyphenation",
    "Keyboard",
    "Language",
    "Pasted",
    "Quotes",
    "Speech",
    "Stops",
    "Transliteration",
    "add_language",
    "language_settings",
    "normal_code",
]

LANGUAGES: dict[str, Language] = {row.code: row for row in (RUSSIAN, TAJIK, ENGLISH, KAZAKH, KYRGYZ, UZBEK, PERSIAN)}


def add_language(language: Language) -> None:
    """Add a site's own row to the table; call it in the settings, before ``language_settings``.

    Raises ``ValueError`` for a code that the table has already.
    """
    if language.code in LANGUAGES and LANGUAGES[language.code] != language:
        raise ValueError(f"The table of languages has a row {language.code!r} already.")
    LANGUAGES[language.code] = language


def normal_code(code: str) -> str:
    """Return a language code as the table spells it: lower case, with hyphens."""
    return code.strip().lower().replace("_", "-")


def language_settings(codes: Sequence[str]) -> dict[str, Any]:
    """Return Django's, Wagtail's and modeltranslation's language settings for a newsroom.

    ``codes`` are the languages that the newsroom publishes in; the first is its default language. A code that is
    not in the table is left out here and reported by the system check ``chorsu_locales.E001``, because a traceback
    out of the settings would hide which setting is wrong; with no known code at all, the whole table is switched on.

    The columns of modeltranslation exist for the whole table, so that switching one on needs no migration.
    """
    wanted = dict.fromkeys(normal_code(code) for code in codes)
    enabled = [LANGUAGES[code] for code in wanted if code in LANGUAGES] or list(LANGUAGES.values())
    pairs = [(language.code, language.name) for language in enabled]
    # A name in any language is better than none: the whole chain ends with the languages it doesn't name.
    others = [language.code for language in enabled] + list(LANGUAGES)
    return {
        "LANGUAGE_CODE": enabled[0].code,
        "LANGUAGES": pairs,
        "LANGUAGES_BIDI": [language.code for language in LANGUAGES.values() if language.direction == "rtl"],
        "WAGTAIL_CONTENT_LANGUAGES": pairs,
        "MODELTRANSLATION_LANGUAGES": tuple(LANGUAGES),
        "MODELTRANSLATION_DEFAULT_LANGUAGE": enabled[0].code,
        "MODELTRANSLATION_FALLBACK_LANGUAGES": {
            "default": tuple(dict.fromkeys(others)),
            **{
                language.code: tuple(
                    code for code in dict.fromkeys((*language.fallbacks, *others)) if code != language.code
                )
                for language in LANGUAGES.values()
            },
        },
    }
