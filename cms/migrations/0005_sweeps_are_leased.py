import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chorsu_cms", "0004_attempt_counts")]

    operations = [
        migrations.RenameField(model_name="sweeprun", old_name="busy_until", new_name="claimed_until"),
        migrations.AlterField(
            model_name="sweeprun",
            name="claimed_until",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="claimed until"),
        ),
        migrations.AlterField(
            model_name="sweeprun",
            name="claim_token",
            field=models.UUIDField(blank=True, db_index=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="sweeprun",
            name="last_error",
            field=models.TextField(blank=True, editable=False, verbose_name="last error"),
        ),
        migrations.AddField(
            model_name="sweeprun",
            name="not_before",
            field=models.DateTimeField(
                default=django.utils.timezone.now, editable=False, verbose_name="not before"
            ),
        ),
        migrations.AddField(
            model_name="sweeprun",
            name="attempts",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="attempts"),
        ),
    ]
