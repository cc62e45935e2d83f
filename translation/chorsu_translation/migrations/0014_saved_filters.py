from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_translation', '0013_retraction'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
