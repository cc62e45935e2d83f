from django.db import migrations, models

INDEX = models.Index(fields=['topic', 'publication'], name='chorsu_articles_topic_newest')


def add_index(apps, schema_editor):
    """The table that joins publications and topics has no model of its own in which an index could be declared."""
    schema_editor.add_index(apps.get_model('chorsu_articles', 'Publication').topics.through, INDEX)


def remove_index(apps, schema_editor):
    schema_editor.remove_index(apps.get_model('chorsu_articles', 'Publication').topics.through, INDEX)


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_articles', '0012_correction_date_when_live'),
    ]

    operations = [
        migrations.RunPython(add_index, remove_index, hints={'model_name': 'publication'}),
    ]
