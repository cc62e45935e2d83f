from __future__ import annotations

from django.db import migrations

from chorsu_search.engines import fts


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        fts.create(schema_editor.connection)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        fts.drop(schema_editor.connection)


class Migration(migrations.Migration):
    """SQLite's full-text table over the documents. A later migration that alters their table calls `create` again."""

    dependencies = [("chorsu_search", "0001_initial")]

    operations = [migrations.RunPython(create, drop, hints={"model_name": "document"})]
