from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_translation', '0008_still_right_and_places'),
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
