"""What the desk shows of articles in languages, filtered and in order, and what a person can do next there."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, DateFilter, Filter, FilterSet
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Locale, Page, WorkflowState, get_page_models

from chorsu_editorial.approvers import may_approve_alone, waiting_reviews
from chorsu_editorial.models import FourEyesTask, HeldApproval
from chorsu_translation.conf import get_settings
from chorsu_translation.editor.units import to_do_in
from chorsu_translation.models import ArticleState, NotPlanned
from chorsu_translation.pages import Rights, people_of, rights_of, translatable_pages
from chorsu_translation.planning import DayInput
from chorsu_translation.registry import site_filters
from chorsu_translation.starting import places_of_missing
from chorsu_translation.states import State, in_states, state_now, write_marked
from chorsu_translation.withdrawal import may_withdraw, withdrawn_articles, withdrawn_at

TO_DO_STATES = (State.MISSING, State.REQUESTED, State.DRAFT, State.CHANGES_REQUESTED, State.OUTDATED)
# The columns that the desk reads of a row and its page. Whole objects would take four times as long.
_ROW = (
    *("page_id", "translation_key", "locale_id", "state", "kept_out_from", "is_original"),
    *("changed_units", "changed_words", "due", "assignee_id", "in_hand_of_id", "goes_live"),
)
_OF_PAGE = ("path", "title", "live", "owner_id", "has_unpublished_changes")
TO_DO = "todo"
NOBODY = "nobody"
ON_HOME_PAGE = 10
ORDERS = [
    ("published", pgettext_lazy("order of articles", "Published last first")),
    ("due", pgettext_lazy("order of articles", "Due first")),
    ("words", pgettext_lazy("order of articles", "Most words first")),
    ("changed", pgettext_lazy("order of articles", "Changed last first")),
]


class Action(TextChoices):
    START = "start", _("Translate")
    CONTINUE = "continue", pgettext_lazy("next step of a translation", "Continue")
    CHANGES = "changes", _("See the changes")
    REVIEW = "review", pgettext_lazy("next step of a translation", "Review")
    PUBLISH = "publish", _("Publish together")
    OPEN = "open", pgettext_lazy("next step of a translation", "Open")
    NOTHING = "", ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One article in one language. ``page`` is its row with ``_ROW`` and ``_OF_PAGE``, None where it has no page.

    ``who`` has it in hand, ``until`` when it is due or goes live. ``words`` is how many are to be translated now, None
    where the source was never published. ``reason`` says why it is not planned.
    """

    locale: Locale
    state: State
    page: Any
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
    reason: str = ""
    is_mine: bool = False
    is_withdrawn: bool = False

    @property
    def is_to_do(self) -> bool:
        return self.state in TO_DO_STATES and not self.is_withdrawn

    @property
    def address(self) -> str:
        """Return the URL of the next action."""
        if self.page is None:
            return ""
        if self.action == Action.CONTINUE:
            return to_do_in(self.edit_address)
        views = {Action.CHANGES: "chorsu_translation:up_to_date", Action.PUBLISH: "chorsu_editorial_publish_held"}
        view = views.get(self.action)
        return reverse(view, args=[self.page.page_id]) if view else self.edit_address


@dataclass(frozen=True, slots=True)
class Row:
    """One article: the page to translate from, what the viewer may do with it, and a cell per language.

    ``headline`` is what the viewer may know of the source's.
    """

    source: Page
    headline: str
    cells: list[Cell]
    may_edit: bool
    edit_address: str
    withdrawn_at: dt.datetime | None
    may_withdraw: bool

    @property
    def is_live(self) -> bool:
        """Return whether it is live, or scheduled, in one of the languages that are shown."""
        return any(cell.page is not None and (cell.page.live or cell.page.goes_live) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A user of the desk, with their rights and all languages, which are read once per request."""

    user: Any
    rights: Rights
    locales: list[Locale]

    @property
    def own_locales(self) -> list[Locale]:
        return [locale for locale in self.locales if self.rights.works_in(locale)]


def viewer_of(user: Any) -> Viewer:
    return Viewer(user, rights_of(user), list(Locale.objects.order_by("pk")))


def pages_for_rows(keys: list[int]) -> list[Page]:
    pages = Page.objects.select_related("locale", "owner", "published_units").annotate(withdrawn_at=withdrawn_at())
    found = pages.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def desk_rows(
    sources: Iterable[Page], *, viewer: Viewer, locales: list[Locale], back: str = "", names: Mapping[int, str] = {}
) -> list[Row]:
    """Return the desk's rows for pages of ``pages_for_rows``; the number of queries doesn't depend on theirs.
    Without ``locales`` each row has the cell of the page itself.

    ``back`` is where the editor leads to after a page was submitted or published; ``names`` are those of people by key,
    as far as they are known.
    """
    sources = list(sources)
    keys = [source.translation_key for source in sources]
    chosen = {"translation_key__in": keys, "locale__in": locales or viewer.locales}
    stored = ArticleState.objects.filter(**chosen).annotate(**{name: F(f"page__{name}") for name in _OF_PAGE})
    found = {(row.translation_key, row.locale_id): row for row in stored.values_list(*_ROW, *_OF_PAGE, named=True)}
    with_page = {key for key, row in found.items() if row.page_id}
    cells = _Cells(viewer, found, places_of_missing(sources, with_page, locales, viewer.rights), back, names)
    may_end = may_withdraw(viewer.user)
    return [
        Row(
            source,
            source.title if source.live else viewer.rights.drafts.headline(source),
            [cells.cell_of(source, locale) for locale in locales or [source.locale]],
            may_edit=viewer.rights.may_edit(source),
            edit_address=cells.edit(source.pk),
            withdrawn_at=getattr(source, "withdrawn_at", None),
            may_withdraw=may_end,
        )
        for source in sources
    ]


class _Cells:
    """Makes the cells of one view, which may be hundreds: what is the same for many is read once."""

    def __init__(
        self,
        viewer: Viewer,
        rows: dict[tuple[uuid.UUID, int], Any],
        places: Mapping[tuple[int, int], str],
        back: str,
        names: Mapping[Any, str],
    ) -> None:
        self.user, self.rights, self.places, self.rows = viewer.user, viewer.rights, places, rows
        self.states = {state: str(state.label) for state in State}
        self.actions = {action: str(action.label) for action in Action}
        self._before, _zero, self._after = reverse("wagtailadmin_pages:edit", args=[0]).rpartition("0")
        self._after += f"?{urlencode({'next': back})}" if back else ""
        self.today = timezone.localdate()
        by_state: dict[str, list[Any]] = defaultdict(list)
        for row in rows.values():
            by_state[row.state].append(row)
        self.to_review = to_review([row.page_id for row in by_state[State.IN_REVIEW]], viewer.user)
        held = [row.page_id for row in by_state[State.HELD]]
        my_tasks = FourEyesTask.objects.filter(groups__user=viewer.user.pk).values("pk")
        held_for_me = HeldApproval.objects.filter(page__in=held, task_state__task__in=my_tasks)
        self.held_for_me = set(held_for_me.values_list("page_id", flat=True)) if held else set()
        not_planned = [row.translation_key for row in by_state[State.NOT_PLANNED]]
        decisions = NotPlanned.objects.filter(translation_key__in=not_planned) if not_planned else ()
        self.reasons = {(each.translation_key, each.locale_id): each.reason for each in decisions}
        people = {key for row in rows.values() for key in (row.assignee_id, row.in_hand_of_id)} - {None, *names}
        unknown = get_user_model().objects.in_bulk(people) if people else {}
        self.names = {**names, **{key: get_user_display_name(person) for key, person in unknown.items()}}

    def edit(self, page: int) -> str:
        return f"{self._before}{page}{self._after}"

    def cell_of(self, source: Page, locale: Locale) -> Cell:
        key = (source.translation_key, locale.pk)
        row = self.rows.get(key)
        if row is None:  # the language was added a moment ago
            return Cell(locale, State.MISSING, None, is_source=False, state_name=self.states[State.MISSING])
        page = row if row.page_id else None
        state = state_now(row.state, row.kept_out_from)
        is_withdrawn = getattr(source, "withdrawn_at", None) is not None
        is_outdated = state == State.OUTDATED
        if page is not None:
            action = self._action(page, state, is_withdrawn=is_withdrawn)
        else:
            may_start = state != State.NOT_PLANNED and not is_withdrawn and self.rights.may_copy(source)
            may_start = may_start and self.rights.may("add", self.places.get((source.pk, locale.pk), ""))
            action = Action.START if may_start else Action.NOTHING
        goes_live = timezone.localdate(row.goes_live) if row.goes_live else None
        is_own = page is not None and not page.is_original and page.owner_id == self.user.pk
        return Cell(
            locale,
            state,
            page,
            is_source=row.page_id == source.pk,
            action=action,
            state_name=self.states[state],
            action_name=self.actions[action],
            edit_address=self.edit(row.page_id) if page else "",
            who=self.names.get(row.assignee_id) or self.names.get(row.in_hand_of_id) or "",
            until=row.due or goes_live,
            is_overdue=bool(row.due and row.due < self.today),
            has_newer_draft=bool(row.live and row.has_unpublished_changes),
            words=_words(source, row) if state in TO_DO_STATES else 0,
            changed_units=row.changed_units if is_outdated else 0,
            reason=self.reasons.get(key, str(_("By a rule."))) if state == State.NOT_PLANNED else "",
            is_mine=is_own or (row.assignee_id is not None and row.assignee_id == self.user.pk),
            is_withdrawn=is_withdrawn,
        )

    def _action(self, page: Any, state: State, *, is_withdrawn: bool) -> Action:
        if page.page_id in self.to_review:
            return Action.REVIEW
        if state == State.HELD and (page.page_id in self.held_for_me or self.rights.may("publish", page.path)):
            return Action.PUBLISH
        if not self.rights.may_edit(page):
            return Action.NOTHING
        if state in {State.DRAFT, State.CHANGES_REQUESTED}:
            return Action.OPEN if is_withdrawn else Action.CONTINUE
        return Action.CHANGES if state == State.OUTDATED else Action.OPEN


def _words(source: Page, row: Any) -> int | None:
    if row.live or row.is_original:
        return int(row.changed_words)
    published = getattr(source, "published_units", None)
    return published.words if published else None


def to_review(pages: Collection[int], user: Any) -> set[int]:
    """Return those of the pages in review that a person may be asked to approve; the review itself may refuse them."""
    if not pages:
        return set()
    keys = [str(pk) for pk in pages]
    if not may_approve_alone(user):
        waiting = waiting_reviews(user).filter(workflow_state__object_id__in=keys)
        return set(map(int, waiting.values_list("workflow_state__object_id", flat=True)))
    flows = WorkflowState.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id__in=keys,
        status=WorkflowState.STATUS_IN_PROGRESS,
    )
    return set(map(int, flows.values_list("object_id", flat=True)))


class Choice(ChoiceFilter):
    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label=label, **{"empty_label": pgettext_lazy("choice of a filter", "Any"), **options})


class Checkbox(Filter):
    field_class = forms.BooleanField


class DeskFilter(FilterSet):
    """The filter of the desk, from its URL. ``qs`` are the pages to translate from: without a language, originals."""

    source = Choice(pgettext_lazy("language", "From"), field_name="locale__language_code")
    language = Choice(pgettext_lazy("language", "Into"), field_name="locale__language_code", exclude=True)
    state = Choice(_("State"), method="by_state", choices=[(TO_DO, _("To do")), *State.choices])
    q = CharFilter(label=_("Headline"), method="by_words", max_length=100)
    order = Choice(
        _("Order"), method="in_order", choices=ORDERS, empty_label=pgettext_lazy("order of articles", "Newest first")
    )
    kind = Choice(_("Kind"), field_name="content_type")
    section = Choice(_("Section"), method="by_section")
    assignee = Choice(_("Assignee"), method="by_assignee")
    since = DateFilter("first_published_at", "date__gte", label=_("Published since"), widget=DayInput())
    until = DateFilter("first_published_at", "date__lte", label=_("Published until"), widget=DayInput())
    mine = Checkbox(label=_("Mine"), method="by_person")
    overdue = Checkbox(label=_("Overdue"), method="by_due")
    week = Checkbox(label=_("Due within 7 days"), method="by_due")

    first = ("source", "language", "state", "q", "order")
    people_fields: tuple[str, ...] = ("assignee",)
    row_of_page = {"translation_key": OuterRef("translation_key")}
    keys = ("translation_key", "translation_key")  # of a page, and of the rows that count for it

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        # A draft that has no headline yet is none of the articles to translate.
        super().__init__(data, queryset=translatable_pages().exclude(title="").order_by("-pk"))
        self.viewer = viewer
        self.locales = {locale.language_code: locale for locale in viewer.locales}
        self.filters |= {
            each.name: Choice(
                each.label,
                choices=cache(each.choices),
                method=lambda pages, _name, value, each=each: pages.filter(each.condition(value)),
            )
            for each in site_filters.values()
        }
        languages = [(code, locale.get_display_name()) for code, locale in self.locales.items()]
        for name, choices in {
            "source": languages,
            "language": languages,
            "kind": cache(page_types),
            "section": lambda: [(key, self._named(page)) for key, page in self.sections.items()],
            "assignee": lambda: [(NOBODY, _("Nobody")), *self.people.items()],
        }.items():
            self.filters[name].extra["choices"] = choices

    @cached_property
    def people(self) -> dict[Any, str]:
        return {person.pk: get_user_display_name(person) for person in people_of(self.viewer.locales)}

    @cached_property
    def sections(self) -> dict[str, Page]:
        pages = sections(self.viewer.locales)
        return {str(page.pk): page for page in pages if page.live or self.viewer.rights.drafts.sees(page)}

    @cached_property
    def chosen(self) -> dict[str, Any]:
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def target(self) -> Locale | None:
        return self.locales.get(self.chosen.get("language", ""))

    @property
    def more_is_open(self) -> bool:
        return not self.chosen.keys() <= {*self.first}

    def filter_queryset(self, queryset: QuerySet[Page]) -> QuerySet[Page]:
        self.rows = ArticleState.objects.filter(locale__in=[self.target] if self.target else self.viewer.locales)
        if self.target and "source" in self.chosen:
            # Left out where the page in the target language is made from another, or is the original.
            made_of_it = Q(page__isnull=True) | Q(page__translation_link__source=OuterRef("pk"))
            pages = self._with(queryset, made_of_it, common=True)
        else:
            pages = queryset.filter(translation_link__isnull=True)
        filtered: QuerySet[Page] = super().filter_queryset(pages)
        return filtered

    def by_state(self, pages: QuerySet[Page], _name: str, value: str) -> QuerySet[Page]:
        if value != TO_DO:
            return self._with(pages, in_states([value]), common=value in {State.LIVE, State.MISSING})
        to_do = in_states(TO_DO_STATES) & Q(is_original=False)
        return self._with(pages, to_do, common=True).exclude(translation_key__in=withdrawn_articles())

    def by_section(self, pages: QuerySet[Page], _name: str, value: str) -> QuerySet[Page]:
        section = self.sections[value]
        return pages.filter(path__startswith=section.path).exclude(pk=section.pk)

    def by_assignee(self, pages: QuerySet[Page], _name: str, value: str) -> QuerySet[Page]:
        nobody = Q(assignee__isnull=True, is_requested=True)
        theirs = reduce(or_, [Q(**{field: value}) for field in self.people_fields])
        return self._with(pages, nobody if value == NOBODY else theirs)

    def by_due(self, pages: QuerySet[Page], name: str, value: bool) -> QuerySet[Page]:
        today = timezone.localdate()
        due = Q(due__lt=today) if name == "overdue" else Q(due__range=(today, today + dt.timedelta(days=6)))
        return self._with(pages, due) if value else pages

    def by_person(self, pages: QuerySet[Page], _name: str, value: bool) -> QuerySet[Page]:
        """Keep what is assigned to the viewer, and their own pages that aren't live and up to date."""
        to_write = (State.OUTDATED, State.CHANGES_REQUESTED)
        in_hand = Q(state__in=(*to_write, State.DRAFT, State.IN_REVIEW, State.HELD, State.SCHEDULED))
        user = self.viewer.user.pk
        own = Q(in_hand, Q(state__in=to_write) | Q(page__live=False), page__owner=user, is_original=False)
        keys = [self.rows.filter(each).values("translation_key") for each in (Q(assignee=user), own)]
        return pages.filter(reduce(or_, [Q(translation_key__in=each) for each in keys])) if value else pages

    def by_words(self, pages: QuerySet[Page], _name: str, value: str) -> QuerySet[Page]:
        """Keep articles with the words in a headline that the viewer may know, in any language.

        SQLite ignores case in Latin letters alone.
        """
        variants = {value}
        if connection.vendor == "sqlite":
            variants |= {value.lower(), value.upper(), value.capitalize(), value.title()}
        drafts = self.viewer.rights.drafts
        in_title = reduce(or_, [Q(title__icontains=each) for each in sorted(variants)])
        in_draft = reduce(or_, [Q(draft_title__icontains=each) for each in sorted(variants)])
        other_draft = ~Q(draft_title=F("title"))
        named = translatable_pages().filter(in_title & drafts.known() | in_draft & other_draft & drafts.seen())
        return pages.filter(translation_key__in=named.order_by().values("translation_key"))

    def in_order(self, pages: QuerySet[Page], _name: str, value: str) -> QuerySet[Page]:
        row = self.rows.filter(**self.row_of_page)
        first: Any = F({"changed": "latest_revision_created_at"}.get(value, "first_published_at")).desc(nulls_last=True)
        if value == "due":
            due = row.filter(due__isnull=False).order_by("due").values("due")[:1]
            first = Subquery(due).asc(nulls_last=True)
        elif value == "words":
            words: Any = F("published_units__words")
            if self.target:
                words = Coalesce(Subquery(row.filter(page__live=True).values("changed_words")[:1]), words)
            first = words.desc(nulls_last=True)
        return pages.order_by(first, "-pk") if value else pages

    def _with(self, pages: QuerySet[Page], condition: Q, *, common: bool = False) -> QuerySet[Page]:
        """Keep articles with such a row; what is ``common`` is found faster article by article."""
        if common:
            return pages.filter(Exists(self.rows.filter(condition, **self.row_of_page)))
        return pages.filter(**{f"{self.keys[0]}__in": self.rows.filter(condition).values(self.keys[1])})

    def _named(self, page: Page) -> str:
        code = next(code for code, locale in self.locales.items() if locale.pk == page.locale_id)
        return f"{page.title} ({code})"


class BoardFilter(DeskFilter):
    """The filter of all texts that the viewer works with: of pages in their languages, of which they see the drafts."""

    language = Choice(_("Language"), field_name="locale__language_code")
    state = Choice(_("State"), method="by_state", choices=State.choices[3:])  # those before have no page
    assignee = Choice(_("Person"), method="by_assignee")

    first = ("language", "state", "assignee", "q", "order")
    target = None
    people_fields = ("assignee", "in_hand_of", "page__owner")
    row_of_page = {**DeskFilter.row_of_page, "locale": OuterRef("locale")}
    keys = ("pk", "page")

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        super().__init__(data, viewer=replace(viewer, locales=viewer.own_locales))
        del self.filters["source"]

    def filter_queryset(self, _queryset: QuerySet[Page]) -> QuerySet[Page]:
        self.rows = ArticleState.objects.filter(locale__in=self.viewer.locales, page__isnull=False)
        pages = (
            translatable_pages()
            .filter(self.viewer.rights.drafts.seen(), locale__in=self.viewer.locales)
            .order_by("-pk")
        )
        return super(DeskFilter, self).filter_queryset(pages)  # type: ignore[no-any-return]

    def by_person(self, pages: QuerySet[Page], name: str, value: bool) -> QuerySet[Page]:
        return self.by_assignee(pages, name, self.viewer.user.pk) if value else pages


def page_types() -> list[tuple[str, str]]:
    names = get_settings().page_types
    chosen = tuple(apps.get_model(name) for name in names) or (Page,)
    models = [
        model for model in get_page_models() if model is not Page and model.is_creatable and issubclass(model, chosen)
    ]
    types = ContentType.objects.get_for_models(*models)
    return [(str(found.pk), capfirst(str(model._meta.verbose_name))) for model, found in types.items()]


def sections(locales: Iterable[Locale]) -> list[Page]:
    """Return the pages that articles stand below: those under the front pages that have pages of their own."""
    above = [model for model in get_page_models() if model.allowed_subpage_models()]
    types = ContentType.objects.get_for_models(*above).values()
    # Asked for by the type alone, whose index is short here; told of languages or an order, SQLite reads every page.
    found = Page.objects.filter(content_type__in=list(types), depth=3, numchild__gt=0).order_by()
    shown = {locale.pk for locale in locales}
    return sorted((page for page in found if page.locale_id in shown), key=lambda page: (page.locale_id, page.path))


def my_work(user: Any) -> list[tuple[Row, Cell]]:
    """Return some of what is assigned to a person or their own, and to be done, in order of due dates.

    Not what an approver sent back to them: that stands on the home page among what came back.
    """
    write_marked()
    viewer = viewer_of(user)
    if not viewer.own_locales:
        return []
    sources = DeskFilter({"mine": "on", "order": "due"}, viewer=viewer).qs
    found = list(sources.values_list("pk", flat=True)[:ON_HOME_PAGE])
    rows = desk_rows(pages_for_rows(found), viewer=viewer, locales=viewer.locales) if found else []
    mine = [(row, cell) for row in rows for cell in row.cells if cell.is_mine and cell.is_to_do]
    came_back = State.CHANGES_REQUESTED
    return [pair for pair in mine if not (pair[1].state == came_back and pair[1].page.owner_id == user.pk)]
