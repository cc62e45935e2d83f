import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Takes over the table that ``chorsu_cms`` made, with what stands in it."""

    initial = True

    dependencies = [
        ("chorsu_cms", "0002_demo_in_an_app_of_its_own"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="DemoObject",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("object_id", models.CharField(max_length=40)),
                        ("filled", models.TextField(blank=True)),
                        (
                            "content_type",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="contenttypes.contenttype",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "chorsu_cms_demoobject",
                        "constraints": [
                            models.UniqueConstraint(fields=("content_type", "object_id"), name="chorsu_cms_demo_object")
                        ],
                    },
                )
            ]
        )
    ]
