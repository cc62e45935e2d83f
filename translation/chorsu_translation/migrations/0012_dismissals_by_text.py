from django.db import migrations, models


def keep_one(*names):
    """Return a function that keeps the newest dismissal of each that agree in these fields, as the constraint wants."""
    def keep(apps, schema_editor):
        rows = apps.get_model('chorsu_translation', 'FindingDismissal').objects.using(schema_editor.connection.alias)
        newest = rows.order_by().values(*names).annotate(newest=models.Max('pk')).values('newest')
        rows.exclude(pk__in=list(newest.values_list('newest', flat=True))).delete()

    return keep


TEXT = ('target', 'check_name', 'text_hash')
PLACE = ('target', 'path', 'index', 'check_name')


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_translation', '0011_mark_articles'),
    ]

    operations = [
        migrations.RunPython(keep_one(*TEXT), migrations.RunPython.noop),
        migrations.RemoveConstraint('findingdismissal', 'chorsu_translation_one_dismissal'),
        migrations.AddConstraint(
            'findingdismissal',
            models.UniqueConstraint(fields=TEXT, name='chorsu_translation_one_dismissal'),
        ),
        migrations.RunPython(migrations.RunPython.noop, keep_one(*PLACE)),
    ]
