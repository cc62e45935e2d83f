from __future__ import annotations

from django.db import migrations

from chorsu_search.engines.sqlite import SqliteEngine


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        SqliteEngine.create(schema_editor.connection)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        SqliteEngine.drop(schema_editor.connection)


class Migration(migrations.Migration):
    """SQLite's full-text table over the documents. A later migration that alters their table calls `create` again."""

    dependencies = [("chorsu_search", "0001_initial")]

    operations = [migrations.RunPython(create, drop, hints={"model_name": "document"})]
