from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chorsu_editorial", "0006_minor_checkbox")]
    operations = [migrations.AddField("revisionlineage", "opened", models.BooleanField(default=False))]
