from django.db import migrations

from chorsu_feedback.mending import flags_in_context


def fill_flags(apps, schema_editor):
    """Flag the suggestions that came before flags were stored, for the list's filter and for what is done in bulk."""
    reports = apps.get_model("chorsu_feedback", "TypoReport").objects.using(schema_editor.connection.alias)
    for report in reports.exclude(suggestion="").select_related("locale").iterator():
        report.flags = flags_in_context(
            report.before, report.selected, report.suggestion, report.after, report.locale.language_code
        )
        report.save(update_fields=["flags"])


class Migration(migrations.Migration):
    dependencies = [("chorsu_feedback", "0006_states_and_flags")]
    operations = [migrations.RunPython(fill_flags, migrations.RunPython.noop)]
