"""What waits for one person's approval, in one order for the queue, the home page, the menu and what comes next."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from wagtail import hooks
from wagtail.models import Page, Revision, TaskState

from chorsu_editorial.approvers import approval_refusal, waiting_reviews

# Whether somebody may approve what they saved a version of takes some queries; further ones are left to the screen.
MOST_ASKED = 30


class Waiting(NamedTuple):
    """A page by its primary key, its review, and the day on which it is due."""

    key: int
    state: TaskState
    due: dt.date | None


def _waiting(user: Any) -> Any:
    """Return the reviews at a person's tasks; ``has_saved`` says of which texts they saved a version."""
    of_page = {name: OuterRef(f"workflow_state__{name}") for name in ("base_content_type", "object_id")}
    waiting: Any = waiting_reviews(user)
    return waiting.annotate(has_saved=Exists(Revision.objects.filter(**of_page, user=user)))


def number_waiting(user: Any) -> int:
    """Return how many texts wait for a person that they saved no version of: one query, since each screen tells it."""
    return int(_waiting(user).filter(has_saved=False).count())


def waiting_for(user: Any) -> list[Waiting]:
    """Return the reviews that a person may decide: first what is due, the soonest first, then what waits longest.

    Functions of the hook ``chorsu_review_due`` return days by primary key for a list of pages' primary keys.
    """
    found = _waiting(user).select_related("workflow_state", "foureyestaskstate__submitted_by")
    states: dict[int, Any] = {int(state.workflow_state.object_id): state for state in found}
    days: dict[int, dt.date] = {}
    for hook in hooks.get_hooks("chorsu_review_due") if states else ():
        days |= {key: min(day, days.get(key, day)) for key, day in hook([*states]).items()}
    asked = [key for key, state in states.items() if state.has_saved and hasattr(state, "foureyestaskstate")]
    refused = {key for key in asked[:MOST_ASKED] if approval_refusal(states[key].foureyestaskstate, user)}
    waiting = (Waiting(key, state, days.get(key)) for key, state in states.items() if key not in refused)
    return sorted(waiting, key=lambda each: each.due or dt.date.max)


def next_to_review(*, user: Any, after: Page) -> Page | None:
    """Return what a person may approve that follows a page in their queue; behind its end the queue begins anew."""
    keys = [each.key for each in waiting_for(user)]
    place = keys.index(after.pk) if after.pk in keys else 0
    following = next((key for key in (*keys[place:], *keys[:place]) if key != after.pk), None)
    return Page.objects.filter(pk=following).first()
