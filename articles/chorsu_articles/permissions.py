"""Who may edit which language's text of the vocabularies and of the library's suggestions.

Texts of vocabularies are live without review. So whoever may write a language, as translators may, fills in what is
empty, and only editors of that language change a text that stands. All languages share a row's address.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import GroupPagePermission

from chorsu_articles.columns import COLUMN_LANGUAGES, column, own_column_language, translated_columns
from chorsu_locales.selectors import enabled_codes

# What a row has once for all languages.
SHARED_TEXTS = ("slug", "code", "website")


def names_permission(code: str) -> str:
    """Return the permission to edit vocabulary texts in a language, such as ``chorsu_articles.change_names_tg``."""
    return f"chorsu_articles.{column('change_names', code)}"


def editable_languages(user: Any) -> list[str]:
    """Return the codes of the languages whose vocabulary texts the user may edit, switched-on ones first."""
    return [code for code in ordered_languages() if user.has_perm(names_permission(code))]


def edited_languages(user: Any) -> set[str]:
    """Return the codes of the languages in whose trees the user may change everybody's pages: as their editor."""
    granted = GroupPagePermission.objects.filter(group__user=user, permission__codename="change_page")
    places = granted.values_list("page__depth", "page__locale__language_code").distinct()
    if user.is_superuser or any(depth == 1 for depth, _code in places):
        return set(COLUMN_LANGUAGES)
    return {own for _depth, code in places if (own := own_column_language(code))}


def closed_texts(*, user: Any, row: Any) -> dict[str, str]:
    """Return the fields of a vocabulary's row that a user may not change, and why; ``row`` is as it is stored.

    Without a user (a program) there are none. The right to change the vocabulary at all is not looked at.
    """
    if user is None:
        return {}
    translated = translated_columns(type(row))
    if getattr(row, "name_withheld", False):
        return dict.fromkeys([*translated, *SHARED_TEXTS], _("The name is protected."))
    written, edited = set(editable_languages(user)), edited_languages(user)
    closed = {}
    for name, (_field, code) in translated.items():
        if code not in written:
            closed[name] = _("You may not edit texts in this language.")
        elif getattr(row, name) and code not in edited:
            closed[name] = _("Readers see this text: only editors of this language can change it.")
    if getattr(row, "website", "") and not edited:
        closed["website"] = _("Readers see this link: only editors can change it.")
    if getattr(row, "slug", "") and not user.has_perm(f"{row._meta.app_label}.delete_{row._meta.model_name}"):
        closed["slug"] = _("Links lead to this address: only those who may delete the entry can change it.")
    return closed


def ordered_languages() -> list[str]:
    """Return every language that has columns, those that the site publishes in first and in its order."""
    enabled = [code for code in enabled_codes() if code in COLUMN_LANGUAGES]
    return list(dict.fromkeys([*enabled, *COLUMN_LANGUAGES]))
