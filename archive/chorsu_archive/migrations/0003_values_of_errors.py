from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("chorsu_archive", "0002_additions"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="error_values",
            field=models.JSONField(null=True),
        ),
    ]
