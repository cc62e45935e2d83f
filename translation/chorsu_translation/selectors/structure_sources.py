"""Which versions of a source a translation has the structure of, and what the source's parts are in its language."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from wagtail.models import Page, PageLogEntry, Revision

from chorsu_editorial.lineage import History
from chorsu_translation.models import Baseline
from chorsu_translation.snapshots import take_snapshot

BROUGHT_IN = "chorsu_translation.bring_in_structure"
SEARCHED_VERSIONS = 10


class FormerSources:
    """The versions of a source whose structure the latest version of a translation may have, the likeliest first.

    First those that were brought into it or into what it was made from, then that of its baseline.
    """

    def __init__(self, *, target: Page, source: Page, baseline: Baseline | None) -> None:
        self.target, self.source, self.baseline = target, source, baseline

    @cached_property
    def at_baseline(self) -> Page | None:
        """Return the version whose text the baseline is; None where it isn't kept any more."""
        return source_at(self.baseline, self.source) if self.baseline else None

    @cached_property
    def pages(self) -> list[Page]:
        """Return them all."""
        return [*self._brought_in(), *filter(None, [self.at_baseline])]

    def values(self, path: str) -> Iterator[Any]:
        """Yield what these versions have stored at a content path into a StreamField."""
        names = path.split(".")
        for page in self.pages:
            value: Any = page._meta.get_field(names[0]).get_prep_value(getattr(page, names[0]))
            for name in names[1:]:
                value = _inside(value, name)
            yield value

    def _brought_in(self) -> Iterator[Page]:
        entries = PageLogEntry.objects.filter(page=self.target.pk, action=BROUGHT_IN).order_by("-timestamp", "-pk")
        known = {entry.revision_id: entry.data.get("source", {}) for entry in entries[:SEARCHED_VERSIONS]}
        latest = self.target.latest_revision
        if not known or latest is None:
            return
        lineage = [latest.pk, *(step.pk for step in History(latest).ancestors(latest.pk))]
        for source in (known[pk] for pk in lineage if pk in known):
            key = source.get("revision") if source.get("id") == self.source.pk else None
            revision = Revision.objects.filter(pk=key).first() if key else None
            if revision is not None:
                yield revision.as_object()


def source_at(baseline: Baseline, source: Page) -> Page | None:
    """Return the version of the source whose text a baseline is; None where it isn't kept any more."""
    versions = Revision.objects.filter(
        base_content_type=source.get_base_content_type(), object_id=str(source.pk), created_at__lte=baseline.declared_at
    ).order_by("-created_at", "-pk")
    for revision in versions[:SEARCHED_VERSIONS]:
        page: Page = revision.as_object()
        if take_snapshot(page).digest == baseline.digest:
            return page
    return None


def key_in_language(model: Any, key: Any, target: Page) -> Any:
    """Return the key of the same translated thing in the target's language, else the key itself."""
    keys = model.objects.filter(pk=key).values("translation_key")
    found = model.objects.filter(translation_key__in=keys, locale_id=target.locale_id)
    return found.values_list("pk", flat=True).first() or key


def _inside(value: Any, name: str) -> Any:
    """Return what is stored in a struct's child, or in the item of a stream or list with this id."""
    if isinstance(value, dict):
        return value.get(name)
    items = value if isinstance(value, list) else ()
    return next((item.get("value") for item in items if isinstance(item, dict) and item.get("id") == name), None)
