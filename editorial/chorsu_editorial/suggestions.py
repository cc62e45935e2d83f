"""Suggestions: what an approver changed of a text in review, as remarks that its author takes or leaves.

A suggestion is a comment of Wagtail's with a unit of the text as it is and as it should be. Who approves sends the text
back with them as it was before, so that whoever takes one has written it: docs/decisions/four-eyes.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import Comment, Page, Task, TaskState

from chorsu_editorial import approval
from chorsu_editorial.approvers import may_write
from chorsu_editorial.comments import ARROW, OpenComment, open_comments, resolve
from chorsu_editorial.differences import changes
from chorsu_editorial.lineage import revisions_beside
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.mending import mend_units, unit_words
from chorsu_editorial.reading import all_leaves, get_leaf, with_leaf
from chorsu_editorial.refusals import Refusal

# Of one person at a time; what is more, or longer together, is for the editor and a remark in one's own words.
MOST = 100
LONGEST = 10_000


@transaction.atomic
def send_back(*, task: Task, task_state: TaskState, user: Any) -> TaskState:
    """Turn what a user changed last of a text in review into suggestions, put it back, and ask the authors for changes.

    Returns the task state. Raises a ``Refusal`` where something that was changed can't be a suggestion.
    """
    state, page = approval.in_review(task, task_state)
    latest = page.get_latest_revision()
    others = revisions_beside(latest).filter(Q(pk=state.submitted.pk) | ~Q(user=user))
    before = others.filter(created_at__lte=latest.created_at).order_by("-created_at", "-pk").first() or latest
    wanted, version = latest.as_object(), before.as_object()
    changed = list(islice(_changed_units(version, wanted), MOST))
    written = _write(version, changed)
    # The address of what was never live follows the headline in the editor.
    left = [each.label for each in changes(version, wanted) if each.path != "slug" or page.live]
    if left:
        text = _("This can't be a suggestion: %(what)s. Put it back, and write a remark there.")
        raise Refusal(text % {"what": "; ".join(left)})
    if not written:
        raise Refusal(_("You have changed no text here that could be a suggestion."))
    version = before.as_object()
    revision = version.save_revision(user=user, log_action=True, previous_revision=before, clean=False)
    if not page.live:
        version.save(clean=False)  # where Wagtail's editor has written the approver's words too
    for path, old, new in changed:
        # Lines end as browsers send them: else Wagtail would take them for changed, and refuse everybody else's form.
        text = f"{old}{ARROW}{new}".replace("\n", "\r\n")
        facts = {"contentpath": path, "text": text, "position": "[]", "revision_created": revision}
        Comment.objects.create(page_id=page.pk, user=user, **facts).log_create(page_revision=revision, user=user)
    return approval.request_changes(task=task, task_state=state, user=user)


@transaction.atomic
def take(*, page: Page, user: Any, keys: Collection[int] | None = None) -> list[OpenComment]:
    """Write open suggestions, by default all, into the latest version of a page, and resolve them.

    Returns those that stay open, since their unit isn't there any more as it was. Raises ``PermissionDenied``.
    """
    page = lock_pages([page.pk])[page.pk].specific
    if not may_write(page=page, user=user):
        raise PermissionDenied
    version = page.get_latest_revision_as_object()
    asked = [each for each in open_comments(page) if each.suggestion and (keys is None or each.pk in keys)]
    asked = [each for each in asked if len(each.text) <= LONGEST + len(ARROW)][:MOST]
    said = {each.pk: (each.path, *(each.suggestion or ("", ""))) for each in asked}
    written = _write(version, said.values())
    if written:
        revision = version.save_revision(user=user, log_action=True, clean=False)
        for comment in Comment.objects.filter(pk__in=[key for key, what in said.items() if what in written]):
            resolve(comment, user=user, revision=revision)
    return [each for each in asked if said[each.pk] not in written]


def _changed_units(before: Page, after: Page) -> Iterator[tuple[str, str, str]]:
    """Yield the content path, the former and the new words of each unit that another one stands for."""
    former = {leaf.path: unit_words(leaf) for leaf in all_leaves(before)}
    for leaf in all_leaves(after):
        was, now = former.get(leaf.path, []), unit_words(leaf)
        for old, new in zip(was, now, strict=False) if len(was) == len(now) else ():
            if old != new and len(old) + len(new) <= LONGEST:
                yield leaf.path, old, new


def _write(page: Page, asked: Iterable[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """Write units into this in-memory page: at a content path, the one that reads so, anew. Return what was written."""
    wanted: dict[str, dict[str, str]] = defaultdict(dict)
    for path, old, new in asked:
        wanted[path].setdefault(old, new)
    written = set()
    for path, units in wanted.items():
        if leaf := get_leaf(page, path):
            source, mended = mend_units(leaf, units)
            with_leaf(page, path, source)
            written |= {(path, old, units[old]) for old in mended}
    return written
