from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_translation', '0010_mark_articles'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='baseline',
            name='to_check',
        ),
        migrations.RemoveField(
            model_name='translationlink',
            name='places_to_check',
        ),
    ]
