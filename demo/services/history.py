"""Date the demo's history back: Wagtail's own paths stamp everything with the moment of loading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from wagtail.models import Page, PageLogEntry, Revision

from chorsu_translation.models import Baseline, PublishedUnits, PublishedVersion
from chorsu_translation.published import refresh_translations


@dataclass(frozen=True, slots=True)
class Event:
    """A revision of a page: when it was written, and when it was published."""

    page: int
    revision: int
    written: datetime
    published: datetime | None = None

    def published_at(self, when: datetime) -> Event:
        return replace(self, published=when)


def write_history(events: Sequence[Event]) -> None:
    """Set the times of revisions, publications, log entries and translations' facts of the demo's pages."""
    by_page: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        by_page[event.page].append(event)
    for page, found in by_page.items():
        begun = min(event.written for event in found) - timedelta(days=1)
        Revision.page_revisions.filter(object_id=str(page)).update(created_at=begun)
        PageLogEntry.objects.filter(page=page).update(timestamp=begun)
        for event in found:
            Revision.objects.filter(pk=event.revision).update(created_at=event.written)
            entries = PageLogEntry.objects.filter(page=page, revision=event.revision)
            entries.update(timestamp=event.written)
            if event.published:
                entries.filter(action="wagtail.publish").update(timestamp=event.published)
        published = [event.published for event in found if event.published]
        Page.objects.filter(pk=page).update(
            latest_revision_created_at=max(event.written for event in found),
            first_published_at=min(published, default=None),
            last_published_at=max(published, default=None),
        )
        Baseline.objects.filter(target=page).update(declared_at=max(event.written for event in found))
        if published:
            PublishedUnits.objects.filter(page=page).update(since=max(published))
            versions = PublishedVersion.objects.filter(page_id=page).order_by("pk")
            for version, when in zip(versions, sorted(published), strict=False):
                PublishedVersion.objects.filter(pk=version.pk).update(published_at=when)
    _date_sources()
    list(refresh_translations())


def _date_sources() -> None:
    """Let translations be made from a text that was there: the source's, as it was dated."""
    since = dict(PublishedUnits.objects.values_list("page", "since"))
    for version in PublishedVersion.objects.filter(source_id__in=since):
        when = min(since[version.source_id or 0], version.published_at)
        PublishedVersion.objects.filter(pk=version.pk).update(source_since=when)
