from django.db import migrations, models


def leave_one_mark(apps, schema_editor):
    """Let each place have one mark, the latest: all that the earlier constraint allows."""
    marks = apps.get_model('chorsu_translation', 'UnitMark').objects.using(schema_editor.connection.alias)
    marks.filter(kept=True).delete()
    latest = marks.values('target', 'path', 'index').annotate(latest=models.Max('pk')).values_list('latest', flat=True)
    marks.exclude(pk__in=list(latest)).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_translation', '0006_facts'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='unitmark',
            name='chorsu_translation_one_mark',
        ),
        migrations.AddField(
            model_name='publishedunits',
            name='unit_since',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='unitmark',
            name='kept',
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(migrations.RunPython.noop, leave_one_mark),
        migrations.AddConstraint(
            model_name='unitmark',
            constraint=models.UniqueConstraint(fields=('target', 'path', 'index', 'source_hash', 'kept'), name='chorsu_translation_one_mark'),
        ),
    ]
