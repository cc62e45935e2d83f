"""What waits for one person's approval, in one order for the queue, the home page, the menu and what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from wagtail import hooks
from wagtail.models import Page, Revision, TaskState

from chorsu_editorial.approvers import approval_refusal, waiting_reviews
from chorsu_editorial.refusals import Refusal

# Whether somebody may approve what they saved a version of takes some queries; further ones are left to the screen.
MOST_ASKED = 30


class Waiting(NamedTuple):
    """A page by its primary key, and its review; ``refusal`` is why this person may not decide."""

    key: int
    state: TaskState
    due: dt.date | None
    refusal: Refusal | None


def waiting_for(user: Any) -> Iterator[Waiting]:
    """Yield the reviews at a person's tasks: first what is due, the soonest first, then what waits longest.

    Functions of the hook ``chorsu_review_due`` return days by primary key for a list of pages' primary keys. One query
    tells into which pages a person saved nothing; of the others each is asked for.
    """
    of_page = {name: OuterRef(f"workflow_state__{name}") for name in ("base_content_type", "object_id")}
    saved = Exists(Revision.objects.filter(**of_page, user=user))
    waiting = waiting_reviews(user).select_related("workflow_state", "foureyestaskstate__submitted_by")
    states = {int(state.workflow_state.object_id): state for state in waiting.annotate(has_saved=saved)}
    days: dict[int, dt.date] = {}
    for hook in hooks.get_hooks("chorsu_review_due") if states else ():
        days |= {key: min(day, days.get(key, day)) for key, day in hook([*states]).items()}
    asked = 0
    for key in sorted(states, key=lambda key: days.get(key, dt.date.max)):
        own = getattr(states[key], "foureyestaskstate", None) if states[key].has_saved else None
        asked += own is not None
        refusal = approval_refusal(own, user) if own and asked <= MOST_ASKED else None
        yield Waiting(key, states[key], days.get(key), refusal)


def next_to_review(*, user: Any, after: Page) -> Page | None:
    """Return what a person may approve that follows a page in their queue; behind its end the queue begins anew."""
    keys = [each.key for each in waiting_for(user) if each.refusal is None or each.key == after.pk]
    place = keys.index(after.pk) if after.pk in keys else 0
    following = next((key for key in (*keys[place:], *keys[:place]) if key != after.pk), None)
    return Page.objects.filter(pk=following).first()
