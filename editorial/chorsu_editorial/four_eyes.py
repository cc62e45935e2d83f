"""The rule of the second pair of eyes: who had a share in the version that is to be approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from wagtail.models import Revision

from chorsu_editorial.lineage import History, Step, published_ids


@dataclass(frozen=True, slots=True)
class Share:
    """Somebody's share in a version: having submitted it, or having changed its content in a revision saved then."""

    how: Literal["submitted", "changed"]
    saved_at: datetime


def share_of(user: Any, *, submitter_id: Any, submitted: Revision) -> Share | None:
    """Return the share that a user has in the submitted revision, or None.

    Counted are the submission itself and the revisions from which the submitted one comes, back to the last
    published one, where the content differs from the revision's parent: saving a comment is no share.
    """
    if submitter_id == user.pk:
        return Share("submitted", submitted.created_at)
    history = History(submitted)
    version = version_of(history, submitted)
    changed = history.changed(step for step in version if step.user_id == user.pk)
    found = next((step for step in version if step in changed or user.pk in step.carried), None)
    return Share("changed", found.created_at) if found else None


def authors(submitted: Revision, *, submitter_id: Any) -> set[Any]:
    """Return the primary keys of all users with a share in the submitted revision."""
    history = History(submitted)
    version = version_of(history, submitted)
    carried = {user_id for step in version for user_id in step.carried}
    return {submitter_id, *carried, *(step.user_id for step in history.changed(version))} - {None}


def version_of(history: History, submitted: Revision) -> list[Step]:
    """Return the submitted revision and those that it comes from, back to the last published one, which is left out."""
    published = published_ids(submitted)
    found: list[Step] = []
    for step in (history.steps[submitted.pk], *history.ancestors(submitted.pk)):
        if step.pk in published:
            break
        found.append(step)
    return found
