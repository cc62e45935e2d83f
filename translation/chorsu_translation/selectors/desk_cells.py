"""A cell of the desk: an article in one language, and what who looks can do next there."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Locale, Page

from chorsu_translation.selectors.planning import Plans
from chorsu_translation.selectors.reviewing import Review
from chorsu_translation.selectors.rights import Rights
from chorsu_translation.selectors.states import State
from chorsu_translation.selectors.units import to_do_in


class Action(TextChoices):
    """What a person can do next with an article in a language; nothing that they would be refused."""

    START = "start", _("Translate")
    CONTINUE = "continue", pgettext_lazy("next step of a translation", "Continue")
    CHANGES = "changes", _("See the changes")
    REVIEW = "review", pgettext_lazy("next step of a translation", "Review")
    PUBLISH = "publish", _("Publish together")
    OPEN = "open", pgettext_lazy("next step of a translation", "Open")
    NOTHING = "", ""


TO_DO_STATES = (State.MISSING, State.REQUESTED, State.DRAFT, State.CHANGES_REQUESTED, State.OUTDATED)


@dataclass(frozen=True, slots=True)
class Version:
    """What the desk asks of an article's page in a language. Whole pages would take four times as long.

    ``has_link`` says whether it was made from another page; what changed there stands beside it.
    """

    pk: int
    translation_key: uuid.UUID
    locale_id: int
    path: str
    title: str
    live: bool
    owner_id: int | None
    state: str
    has_newer_draft: bool
    goes_live: dt.datetime | None
    is_held_for_me: bool
    has_link: bool
    changed_units: int | None
    changed_words: int | None
    changed_since: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One article in one language.

    ``state_name`` and ``action_name`` are in the language of who looks. ``who`` has it in hand, ``until`` when it is
    due or goes live. ``words`` is how many are to be translated now, None where nobody knows: the source was never
    published. ``reason`` says why it is not planned.
    """

    locale: Locale
    state: State
    page: Version | None
    is_source: bool
    action: Action = Action.NOTHING
    state_name: str = ""
    action_name: str = ""
    edit_address: str = ""
    who: str = ""
    until: dt.date | None = None
    is_overdue: bool = False
    has_newer_draft: bool = False
    words: int | None = 0
    changed_units: int = 0
    changed_since: dt.datetime | None = None
    reason: str = ""
    is_mine: bool = False
    is_withdrawn: bool = False

    @property
    def is_to_do(self) -> bool:
        """Return whether somebody has to write something: nobody has of what was taken down everywhere."""
        return self.state in TO_DO_STATES and not self.is_withdrawn

    @property
    def address(self) -> str:
        """Return where the next action leads: to what changed or is held, the first paragraph to do, or the editor."""
        if self.page is None:
            return ""
        if self.action == Action.CONTINUE:
            return to_do_in(self.edit_address)
        views = {Action.CHANGES: "chorsu_translation:up_to_date", Action.PUBLISH: "chorsu_editorial_publish_held"}
        view = views.get(self.action)
        return reverse(view, args=[self.page.pk]) if view else self.edit_address


class Words:
    """What is the same for many cells, asked once: a view of the desk has hundreds.

    ``back`` is the address that Wagtail's editor leads to after a page was submitted or published.
    """

    def __init__(self, back: str = "") -> None:
        self.states = {state: str(state.label) for state in State}
        self.actions = {action: str(action.label) for action in Action}
        self._before, _zero, self._after = reverse("wagtailadmin_pages:edit", args=[0]).rpartition("0")
        self._after += f"?{urlencode({'next': back})}" if back else ""

    def edit(self, page: Page | Version) -> str:
        """Return the address of a page's editor."""
        return f"{self._before}{page.pk}{self._after}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the cells of one view are made from; ``places`` says where a page that is missing would stand."""

    user: Any
    rights: Rights
    plans: Plans
    places: Mapping[tuple[int, int], str]
    reviews: Mapping[int, Review]
    names: dict[Any, str]
    words: Words


def cell_of(source: Page, locale: Locale, page: Version | None, facts: Facts) -> Cell:
    """Return the cell of an article in a language; ``page`` is None where there is none."""
    key = (source.translation_key, locale.pk)
    request = facts.plans.requests.get(key)
    due = request.due if request else None
    assignee = facts.names.get(request.assignee_id, "") if request else ""
    is_assigned = request is not None and request.assignee_id == facts.user.pk
    is_withdrawn = getattr(source, "withdrawn_at", None) is not None
    if page is None:
        state, reason = _state_without_page(source, locale, facts)
        may_start = state != State.NOT_PLANNED and not is_withdrawn and facts.rights.may_copy(source)
        may_start = may_start and facts.rights.may("add", facts.places.get((source.pk, locale.pk), ""))
        action = Action.START if may_start else Action.NOTHING
        return Cell(
            locale,
            state,
            None,
            is_source=False,
            action=action,
            state_name=facts.words.states[state],
            action_name=facts.words.actions[action],
            who=assignee,
            until=due,
            is_overdue=bool(due and due < timezone.localdate()),
            words=_words(source) if state in TO_DO_STATES else 0,
            reason=reason,
            is_mine=is_assigned,
            is_withdrawn=is_withdrawn,
        )
    state = State(page.state)
    review = facts.reviews.get(page.pk)
    who = facts.names.get((review.submitted_by if review else page.owner_id) or 0, "")
    is_outdated = state == State.OUTDATED
    action = _action(page, state, facts, is_withdrawn=is_withdrawn)
    return Cell(
        locale,
        state,
        page,
        is_source=page.pk == source.pk,
        action=action,
        state_name=facts.words.states[state],
        action_name=facts.words.actions[action],
        edit_address=facts.words.edit(page),
        who=assignee or (who if state not in AT_REST else ""),
        until=due or (timezone.localdate(page.goes_live) if page.goes_live else None),
        is_overdue=bool(due and due < timezone.localdate()),
        has_newer_draft=page.has_newer_draft,
        words=_words(source, page) if state in TO_DO_STATES else 0,
        changed_units=(page.changed_units or 0) if is_outdated else 0,
        changed_since=page.changed_since if is_outdated else None,
        is_mine=is_assigned or (page.has_link and page.owner_id == facts.user.pk),
        is_withdrawn=is_withdrawn,
    )


# Nobody has these in hand.
AT_REST = {State.LIVE, State.OUTDATED, State.SOURCE_WITHDRAWN}
_WORKED_ON = {State.DRAFT, State.CHANGES_REQUESTED}


def _action(page: Version, state: State, facts: Facts, *, is_withdrawn: bool) -> Action:
    review = facts.reviews.get(page.pk)
    if review is not None and review.may_review:
        return Action.REVIEW
    if state == State.HELD and (page.is_held_for_me or facts.rights.may("publish", page.path)):
        return Action.PUBLISH
    if not facts.rights.may_edit(page):
        return Action.NOTHING
    if state in _WORKED_ON:
        return Action.OPEN if is_withdrawn else Action.CONTINUE
    return Action.CHANGES if state == State.OUTDATED else Action.OPEN


def _state_without_page(source: Page, locale: Locale, facts: Facts) -> tuple[State, str]:
    key = (source.translation_key, locale.pk)
    if (decision := facts.plans.decisions.get(key)) is not None:
        return State.NOT_PLANNED, decision.reason
    if key in facts.plans.requests:
        return State.REQUESTED, ""
    if facts.plans.rule_for(source, locale.pk) is not None:
        return State.NOT_PLANNED, str(_("By a rule."))
    return State.MISSING, ""


def _words(source: Page, page: Version | None = None) -> int | None:
    if page is not None and (page.live or not page.has_link):
        return page.changed_words or 0
    published = getattr(source, "published_units", None)
    return published.words if published else None
