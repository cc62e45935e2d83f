"""Bind each baseline to the version that it was declared for: until now each page had one."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def bind(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001
    """Bind baselines, and have the units of published pages counted by ``services.renew_snapshots``."""
    baselines = apps.get_model("chorsu_translation", "Baseline").objects
    links = apps.get_model("chorsu_translation", "TranslationLink").objects
    for baseline in baselines.select_related("target").defer("units").iterator(500):
        link = links.filter(target_id=baseline.target_id).first()
        baseline.revision_id = baseline.target.live_revision_id or baseline.target.latest_revision_id
        baseline.source_id = link.source_id if link else None
        baseline.save(update_fields=["revision", "source"])
        links.filter(target_id=baseline.target_id).update(live_baseline=baseline)
    apps.get_model("chorsu_translation", "PublishedUnits").objects.update(reading=0)


def keep_the_live_one(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001
    """Leave one baseline per page, that of its live version, else the last."""
    baselines = apps.get_model("chorsu_translation", "Baseline").objects
    links = apps.get_model("chorsu_translation", "TranslationLink").objects
    live = links.filter(live_baseline__isnull=False)
    kept = dict(live.values_list("target_id", "live_baseline_id"))
    for pk, target_id in baselines.order_by("-pk").values_list("pk", "target_id"):
        kept.setdefault(target_id, pk)
    baselines.exclude(pk__in=list(kept.values())).delete()


class Migration(migrations.Migration):
    dependencies = [("chorsu_translation", "0003_desk")]

    operations = [migrations.RunPython(bind, keep_the_live_one)]
