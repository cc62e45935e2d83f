from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chorsu_cms", "0005_sweeps_are_leased")]

    operations = [
        migrations.CreateModel(
            name="ReaderStamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.CharField(max_length=32)),
            ],
        ),
    ]
