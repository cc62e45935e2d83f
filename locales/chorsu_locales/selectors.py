"""Which languages there are, and what is known of each."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db.models import QuerySet
from wagtail.coreutils import get_content_languages

from chorsu_locales.table import LANGUAGES, Analysis, Language, Quotes, normal_code


def get_language_row(code: str) -> Language:
    """Return the row of a language; a regional code ("ru-kg") gives its language's row.

    A code that the table doesn't know gives a generic row: its names as Django knows them, Django's date formats,
    folding only. It never fails.
    """
    code = normal_code(code)
    row = LANGUAGES.get(code) or LANGUAGES.get(code.partition("-")[0])
    return row or _generic_row(code)


def is_known(code: str) -> bool:
    """Tell whether the table has a row for the code or for its language."""
    code = normal_code(code)
    return code in LANGUAGES or code.partition("-")[0] in LANGUAGES


@cache
def _generic_row(code: str) -> Language:
    info: dict[str, Any] = LANG_INFO.get(code) or LANG_INFO.get(code.partition("-")[0]) or {}
    return Language(
        code=code,
        english_name=info.get("name", code),
        name=info.get("name_local", code),
        script="",
        direction="rtl" if info.get("bidi") or code.partition("-")[0] in settings.LANGUAGES_BIDI else "ltr",
        fallbacks=("en",),
        quotes=Quotes("“", "”", "‘", "’"),
        analysis=Analysis(apostrophes="part"),
    )


def enabled_codes() -> list[str]:
    """Return the codes of the languages that the site publishes in, the default language first."""
    return sorted(get_content_languages(), key=lambda code: code != default_code())


def enabled_languages() -> list[Language]:
    """Return the rows of the languages that the site publishes in, the default language first."""
    return [get_language_row(code) for code in enabled_codes()]


def default_code() -> str:
    return settings.LANGUAGE_CODE


def is_enabled(code: str) -> bool:
    """Tell whether the site publishes in the language."""
    return code in get_content_languages()


def in_enabled_languages[Rows: QuerySet[Any]](rows: Rows) -> Rows:
    """Leave out rows with a ``locale`` (pages, translatable snippets) whose language is switched off."""
    return rows.filter(locale__language_code__in=list(get_content_languages()))


def fallback_chain(code: str) -> tuple[str, ...]:
    """Return the codes to try for a name or interface string: it, also without its region, then its fallbacks."""
    code = normal_code(code)
    return tuple(dict.fromkeys((code, code.partition("-")[0], *get_language_row(code).fallbacks)))
