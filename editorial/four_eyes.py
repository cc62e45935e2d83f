"""The rule of the second pair of eyes: who had a share in the version that is to be approved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from wagtail.models import Revision

from editorial import lineage


@dataclass(frozen=True, slots=True)
class Share:
    """Somebody's share in a version: having submitted it, or having changed its content in a revision."""

    how: Literal["submitted", "changed"]
    revision: Revision


def share_of(user: Any, *, submitter_id: Any, submitted: Revision) -> Share | None:
    """Return the share that a user has in the submitted revision, or None.

    Counted are the submission itself and the revisions from which the submitted one comes, back to the last
    published one, where the content differs from the revision's parent: saving a comment is no share.
    """
    if submitter_id == user.pk:
        return Share("submitted", submitted)
    for revision in version_of(submitted):
        if revision.user_id == user.pk and _changed_content(revision):
            return Share("changed", revision)
        if user.pk in lineage.carried_authors([revision]):
            return Share("changed", revision)
    return None


def authors(submitted: Revision, *, submitter_id: Any) -> set[Any]:
    """Return the primary keys of all users with a share in the submitted revision."""
    found = {submitter_id}
    for revision in version_of(submitted):
        found |= lineage.carried_authors([revision])
        if revision.user_id not in found and _changed_content(revision):
            found.add(revision.user_id)
    return found - {None}


def version_of(submitted: Revision) -> Iterator[Revision]:
    """Yield the submitted revision and those that it comes from, back to the last published one, which is left out."""
    published = lineage.published_ids(submitted)
    for revision in chain((submitted,), lineage.ancestors(submitted)):
        if revision.pk in published:
            return
        yield revision


def _changed_content(revision: Revision) -> bool:
    parent = lineage.parent_of(revision)
    return parent is None or lineage.hash_of(revision) != lineage.hash_of(parent)
