import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_search', '0002_full_text_index'),
    ]

    operations = [
        migrations.CreateModel(
            name='IndexRebuild',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('not_before', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='not before')),
                ('claimed_until', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='claimed until')),
                ('claim_token', models.UUIDField(blank=True, db_index=True, editable=False, null=True)),
                ('attempts', models.PositiveIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('last_error', models.TextField(blank=True, editable=False, verbose_name='last error')),
                ('engine', models.CharField(editable=False, max_length=50, unique=True)),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
