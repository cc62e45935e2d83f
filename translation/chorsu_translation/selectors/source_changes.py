"""What of a source has changed since its live translation was brought up to date."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from chorsu_editorial.alignment import AlignedUnit, align, marked_html, shown_html
from chorsu_translation.models import TranslationLink
from chorsu_translation.selectors.baselines import carried_baseline
from chorsu_translation.snapshots import take_snapshot


@dataclass(frozen=True, slots=True)
class SourceChange:
    """A changed, new, removed or moved unit of the source: its HTML, with what changed of it in ins and del."""

    state: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class SourceChanges:
    """The changes, in reading order, and the digest of the source's text that they lead to."""

    source: Page
    changes: list[SourceChange]
    digest: str


def source_changes(target: Page) -> SourceChanges | None:
    """Return what changed in what readers see of the source; None where the page is compared with nothing.

    It is compared with what the live version was brought up to date with; of a draft alone, with what that was.
    """
    link = TranslationLink.objects.select_related("source", "live_baseline").filter(target=target).first()
    if link is None or link.source is None or link.adapted:
        return None
    baseline = link.live_baseline or carried_baseline(target, target.latest_revision_id)
    if baseline is None:
        return None
    snapshot = take_snapshot(link.source.specific)
    units = align(baseline.units, snapshot.units)
    changes = [SourceChange(unit.state, _html(unit)) for unit in units if unit.state != "unchanged"]
    return SourceChanges(link.source, changes, snapshot.digest)


def _html(unit: AlignedUnit) -> SafeString:
    """Return HTML that holds what ``shown_html`` lets through and nothing else."""
    if unit.state == "changed":
        html = marked_html(unit.was, unit.html)
    elif unit.state == "new":
        html = f"<ins>{shown_html(unit.html)}</ins>"
    elif unit.state == "removed":
        html = f"<del>{shown_html(unit.was)}</del>"
    else:
        html = shown_html(unit.html)
    return mark_safe(html)  # noqa: S308 - made of escaped text and tags of a list
