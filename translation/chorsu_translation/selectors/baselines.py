"""Which baseline a version of a translation carries."""

from __future__ import annotations

from wagtail.models import Page, Revision

from chorsu_editorial.lineage import History
from chorsu_translation.models import Baseline


def carried_baseline(target: Page, revision_id: int | None) -> Baseline | None:
    """Return the baseline of the nearest revision that this one comes from, itself among them, which has one.

    Else, and for a page without revisions, the one that is bound to no revision.
    """
    found = {each.revision_id: each for each in Baseline.objects.filter(target=target.pk).order_by("pk")}
    if revision_id is None or not found:
        return found.get(None)
    if revision_id in found:
        return found[revision_id]
    revision = Revision.objects.defer("content").filter(pk=revision_id).first()
    if revision is not None:
        for step in History(revision).ancestors(revision_id):
            if step.pk in found:
                return found[step.pk]
    return found.get(None)
