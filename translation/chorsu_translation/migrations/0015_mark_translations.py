from django.db import migrations


def mark_translations(apps, schema_editor):
    """The worker stores the pairs of what is published."""
    links = apps.get_model('chorsu_translation', 'TranslationLink').objects
    marks = apps.get_model('chorsu_translation', 'MemoryMark').objects
    live = links.filter(target__live=True, source__isnull=False).values_list('target_id', flat=True)
    marks.bulk_create([marks.model(target_id=key) for key in live.iterator(1000)], batch_size=1000)


class Migration(migrations.Migration):

    dependencies = [('chorsu_translation', '0014_memory')]

    operations = [migrations.RunPython(mark_translations, migrations.RunPython.noop)]
