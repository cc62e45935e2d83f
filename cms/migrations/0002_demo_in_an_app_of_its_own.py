from django.db import migrations


class Migration(migrations.Migration):
    """The table stays where it is: ``chorsu_demo`` takes it over."""

    dependencies = [("chorsu_cms", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("DemoObject")]),
    ]
