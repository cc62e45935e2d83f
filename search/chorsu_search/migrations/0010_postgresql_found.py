from __future__ import annotations

from django.db import migrations

from chorsu_search.engines.postgresql import PostgresqlEngine


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        PostgresqlEngine.create(schema_editor.connection)


class Migration(migrations.Migration):
    """PostgreSQL's function that finds documents by the index, where an earlier release made the column without it."""

    dependencies = [("chorsu_search", "0009_shorter_rows")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop, hints={"model_name": "document"})]
