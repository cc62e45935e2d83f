"""The columns of texts that exist once per language, such as ``name_ru``: django-modeltranslation makes them.

Its languages are ``MODELTRANSLATION_LANGUAGES``, else ``LANGUAGES``: docs/decisions/vocabulary-columns.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from chorsu_locales.selectors import enabled_codes, get_language_row
from chorsu_locales.table import normal_code

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

try:
    from modeltranslation.settings import AVAILABLE_LANGUAGES
    from modeltranslation.utils import build_localized_fieldname
except ModuleNotFoundError:  # Django has to come as far as its checks, which say so: chorsu_articles.E001
    AVAILABLE_LANGUAGES = []

COLUMN_LANGUAGES: tuple[str, ...] = tuple(AVAILABLE_LANGUAGES)


def column(field: str, code: str) -> str:
    """Return the name of a field's column for a language, such as ``name_pt_br``."""
    name: str = build_localized_fieldname(field, code)
    return name


def columns(*fields: str) -> dict[str, tuple[str, str]]:
    """Return every column of these fields: its name, and for which field and language it is."""
    return {column(field, code): (field, code) for code in COLUMN_LANGUAGES for field in fields}


def translated_columns(model: type[models.Model]) -> dict[str, tuple[str, str]]:
    """Return every column of a model's translated fields, as ``columns`` does."""
    names = {field.name for field in model._meta.concrete_fields}
    return {name: source for name, source in columns(*names).items() if name in names}


def own_column_language(code: str) -> str | None:
    """Return the language whose columns hold the texts of ``code``: itself, or its language without the region."""
    code = normal_code(code)
    return next((found for found in (code, code.partition("-")[0]) if found in COLUMN_LANGUAGES), None)


def ordered_languages() -> list[str]:
    """Return every language that has columns, those that the site publishes in first and in its order."""
    enabled = [code for code in enabled_codes() if code in COLUMN_LANGUAGES]
    return list(dict.fromkeys([*enabled, *COLUMN_LANGUAGES]))


def name_permissions() -> list[tuple[str, StrOrPromise]]:
    """Return the right to edit vocabulary texts, one for each language with columns: code name and label."""
    return [
        (column("change_names", code), f"Can edit vocabulary texts in {get_language_row(code).english_name}")
        for code in COLUMN_LANGUAGES
    ]


def migrated_columns(field: str, kind: type[models.Field[Any, Any]], **options: Any) -> list[tuple[str, Any]]:
    """Return the columns of a field as a migration lists them: those of the languages that the site has today."""
    return [(name, kind(null=True, **options)) for name in columns(field)]
