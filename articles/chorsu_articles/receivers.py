"""Columns for languages that the site took up after the tables were made."""

from __future__ import annotations

import sys
from typing import Any, TextIO

from django.apps import AppConfig
from django.apps.registry import Apps
from django.db import connections
from modeltranslation.translator import translator

from chorsu_articles.columns import columns


def add_missing_columns(*, apps: Apps, using: str, app_label: str = "chorsu_articles") -> list[str]:
    """Add the language columns that the applied migrations would make today and the database lacks.

    ``apps`` has the models as the applied migrations leave them, so that what a migration to come will add is left to
    it. Return the names of the columns that were added, as ``table.column``.
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
    """Let ``migrate`` make, and name, the columns of languages that the site took up since it was run last."""
    added = add_missing_columns(apps=apps, using=using, app_label=app_config.label)
    if added and verbosity:
        stdout.write(f"Columns for languages added: {', '.join(added)}\n")
