from __future__ import annotations

from django.db import migrations

from chorsu_search.engines import postgresql
from chorsu_search.engines.postgresql import PostgresqlEngine


def write_it_with_the_row(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"ALTER TABLE {postgresql.DOCUMENTS} ALTER {postgresql.COLUMN} DROP EXPRESSION IF EXISTS, "
            f"ALTER {postgresql.COLUMN} SET DEFAULT '', ALTER {postgresql.COLUMN} SET NOT NULL"
        )
        PostgresqlEngine.create(schema_editor.connection)
        schema_editor.execute("DROP FUNCTION IF EXISTS chorsu_search_lexemes(text, text, text)")


class Migration(migrations.Migration):
    """PostgreSQL's full-text column is written with the row, where an earlier release had the server make it of others."""

    dependencies = [("chorsu_search", "0010_postgresql_found")]

    operations = [
        migrations.RunPython(write_it_with_the_row, migrations.RunPython.noop, hints={"model_name": "document"})
    ]
