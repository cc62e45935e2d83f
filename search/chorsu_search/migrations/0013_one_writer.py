from __future__ import annotations

from django.db import migrations, models

from chorsu_search.engines.sqlite import SqliteEngine


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        SqliteEngine.create(schema_editor.connection)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        SqliteEngine.drop(schema_editor.connection)


def name_pages(apps, schema_editor):
    documents = apps.get_model("chorsu_search", "Document").objects.using(schema_editor.connection.alias)
    documents.update(page_id=models.F("id"))


class Migration(migrations.Migration):
    """One process writes to an index at a time, so nothing has a version; documents have the keys of their pages."""

    dependencies = [("chorsu_search", "0012_documents_by_page")]

    operations = [
        migrations.AlterField("document", "page_id", models.PositiveBigIntegerField(null=True, unique=True)),
        migrations.RunPython(migrations.RunPython.noop, name_pages, hints={"model_name": "document"}),
        migrations.RemoveField("document", "page_id"),
        migrations.AlterField("document", "version", models.BigIntegerField(default=0)),
        migrations.RemoveField("document", "version"),
        migrations.RemoveField("document", "deleted"),
        migrations.RemoveField("nameword", "version"),
        migrations.AlterField("pagewords", "version", models.BigIntegerField(default=0)),
        migrations.RemoveField("pagewords", "version"),
        migrations.DeleteModel("IndexVersion"),
        migrations.RemoveField("indexchange", "claim_token"),
        migrations.RemoveField("indexchange", "claimed_until"),
        migrations.RenameModel("IndexRebuild", "IndexWriter"),
        migrations.RemoveField("indexwriter", "claim_token"),
        migrations.AddField("indexwriter", "claim", models.BigIntegerField(default=0, editable=False)),
        # Each row stood for a rebuild that had to be.
        migrations.AddField("indexwriter", "rebuild", models.BooleanField(default=True, editable=False)),
        migrations.AlterField("indexwriter", "rebuild", models.BooleanField(default=False, editable=False)),
        migrations.AddField(
            "indexwriter", "rebuild_until", models.DateTimeField(blank=True, editable=False, null=True)
        ),
        migrations.RunPython(create, drop, hints={"model_name": "document"}),
    ]
