import django.db.models.deletion
from django.db import migrations, models


def forget(apps, schema_editor):
    """Hashes of versions cover one field more now; they are computed again when they are asked for."""
    lineage = apps.get_model('chorsu_editorial', 'RevisionLineage')
    lineage.objects.using(schema_editor.connection.alias).update(content_hash='', hashed_at=None)


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_articles', '0007_front_pages'),
        ('chorsu_editorial', '0002_forget_hashes'),
    ]

    operations = [
        migrations.AddField(
            model_name='publication',
            name='main_topic',
            field=models.ForeignKey(blank=True, help_text='One of the topics above. It stands over the headline, in every language.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='chorsu_articles.topic', verbose_name='main topic'),
        ),
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
