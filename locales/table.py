"""The table of languages: one row holds all that the rest of the project needs to know of a language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Quotes:
    """Quotation marks: the outer pair and the pair used inside it."""

    opening: str
    closing: str
    inner_opening: str
    inner_closing: str


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the newsroom.

    ``code`` is a BCP 47 code in lower case; ``fallbacks`` lists the codes that names and interface strings
    fall back to, nearest first.
    """

    code: str
    english_name: str
    name: str
    script: Literal["Cyrl", "Latn", "Arab"]
    direction: Literal["ltr", "rtl"] = "ltr"
    fallbacks: tuple[str, ...] = ()
    quotes: Quotes = field(default_factory=lambda: Quotes("«", "»", "„", "“"))


LANGUAGES: dict[str, Language] = {
    language.code: language
    for language in (
        Language("ru", "Russian", "Русский", "Cyrl", fallbacks=("en",)),
        Language("tg", "Tajik", "Тоҷикӣ", "Cyrl", fallbacks=("ru", "en")),
        Language("en", "English", "English", "Latn", fallbacks=("ru",)),
        Language("kk", "Kazakh", "Қазақ тілі", "Cyrl", fallbacks=("ru", "en")),
        Language("ky", "Kyrgyz", "Кыргызча", "Cyrl", fallbacks=("ru", "en")),
        Language("uz", "Uzbek", "Oʻzbekcha", "Latn", fallbacks=("ru", "en")),
        Language("fa", "Persian", "فارسی", "Arab", "rtl", fallbacks=("en", "ru")),
    )
}
