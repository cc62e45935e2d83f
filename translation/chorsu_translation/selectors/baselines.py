"""Which baseline a version of a translation carries."""

from __future__ import annotations

from wagtail.models import Page, Revision

from chorsu_editorial.lineage import History
from chorsu_translation.models import Baseline


def carried_baseline(target: Page, revision_id: int | None) -> Baseline | None:
    """Return the baseline of the nearest revision that this one comes from, itself among them, which has one.

    Else, and for a page without revisions, the one that is bound to no revision. What was declared of a source that
    the page doesn't have any longer doesn't count.
    """
    baselines = Baseline.objects.filter(target=target.pk, source__translation_links__target=target.pk)
    found: dict[int | None, int] = dict(baselines.order_by("pk").values_list("revision_id", "pk"))
    if not found:
        return None
    revision = None
    if revision_id is not None and revision_id not in found:
        revision = Revision.objects.defer("content").filter(pk=revision_id).first()
    ancestors = (step.pk for step in History(revision).ancestors(revision.pk)) if revision else ()
    bound = next((pk for pk in (revision_id, *ancestors) if pk is not None and pk in found), None)
    key = found.get(bound)
    return Baseline.objects.get(pk=key) if key else None


def shown_version(target: Page) -> int | None:
    """Return the revision that readers see, None where it was purged; of a page that isn't live the latest one."""
    version: int | None = target.live_revision_id if target.live else target.latest_revision_id
    return version
