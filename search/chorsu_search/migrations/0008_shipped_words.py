from __future__ import annotations

from django.db import migrations

from chorsu_search.spelling.groups import shipped_groups


def store(apps, schema_editor):
    groups = apps.get_model("chorsu_search", "WordGroup").objects.using(schema_editor.connection.alias)
    groups.bulk_create(groups.model(language=language, words=words) for language, words in shipped_groups())


def remove(apps, schema_editor):
    groups = apps.get_model("chorsu_search", "WordGroup").objects.using(schema_editor.connection.alias)
    for language, words in shipped_groups():
        groups.filter(language=language, words=words).delete()


class Migration(migrations.Migration):
    """The spellings and abbreviations that we know: rows like those that editors add."""

    dependencies = [("chorsu_search", "0007_vocabulary")]

    operations = [migrations.RunPython(store, remove, hints={"model_name": "wordgroup"})]
