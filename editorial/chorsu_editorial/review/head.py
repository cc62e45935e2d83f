"""The panel above the editor of a text in review: who submitted it, and what changed by word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.models import Page, Revision

from chorsu_editorial.approvers import may_send_back
from chorsu_editorial.links import editor_url
from chorsu_editorial.models import FourEyesTaskState, ReviewLook
from chorsu_editorial.passages import MOST_PASSAGES, Passage, passages
from chorsu_editorial.remarks import Remark, open_remarks

NOTES_HOOK = "chorsu_review_notes"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs from an earlier version: ``passages`` with the address of each, and how many ``more`` there are."""

    since: datetime
    passages: list[tuple[Passage, str]]
    more: int
    compare_url: str

    @property
    def count(self) -> int:
        """Return how many passages differ."""
        return len(self.passages) + self.more


@dataclass(frozen=True, slots=True)
class ReviewHead:
    """What the panel says. ``since_live`` is None for a text that isn't live, ``since_look`` at a first look."""

    state: FourEyesTaskState
    since_live: Comparison | None
    since_look: Comparison | None
    notes: list[Any]
    remarks: list[tuple[Remark, str]]

    @property
    def open_live(self) -> bool:
        """Return whether what changed since the live version is unfolded: at a first look."""
        return self.since_look is None or not self.since_look.passages


def review_head(*, request: HttpRequest, page: Page, state: FourEyesTaskState) -> ReviewHead:
    """Return the panel for the version ``page``, which the editor shows to this person."""
    live = page.specific_class.objects.filter(pk=page.pk, live=True).first()
    look = ReviewLook.objects.select_related("revision").filter(page=page.pk, user=request.user.pk).first()
    since_look = None
    if look is not None and look.revision_id != page.live_revision_id:
        since_look = _compare(page, look.revision.as_object(), look.looked_at, look.revision_id)
    notes = [note for hook in hooks.get_hooks(NOTES_HOOK) for note in hook(request, page, state)]
    since_live = _compare(page, live, live.last_published_at, "live") if live else None
    remarks = [(remark, editor_url(page, remark.path)) for remark in open_remarks(page)]
    return ReviewHead(state, since_live, since_look, notes, remarks)


def first_look(*, page: Page, user: Any, state: FourEyesTaskState) -> None:
    """Remember what a reviewer saw who opens a page for the first time.

    Later looks are remembered when the reviewer decides (``look``): to load a page again doesn't take the marks away.
    """
    if may_send_back(task=state.task.specific, user=user):
        ReviewLook.objects.get_or_create(page_id=page.pk, user=user, defaults={"revision_id": page.latest_revision_id})


def look(*, page: Page, user: Any, revision: Revision) -> None:
    """Remember what a reviewer saw who decides."""
    ReviewLook.objects.update_or_create(
        page_id=page.pk, user=user, defaults={"revision": revision, "looked_at": timezone.now()}
    )


def _compare(page: Page, before: Page, since: datetime, named: int | str) -> Comparison:
    found = passages(before, page)
    url = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, named, page.latest_revision_id])
    shown = [(passage, editor_url(page, passage.path)) for passage in found[:MOST_PASSAGES]]
    return Comparison(since, shown, len(found) - len(shown), url)
