from django.db import migrations, models


def tick(apps, schema_editor):
    """Keep what an approver confirmed, and what still waits for one; the others were no minor edits."""
    states = apps.get_model('chorsu_editorial', 'FourEyesTaskState').objects.using(schema_editor.connection.alias)
    waiting = models.Q(minor='declared', status='in_progress')
    states.filter(waiting | models.Q(minor='confirmed')).update(is_minor=True)


def confirm(apps, schema_editor):
    """Call confirmed what was approved, and declared what still waits."""
    states = apps.get_model('chorsu_editorial', 'FourEyesTaskState').objects.using(schema_editor.connection.alias)
    minor = states.filter(is_minor=True)
    minor.filter(status='in_progress').update(minor='declared')
    minor.exclude(status='in_progress').update(minor='confirmed')


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_editorial', '0005_minor_edits'),
    ]

    operations = [
        migrations.AddField(
            model_name='foureyestaskstate',
            name='is_minor',
            field=models.BooleanField(default=False, editable=False, verbose_name='minor edit'),
        ),
        migrations.RunPython(tick, confirm),
        migrations.RemoveField(
            model_name='foureyestaskstate',
            name='minor',
        ),
    ]
