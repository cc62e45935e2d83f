import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import CASCADE, SET_NULL

PAGE_MODEL = getattr(settings, 'WAGTAIL_PAGE_MODEL', 'wagtailcore.Page')
KEY = ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID'))


def person(label=None, **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, SET_NULL, blank=True, null=True, related_name='+', verbose_name=label, **options
    )


def locale(label):
    return models.ForeignKey('wagtailcore.locale', CASCADE, related_name='+', verbose_name=label)


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_translation', '0015_mark_translations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            'UnitDraft',
            [
                KEY,
                ('text_hash', models.CharField(max_length=64)),
                ('origin', models.CharField(choices=[('memory', 'from memory'), ('machine', 'machine')], max_length=7)),
                ('service', models.CharField(blank=True, max_length=100)),
                ('drafted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('confirmed_by', person()),
                ('drafted_by', person()),
                ('target', models.ForeignKey(PAGE_MODEL, CASCADE, related_name='+')),
            ],
            options={
                'default_permissions': (),
                'constraints': [
                    models.UniqueConstraint(fields=('target', 'text_hash'), name='chorsu_translation_one_draft')
                ],
            },
        ),
        migrations.CreateModel(
            'Term',
            [
                KEY,
                ('source', models.CharField(max_length=255, verbose_name='term')),
                ('target', models.CharField(help_text='Repeat a term that stays as it is.', max_length=255, verbose_name='translation')),
                ('forbidden', models.TextField(blank=True, help_text='One per line.', max_length=2000, verbose_name='wrong translations')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='note')),
                ('approved_at', models.DateTimeField(editable=False, null=True, verbose_name='approved at')),
                ('proposed_by', person('proposed by', editable=False)),
                ('source_locale', locale('from')),
                ('target_locale', locale('into')),
            ],
            options={
                'default_permissions': (),
                'verbose_name': 'term',
                'verbose_name_plural': 'terms',
                'constraints': [
                    models.UniqueConstraint(
                        fields=('source_locale', 'target_locale', 'source'), name='chorsu_translation_one_term'
                    )
                ],
            },
        ),
    ]
