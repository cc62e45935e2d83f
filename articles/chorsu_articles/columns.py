"""The columns of texts that exist once per language, such as ``name_ru``: django-modeltranslation makes them.

Its languages are ``MODELTRANSLATION_LANGUAGES``, else ``LANGUAGES``: docs/decisions/vocabulary-columns.md.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, TextIO

from django.apps import AppConfig
from django.apps.registry import Apps
from django.db import connections, models
from django.utils.text import capfirst

from chorsu_locales.selectors import enabled_codes, get_language_row
from chorsu_locales.table import normal_code

try:
    from modeltranslation.settings import AVAILABLE_LANGUAGES
    from modeltranslation.translator import translator
    from modeltranslation.utils import build_localized_fieldname
except ModuleNotFoundError:  # Django has to come as far as its checks, which say so: chorsu_articles.E001
    AVAILABLE_LANGUAGES = []

COLUMN_LANGUAGES: tuple[str, ...] = tuple(AVAILABLE_LANGUAGES)


def column(field: str, code: str) -> str:
    """Return the name of a field's column for a language, such as ``name_pt_br``."""
    return str(build_localized_fieldname(field, code))


def columns(*fields: str) -> dict[str, tuple[str, str]]:
    """Return every column of these fields: its name, and for which field and language it is."""
    return {column(field, code): (field, code) for code in COLUMN_LANGUAGES for field in fields}


def translated_columns(model: type[models.Model]) -> dict[str, tuple[str, str]]:
    """Return every column of a model's translated fields, as ``columns`` does."""
    names = {field.name for field in model._meta.concrete_fields}
    return {name: source for name, source in columns(*names).items() if name in names}


def describe_values(model: type[models.Model], values: Mapping[str, str]) -> str:
    """Return values by column for people: "Name (Русский): Вода; slug: voda"."""
    translated = translated_columns(model)
    parts = []
    for name, value in values.items():
        base, code = translated.get(name, (name, ""))
        field: Any = model._meta.get_field(base)
        language = f" ({get_language_row(code).name})" if code else ""
        shown = dict(field.choices or ()).get(value, value) or "–"
        parts.append(f"{field.verbose_name}{language}: {shown}")
    return capfirst("; ".join(parts))


def own_column_language(code: str) -> str | None:
    """Return the language whose columns hold the texts of ``code``: itself, or its language without the region."""
    code = normal_code(code)
    return next((found for found in (code, code.partition("-")[0]) if found in COLUMN_LANGUAGES), None)


def ordered_languages() -> list[str]:
    """Return every language that has columns, those that the site publishes in first and in its order."""
    enabled = [code for code in enabled_codes() if code in COLUMN_LANGUAGES]
    return list(dict.fromkeys([*enabled, *COLUMN_LANGUAGES]))


def name_permissions() -> list[tuple[str, Any]]:
    """Return for each language with columns the permission to edit vocabulary texts: code name and label."""
    return [
        (column("change_names", code), f"Can edit vocabulary texts in {get_language_row(code).english_name}")
        for code in COLUMN_LANGUAGES
    ]


def migrated_columns(field: str, kind: type[models.Field[Any, Any]], **options: Any) -> list[tuple[str, Any]]:
    """Return a field's columns in the site's languages of today, as a migration lists them."""
    return [(name, kind(null=True, **options)) for name in columns(field)]


def add_missing_columns(*, apps: Apps, using: str, app_label: str = "chorsu_articles") -> list[str]:
    """Add the language columns that the applied migrations would make today and the database lacks; return their names.

    ``apps`` has the models as the applied migrations leave them: later migrations add their own columns.
    """
    connection = connections[using]
    tables = connection.introspection.table_names()
    added = []
    for translated in translator.get_registered_models(abstract=False):
        name = translated._meta.model_name
        if translated._meta.app_label != app_label or name not in apps.all_models[app_label]:
            continue
        model = apps.get_model(app_label, name)
        table = model._meta.db_table
        if table not in tables:
            continue
        with connection.cursor() as cursor:
            present = {row.name for row in connection.introspection.get_table_description(cursor, table)}
        ours = columns(*translator.get_options_for_model(translated).fields)
        missing = [field for field in model._meta.local_fields if field.name in ours and field.column not in present]
        # Even to begin is refused by SQLite inside a transaction, where ``migrate`` may be called with nothing to add.
        if missing:
            with connection.schema_editor() as editor:
                for field in missing:
                    editor.add_field(model, field)
        added += [f"{table}.{field.column}" for field in missing]
    return added


def migrations_begin(
    *, app_config: AppConfig, apps: Apps, using: str, verbosity: int, stdout: TextIO = sys.stdout, **_kwargs: Any
) -> None:
    """Before ``migrate``, add the columns of languages that the site took up since it was run last, and print them."""
    added = add_missing_columns(apps=apps, using=using, app_label=app_config.label)
    if added and verbosity:
        stdout.write(f"Columns for languages added: {', '.join(added)}\n")
