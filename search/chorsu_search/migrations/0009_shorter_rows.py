from __future__ import annotations

from django.db import migrations, models

import chorsu_search.models
from chorsu_search.engines.sqlite import SqliteEngine


def create_again(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        SqliteEngine.drop(schema_editor.connection)
        SqliteEngine.create(schema_editor.connection)


class Migration(migrations.Migration):
    """Texts with their letters as they are, and a tokenizer of SQLite's that leaves words as the analysis made them.

    The column is the same in the database, so nothing alters the table (which would drop its triggers on SQLite).
    """

    dependencies = [("chorsu_search", "0008_shipped_words")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="document",
                    name="texts",
                    field=models.JSONField(default=dict, encoder=chorsu_search.models.LettersAsTheyAre),
                )
            ]
        ),
        migrations.RunPython(create_again, create_again, hints={"model_name": "document"}),
    ]
