from __future__ import annotations

from django.db import migrations

from chorsu_search.engines.sqlite import SqliteEngine

DOCUMENTS, FACETS = "chorsu_search_document", "chorsu_search_documentfacet"


def number(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        SqliteEngine.drop(schema_editor.connection)  # made again by the next migration
    documents = apps.get_model("chorsu_search", "Document").objects.using(schema_editor.connection.alias)
    documents.filter(deleted=True).delete()
    words = apps.get_model("chorsu_search", "PageWords").objects.using(schema_editor.connection.alias)
    words.filter(language="").delete()
    # First below zero, where no number is taken.
    for sql in (
        f"UPDATE {FACETS} SET document_id = -(SELECT page_id FROM {DOCUMENTS} d WHERE d.id = document_id)",
        f"UPDATE {DOCUMENTS} SET id = -page_id",
        f"UPDATE {FACETS} SET document_id = -document_id",
        f"UPDATE {DOCUMENTS} SET id = -id",
    ):
        schema_editor.execute(sql)


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        SqliteEngine.create(schema_editor.connection)


class Migration(migrations.Migration):
    """Documents get the numbers of their pages; what stood for deleted pages goes."""

    dependencies = [("chorsu_search", "0011_postgresql_vector")]

    operations = [migrations.RunPython(number, create, hints={"model_name": "document"})]
