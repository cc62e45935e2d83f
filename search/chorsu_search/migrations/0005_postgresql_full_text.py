from __future__ import annotations

from django.db import migrations

from chorsu_search.engines.postgresql import PostgresqlEngine


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        PostgresqlEngine.create(schema_editor.connection)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        PostgresqlEngine.drop(schema_editor.connection)


class Migration(migrations.Migration):
    """PostgreSQL's full-text column. A later migration that alters a column under it drops and creates it again."""

    dependencies = [("chorsu_search", "0004_words_of_names")]

    operations = [migrations.RunPython(create, drop, hints={"model_name": "document"})]
