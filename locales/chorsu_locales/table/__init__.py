"""The table of languages: one row holds all that the rest of the project needs to know of a language.

The module needs neither Django nor settings, because settings are derived from it.
"""

from __future__ import annotations

from chorsu_locales.table import english, kazakh, kyrgyz, persian, russian, tajik, uzbek
from chorsu_locales.table.model import (
    Affix,
    Analysis,
    DatePatterns,
    Direction,
    Hyphenation,
    Keyboard,
    Language,
    Pasted,
    Quotes,
    Script,
    Transliteration,
)

__all__ = [
    "LANGUAGES",
    "Affix",
    "Analysis",
    "DatePatterns",
    "Direction",
    "Hyphenation",
    "Keyboard",
    "Language",
    "Pasted",
    "Quotes",
    "Script",
    "Transliteration",
    "add_language",
    "normal_code",
]

LANGUAGES: dict[str, Language] = {
    module.ROW.code: module.ROW for module in (russian, tajik, english, kazakh, kyrgyz, uzbek, persian)
}


def add_language(language: Language) -> None:
    """Add a site's own row to the table; call it in the settings, before ``language_settings``.

    Raises ``ValueError`` for a code that the table has already.
    """
    if language.code in LANGUAGES and LANGUAGES[language.code] != language:
        message = f"The table of languages has a row {language.code!r} already."
        raise ValueError(message)
    LANGUAGES[language.code] = language


def normal_code(code: str) -> str:
    """Return a language code as the table spells it: lower case, with hyphens."""
    return code.strip().lower().replace("_", "-")
