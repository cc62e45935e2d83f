"""Who may edit which language's text of the vocabularies and of the library's suggestions."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from locales.table import LANGUAGES


def names_permission(code: str) -> str:
    """Return the permission to edit vocabulary texts in a language, such as ``chorsu_articles.change_names_tg``."""
    return f"chorsu_articles.change_names_{code}"


def editable_languages(user: Any) -> list[str]:
    """Return the codes of the languages whose vocabulary texts the user may edit, switched-on ones first."""
    return [code for code in ordered_languages() if user.has_perm(names_permission(code))]


def ordered_languages() -> list[str]:
    """Return every code of the table, those that the newsroom publishes in first and in its order."""
    return list(dict.fromkeys([code for code, _name in settings.LANGUAGES] + list(LANGUAGES)))
