import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import CASCADE, DO_NOTHING

PAGE_MODEL = getattr(settings, 'WAGTAIL_PAGE_MODEL', 'wagtailcore.Page')
KEY = ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID'))


def page():
    return models.ForeignKey(PAGE_MODEL, CASCADE, related_name='+')


def locale():
    return models.ForeignKey('wagtailcore.locale', CASCADE, related_name='+')


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_translation', '0013_retraction_and_saved_filters'),
        migrations.swappable_dependency(PAGE_MODEL),
    ]

    operations = [
        migrations.DeleteModel('UnitPair'),
        migrations.CreateModel(
            'MemoryPair',
            [
                KEY,
                ('path', models.CharField(max_length=255)),
                ('index', models.PositiveIntegerField(default=0)),
                ('number', models.PositiveIntegerField(default=0)),
                ('source_html', models.TextField()),
                ('source_hash', models.CharField(max_length=64)),
                ('html', models.TextField()),
                ('remembered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('source_locale', locale()),
                ('target', page()),
                ('target_locale', locale()),
            ],
            options={
                'default_permissions': (),
                'constraints': [
                    models.UniqueConstraint(
                        fields=('target', 'path', 'index', 'number'), name='chorsu_translation_one_pair'
                    )
                ],
                'indexes': [
                    models.Index(
                        fields=['source_locale', 'target_locale', 'source_hash'], name='chorsu_translation_pair'
                    )
                ],
            },
        ),
        migrations.CreateModel(
            'MemoryWord',
            [
                KEY,
                ('word', models.BigIntegerField()),
                (
                    'pair',
                    models.ForeignKey('chorsu_translation.memorypair', CASCADE, related_name='words'),
                ),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['word', 'pair'], name='chorsu_translation_word')],
            },
        ),
        migrations.CreateModel(
            'MemoryMark',
            [
                KEY,
                (
                    'target',
                    models.ForeignKey(
                        PAGE_MODEL, DO_NOTHING, db_constraint=False, db_index=False, related_name='+'
                    ),
                ),
            ],
            options={'default_permissions': ()},
        ),
    ]
