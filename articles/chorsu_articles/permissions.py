"""Who may edit which language's text of the vocabularies and of the library's suggestions."""

from __future__ import annotations

from typing import Any

from chorsu_articles.columns import COLUMN_LANGUAGES, column
from chorsu_locales.selectors import enabled_codes


def names_permission(code: str) -> str:
    """Return the permission to edit vocabulary texts in a language, such as ``chorsu_articles.change_names_tg``."""
    return f"chorsu_articles.{column('change_names', code)}"


def editable_languages(user: Any) -> list[str]:
    """Return the codes of the languages whose vocabulary texts the user may edit, switched-on ones first."""
    return [code for code in ordered_languages() if user.has_perm(names_permission(code))]


def ordered_languages() -> list[str]:
    """Return every language that has columns, those that the site publishes in first and in its order."""
    enabled = [code for code in enabled_codes() if code in COLUMN_LANGUAGES]
    return list(dict.fromkeys([*enabled, *COLUMN_LANGUAGES]))
