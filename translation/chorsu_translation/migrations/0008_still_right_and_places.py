from django.db import migrations, models


def count_places(apps, schema_editor):
    """Count what is to be checked; ``refresh_translations`` counts the same."""
    links = apps.get_model('chorsu_translation', 'TranslationLink').objects.using(schema_editor.connection.alias)
    to_check = links.filter(adapted=False, live_baseline__isnull=False).exclude(live_baseline__to_check=[])
    for key, places in list(to_check.values_list('pk', 'live_baseline__to_check')):
        links.filter(pk=key).update(places_to_check=len(places))


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_translation', '0007_marks_of_texts'),
    ]

    operations = [
        migrations.AddField(
            model_name='baseline',
            name='former',
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='translationlink',
            name='places_to_check',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='places to check'),
        ),
        migrations.RunPython(count_places, migrations.RunPython.noop),
    ]
