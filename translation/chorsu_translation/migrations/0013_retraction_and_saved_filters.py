import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import SET_NULL


def person():
    return models.ForeignKey(settings.AUTH_USER_MODEL, SET_NULL, blank=True, null=True, related_name='+')


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_translation', '0012_dismissals_by_text'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField('withdrawal', 'notices', models.JSONField(editable=False, null=True)),
        migrations.AddField('withdrawal', 'proposed_by', person()),
        migrations.CreateModel(
            name='WithdrawalProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('translation_key', models.UUIDField(unique=True)),
                ('act', models.CharField(choices=[('retract', 'Retract'), ('bring_back', 'Bring back')], max_length=10)),
                ('reason', models.TextField(max_length=2000)),
                ('sentences', models.JSONField(default=dict)),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('proposed_by', person()),
            ],
            options={'default_permissions': ()},
        ),
        migrations.CreateModel(
            'SavedFilter',
            [
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('query', models.CharField(max_length=2000)),
                ('user', models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name='+')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'query'), name='chorsu_translation_saved_once')],
            },
        ),
    ]
