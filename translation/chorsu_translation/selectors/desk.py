"""The desk: every article with its state in every language, and what who looks can do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, OuterRef, QuerySet, Subquery, TextChoices
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Locale, Page, Revision

from chorsu_translation.models import NotPlannedRule, TranslationLink
from chorsu_translation.selectors.planning import Plans, all_rules, plans_of
from chorsu_translation.selectors.reviewing import Review, is_held_for, reviews_of
from chorsu_translation.selectors.rights import Rights, rights_of
from chorsu_translation.selectors.starting import places_of_missing
from chorsu_translation.selectors.states import State, with_state
from chorsu_translation.selectors.units import to_do_in
from chorsu_translation.selectors.withdrawals import may_withdraw, withdrawn_at


class Action(TextChoices):
    """What a person can do next with an article in a language; nothing that they would be refused."""

    START = "start", _("Translate")
    CONTINUE = "continue", pgettext_lazy("next step of a translation", "Continue")
    CHANGES = "changes", _("See the changes")
    CHECK = "check", _("Check a place")
    REVIEW = "review", pgettext_lazy("next step of a translation", "Review")
    PUBLISH = "publish", _("Publish together")
    OPEN = "open", pgettext_lazy("next step of a translation", "Open")
    NOTHING = "", ""


TO_DO_STATES = (State.MISSING, State.REQUESTED, State.DRAFT, State.CHANGES_REQUESTED, State.OUTDATED)


@dataclass(frozen=True, slots=True)
class Cell:
    """One article in one language.

    ``state_name`` and ``action_name`` are in the language of who looks. ``who`` has it in hand, ``until`` when it is
    due or goes live. ``words`` is how many are to be translated now, None where nobody knows: the source was never
    published. ``reason`` says why it is not planned.
    """

    locale: Locale
    state: State
    page: Page | None
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
        """Return whether somebody has to write something: nobody has, of what was taken down in every language."""
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


@dataclass(frozen=True, slots=True)
class Row:
    """One article: the page to translate from, whether who looks may edit it, and a cell per language.

    ``withdrawn_at``: when it was taken down in every language; ``may_withdraw``: may who looks do, or undo, that.
    """

    source: Page
    cells: list[Cell]
    may_edit: bool = False
    edit_address: str = ""
    withdrawn_at: dt.datetime | None = None
    may_withdraw: bool = False

    @property
    def is_live(self) -> bool:
        """Return whether readers see, or will see, it in one of the languages that are shown."""
        return any(cell.page is not None and (cell.page.live or cell.page.goes_live) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the desk, and what a view of it asks for once: their rights, all languages, all rules."""

    user: Any
    rights: Rights
    locales: list[Locale]
    rules: list[NotPlannedRule]

    @property
    def own_locales(self) -> list[Locale]:
        """Return the languages in whose trees the person may add or change pages."""
        return [locale for locale in self.locales if self.rights.works_in(locale)]


def viewer_of(user: Any) -> Viewer:
    """Return what the desk asks once about who looks at it."""
    return Viewer(user, rights_of(user), list(Locale.objects.order_by("pk")), all_rules())


def pages_for_rows(keys: list[int]) -> list[Page]:
    """Return the pages with these keys as ``desk_rows`` needs them, in this order."""
    pages = Page.objects.select_related("locale", "published_units").annotate(withdrawn_at=withdrawn_at())
    found = pages.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def desk_rows(sources: Iterable[Page], *, viewer: Viewer, locales: list[Locale]) -> list[Row]:
    """Return the desk's rows for some source pages, in six queries however many they are (see ``pages_for_rows``)."""
    sources = list(sources)
    rights = viewer.rights
    keys = [source.translation_key for source in sources]
    versions = Page.objects.filter(translation_key__in=keys, locale__in=locales, alias_of__isnull=True)
    pages: Any = with_state(versions).select_related("translation_link", "owner")
    pages = pages.annotate(goes_live=Subquery(_schedule()), is_held_for_me=is_held_for(viewer.user))
    found = {(page.translation_key, page.locale_id): page for page in pages}
    in_review = [page for page in found.values() if page.translation_state == State.IN_REVIEW]
    facts = _Facts(
        user=viewer.user,
        rights=rights,
        plans=plans_of(keys, locales, viewer.rules),
        places=places_of_missing(sources, found, locales, rights),
        reviews=reviews_of(in_review, viewer.user),
        names={},
        words=_Words(),
    )
    facts.names.update(_names(facts, found.values()))
    may_end = may_withdraw(viewer.user)
    rows = []
    for source in sources:
        cells = [_cell(source, locale, found.get((source.translation_key, locale.pk)), facts) for locale in locales]
        withdrawn_at = getattr(source, "withdrawn_at", None)
        rows.append(
            Row(source, cells, rights.may_edit(source), facts.words.edit(source), withdrawn_at, may_withdraw=may_end)
        )
    return rows


class _Words:
    """What is the same for many cells, asked once: a view of the desk has hundreds."""

    def __init__(self) -> None:
        self.states = {state: str(state.label) for state in State}
        self.actions = {action: str(action.label) for action in Action}
        self._before, _zero, self._after = reverse("wagtailadmin_pages:edit", args=[0]).rpartition("0")

    def edit(self, page: Page) -> str:
        return f"{self._before}{page.pk}{self._after}"


@dataclass(frozen=True, slots=True)
class _Facts:
    user: Any
    rights: Rights
    plans: Plans
    places: Mapping[tuple[int, int], str]
    reviews: Mapping[int, Review]
    names: dict[int, str]
    words: _Words


def _cell(source: Page, locale: Locale, page: Any, facts: _Facts) -> Cell:
    key = (source.translation_key, locale.pk)
    request = facts.plans.requests.get(key)
    due = request.due if request else None
    assignee = facts.names.get(request.assignee_id or 0, "") if request else ""
    is_assigned = request is not None and request.assignee_id == facts.user.pk
    is_withdrawn = getattr(source, "withdrawn_at", None) is not None
    if page is None:
        state, reason = _state_without_page(source, locale, facts)
        may_start = state != State.NOT_PLANNED and facts.rights.may_copy(source)
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
    state = State(page.translation_state)
    link: TranslationLink | None = getattr(page, "translation_link", None)
    review = facts.reviews.get(page.pk)
    who = facts.names.get((review.submitted_by if review else page.owner_id) or 0, "")
    changed = link if state == State.OUTDATED else None
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
        who=assignee or (who if state not in _AT_REST else ""),
        until=due or (timezone.localdate(page.goes_live) if page.goes_live else None),
        is_overdue=bool(due and due < timezone.localdate()),
        has_newer_draft=page.has_newer_draft,
        words=_words(source, page) if state in TO_DO_STATES else 0,
        changed_units=changed.changed_units if changed else 0,
        changed_since=changed.changed_since if changed else None,
        is_mine=is_assigned or bool(link and page.owner_id == facts.user.pk),
        is_withdrawn=is_withdrawn,
    )


# Nobody has these in hand.
_AT_REST = {State.LIVE, State.OUTDATED, State.SOURCE_WITHDRAWN}
_WORKED_ON = {State.DRAFT, State.CHANGES_REQUESTED}


def _action(page: Any, state: State, facts: _Facts, *, is_withdrawn: bool) -> Action:
    review = facts.reviews.get(page.pk)
    if review is not None and review.may_review:
        return Action.REVIEW
    if state == State.HELD and (page.is_held_for_me or facts.rights.may("publish", page.path)):
        return Action.PUBLISH
    if not facts.rights.may_edit(page):
        return Action.NOTHING
    if state in _WORKED_ON:
        return Action.OPEN if is_withdrawn else Action.CONTINUE
    if state == State.LIVE and page.has_places_to_check:
        return Action.CHECK
    return Action.CHANGES if state == State.OUTDATED else Action.OPEN


def _state_without_page(source: Page, locale: Locale, facts: _Facts) -> tuple[State, str]:
    key = (source.translation_key, locale.pk)
    if (decision := facts.plans.decisions.get(key)) is not None:
        return State.NOT_PLANNED, decision.reason
    if key in facts.plans.requests:
        return State.REQUESTED, ""
    if facts.plans.rule_for(source, locale.pk) is not None:
        return State.NOT_PLANNED, str(_("By a rule."))
    return State.MISSING, ""


def _schedule() -> QuerySet[Revision, dict[str, Any]]:
    """Return when a page is scheduled to go live, for a subquery."""
    revisions = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id=Cast(OuterRef("pk"), CharField()),
        approved_go_live_at__isnull=False,
    )
    moments: QuerySet[Revision, dict[str, Any]] = revisions.order_by("-pk").values("approved_go_live_at")[:1]
    return moments


def _words(source: Page, page: Any = None) -> int | None:
    link: TranslationLink | None = getattr(page, "translation_link", None)
    if page is not None and (link is None or page.live):
        return link.changed_words if link else 0
    published = getattr(source, "published_units", None)
    return published.words if published else None


def _names(facts: _Facts, pages: Iterable[Page]) -> dict[int, str]:
    """Return the names of those who have something in hand; a query finds who isn't known yet, seldom anybody."""
    assignees = [request.assignee for request in facts.plans.requests.values()]
    known = {person.pk: person for person in [*assignees, *(page.owner for page in pages)] if person is not None}
    submitters = {review.submitted_by for review in facts.reviews.values()} - {None, *known}
    if submitters:
        known |= get_user_model().objects.in_bulk([key for key in submitters if key is not None])
    return {key: person.get_full_name() or person.get_username() for key, person in known.items()}
