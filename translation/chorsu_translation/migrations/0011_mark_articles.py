from django.db import migrations


def mark_all(apps, schema_editor):
    """Have the states of all articles written: ``migrate`` does it at its end, when pages can be read."""
    alias = schema_editor.connection.alias
    pages = apps.get_model('wagtailcore', 'Page').objects.using(alias).filter(depth__gt=1, alias_of__isnull=True)
    mark = apps.get_model('chorsu_translation', 'StateMark')
    keys = pages.order_by().values_list('translation_key', flat=True).distinct()
    mark.objects.using(alias).bulk_create([mark(translation_key=key) for key in keys], batch_size=1000)


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_translation', '0010_article_states'),
    ]

    operations = [
        migrations.RunPython(mark_all, migrations.RunPython.noop),
    ]
