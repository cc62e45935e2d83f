"""Since when a source says each of its units, and what it said when a version of its translation was saved."""

from __future__ import annotations

from datetime import UTC, datetime

from wagtail.models import Page, Revision

from chorsu_editorial.alignment import Units
from chorsu_translation.models import PublishedUnits, PublishedVersion
from chorsu_translation.snapshots import Snapshot, take_snapshot, unit_hash

# A source that changed while it was translated did so in one of its last versions.
SEARCHED_VERSIONS = 10


def unit_key(path: str, html: str) -> str:
    """Return what a unit is known by in ``PublishedUnits.unit_since``, wherever in its leaf it stands."""
    return unit_hash(f"{path}\n{html}")[:16]


def units_since(source: Page, snapshot: Snapshot) -> dict[str, datetime]:
    """Return since when a source has said each unit of its present text, by ``unit_key``.

    Left out is what is as old as the text as a whole, or older than is known.
    """
    published = PublishedUnits.objects.filter(page=source, digest=snapshot.digest).first()
    if published is not None:
        return {key: datetime.fromtimestamp(moment, UTC) for key, moment in published.unit_since.items()}
    if source.live:
        return {}
    # Nobody has published it: its drafts say when.
    found: dict[str, datetime] = {}
    left = {unit_key(str(path), str(html)) for path, _index, html in snapshot.units}
    for revision in source.revisions.order_by("-created_at", "-pk")[:SEARCHED_VERSIONS].iterator(1):
        units = take_snapshot(revision.as_object()).units
        left &= {unit_key(str(path), str(html)) for path, _index, html in units}
        if not left:
            break
        found.update(dict.fromkeys(left, revision.created_at))
    return found


def text_at(source: Page, moment: datetime) -> Units:
    """Return the units that readers of a source were shown at a moment; none where that isn't known any more."""
    versions = PublishedVersion.objects.filter(page_id=source.pk, published_at__lte=moment).order_by("-pk")
    version = versions.values_list("revision_id", flat=True).first()
    revision = Revision.objects.filter(pk=version).first() if version else None
    return take_snapshot(revision.as_object()).units if revision else []
