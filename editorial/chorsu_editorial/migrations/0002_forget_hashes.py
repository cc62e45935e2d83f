from django.db import migrations


def forget(apps, schema_editor):
    """Hashes are of another form of the text now; they are computed again when they are asked for."""
    lineage = apps.get_model("chorsu_editorial", "RevisionLineage")
    lineage.objects.using(schema_editor.connection.alias).update(content_hash="", hashed_at=None)


class Migration(migrations.Migration):

    dependencies = [("chorsu_editorial", "0001_initial")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
