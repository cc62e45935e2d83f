"""What one person publishes, by right or approved alone, or takes down: logged, with the reason that was written.

Wagtail's log tells of every publication in the transaction that makes it; ``record_publication`` enters those that a
person made in the admin without an approval, whatever way was taken, and ``record_end`` what a person took down. The
editor, the bulk action and the API ask for the reason of a publication first. Programs outside the admin publish what
they publish.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from wagtail.log_actions import get_active_log_context, log
from wagtail.models import Page, PageLogEntry, Revision

from chorsu_editorial import signals
from chorsu_editorial.approvers import measure
from chorsu_editorial.lineage import PUBLISHING_ACTIONS
from chorsu_editorial.reading import without_texts

APPROVED_ALONE = "chorsu_editorial.approved_alone"
PUBLISHED_BY_RIGHT = "chorsu_editorial.published_by_right"
TAKEN_DOWN = "chorsu_editorial.taken_down"
EXCEPTIONS = (APPROVED_ALONE, PUBLISHED_BY_RIGHT, TAKEN_DOWN)
ACTIONS = {"alone": APPROVED_ALONE, "unpublished": TAKEN_DOWN}
# Actions of other plug-ins that put a few letters live without a second person: the report of exceptions counts them.
MENDS: set[str] = set()


# On what ground something is published: an approval (True), or a reason.
_ground: ContextVar[bool | str | None] = ContextVar("chorsu_editorial_ground", default=None)


@contextmanager
def by_approval() -> Iterator[None]:
    """Publish what was approved in this block, or take down what the caller logs itself."""
    with _standing_on(True):
        yield


@contextmanager
def with_reason(reason: str) -> Iterator[None]:
    """Publish in this block for a written reason what nobody approved, or take it down."""
    with _standing_on(reason):
        yield


@contextmanager
def _standing_on(ground: bool | str) -> Iterator[None]:
    token = _ground.set(ground)
    try:
        yield
    finally:
        _ground.reset(token)


def written(reason: str) -> str:
    """Return a reason without the space around it; an empty string where it has no letter and no digit."""
    return reason.strip() if any(map(str.isalnum, reason)) else ""


def needs_approval(page: Page) -> bool:
    """Return whether the workflow of a page's place has an approval by a second person."""
    workflow = page.get_workflow()
    return workflow is not None and any(getattr(task.specific, "asks_second_person", False) for task in workflow.tasks)


def record_publication(entry: PageLogEntry) -> None:
    """Enter the publication, or its scheduling, that Wagtail logged, unless it was approved."""
    ground = _ground.get()
    if entry.action not in {"wagtail.publish", "wagtail.publish.schedule"} or not (
        _by_person(entry) or ground is not None
    ):
        return
    page = Page.objects.get(pk=entry.page_id)
    if ground is True or page.alias_of_id or not needs_approval(page):
        return
    source = (entry.data or {}).get("revision", {}).get("id")
    if entry.action == "wagtail.publish.schedule":
        how = "scheduled"
    else:
        how = "reverted" if source and source != entry.revision_id else "published"
    record(page=page.specific, revision=entry.revision, user=entry.user, how=how, reason=str(ground or ""))


def record_end(entry: PageLogEntry) -> None:
    """Enter that a person took a page down in the admin, as Wagtail logged it."""
    ground = _ground.get()
    if entry.action != "wagtail.unpublish" or ground is True or not _by_person(entry):
        return
    page = Page.objects.get(pk=entry.page_id)
    if ground or needs_approval(page):
        record(page=page.specific, revision=None, user=entry.user, how="unpublished", reason=str(ground or ""))


def record(*, page: Page, revision: Revision | None, user: Any, how: str, reason: str) -> None:
    """Log the exception with the number of words that no second person read, and tell receivers.

    ``how``: ``"alone"``, ``"published"``, ``"scheduled"``, ``"reverted"`` or ``"unpublished"``.
    """
    words = _unread_words(revision) if revision else 0
    entry = log(
        instance=page,
        action=ACTIONS.get(how, PUBLISHED_BY_RIGHT),
        user=user,
        revision=revision,
        data={"how": how, "reason": reason, "words": words},
    )
    signals.exception_made.send(
        sender=PageLogEntry, entry=entry, page=page, user=user, how=how, reason=reason, words=words
    )


def _by_person(entry: PageLogEntry) -> bool:
    return entry.user_id is not None and get_active_log_context().user is not None


def _unread_words(revision: Revision) -> int:
    """Return how many words differ from the version that was published before; all of them in the first."""
    former = (
        PageLogEntry.objects.filter(
            page_id=int(revision.object_id), action__in=PUBLISHING_ACTIONS, revision__isnull=False
        )
        .exclude(revision=revision)
        .order_by("-timestamp", "-pk")
        .first()
    )
    before = former.revision.as_object() if former else without_texts(revision.as_object())
    return measure(before, revision.as_object()).words
