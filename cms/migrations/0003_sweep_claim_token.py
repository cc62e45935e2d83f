from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chorsu_cms', '0002_demo_in_an_app_of_its_own'),
    ]

    operations = [
        migrations.AddField(
            model_name='sweeprun',
            name='claim_token',
            field=models.UUIDField(blank=True, null=True),
        ),
    ]
