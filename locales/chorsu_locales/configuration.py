"""Settings that follow from the table of languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chorsu_locales.table import LANGUAGES, normal_code


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
