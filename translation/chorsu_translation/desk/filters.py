"""Which articles the desk shows, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property, reduce
from operator import or_
from typing import Any

from django import forms
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, DateFilter, Filter, FilterSet
from wagtail.models import Locale, Page, get_page_models

from chorsu_translation.conf import get_settings
from chorsu_translation.desk.cells import TO_DO_STATES, Cell, Row, Viewer, desk_rows, pages_for_rows, viewer_of
from chorsu_translation.models import ArticleState, name_of
from chorsu_translation.pages import people_of, translatable_pages
from chorsu_translation.planning import DayInput
from chorsu_translation.registry import desk_filters
from chorsu_translation.states import State, in_states
from chorsu_translation.withdrawal import withdrawn_articles

TO_DO = "todo"
NOBODY = "nobody"
ON_HOME_PAGE = 10
ORDERS = [
    ("published", pgettext_lazy("order of articles", "Published last first")),
    ("due", pgettext_lazy("order of articles", "Due first")),
    ("words", pgettext_lazy("order of articles", "Most words first")),
]


class Choice(ChoiceFilter):
    """One of several values, or any."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label=label, **{"empty_label": pgettext_lazy("choice of a filter", "Any"), **options})


class Checkbox(Filter):
    """Ticked or not."""

    field_class = forms.BooleanField


class DeskFilter(FilterSet):
    """What the desk shows; its address is the saved filter. What is wrong in an address is left out.

    ``qs`` are the pages that translations are made from: without a target language, the originals.
    """

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

    first = ("source", "language", "state", "q", "order")

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        super().__init__(data, queryset=translatable_pages().order_by("-pk"))
        self.viewer = viewer
        self.locales = {locale.language_code: locale for locale in viewer.locales}
        self.filters |= {
            each.name: Choice(
                each.label,
                choices=cache(each.choices),
                method=lambda pages, _name, value, each=each: pages.filter(each.condition(value)),
            )
            for each in desk_filters()
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
        """The names of those who can be given translations, by key."""
        return {person.pk: name_of(person) for person in people_of(self.viewer.locales)}

    @cached_property
    def sections(self) -> dict[str, Page]:
        """The pages that articles stand below, by key."""
        return {str(page.pk): page for page in sections(self.viewer.locales)}

    @cached_property
    def chosen(self) -> dict[str, Any]:
        """What is filtered by, as far as it can be."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def target(self) -> Locale | None:
        """The language that is translated into, where one is chosen."""
        return self.locales.get(self.chosen.get("language", ""))

    @property
    def more_is_open(self) -> bool:
        """Whether one of the other fields is filtered by."""
        return not self.chosen.keys() <= {*self.first}

    def filter_queryset(self, queryset: QuerySet[Page]) -> QuerySet[Page]:
        """Filter and order the pages that translations are made from."""
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
        """Keep articles that are in a state in one of the languages; work is in translations alone."""
        if value != TO_DO:
            return self._with(pages, in_states([value]), common=value in {State.LIVE, State.MISSING})
        to_do = in_states(TO_DO_STATES) & Q(is_original=False)
        return self._with(pages, to_do, common=True).exclude(translation_key__in=withdrawn_articles())

    def by_section(self, pages: QuerySet[Page], _name: str, value: str) -> QuerySet[Page]:
        """Keep what stands below a section."""
        section = self.sections[value]
        return pages.filter(path__startswith=section.path).exclude(pk=section.pk)

    def by_assignee(self, pages: QuerySet[Page], _name: str, value: str) -> QuerySet[Page]:
        """Keep what is requested of a person, or of nobody yet."""
        nobody = Q(assignee__isnull=True, is_requested=True)
        return self._with(pages, nobody if value == NOBODY else Q(assignee=value))

    def by_due(self, pages: QuerySet[Page], _name: str, value: bool) -> QuerySet[Page]:
        """Keep what should have been done by now."""
        return self._with(pages, Q(due__lt=timezone.localdate())) if value else pages

    def by_person(self, pages: QuerySet[Page], _name: str, value: bool) -> QuerySet[Page]:
        """Keep what is assigned to who looks, or their own; what is live and up to date has left their hands."""
        to_write = (State.OUTDATED, State.CHANGES_REQUESTED)
        in_hand = Q(state__in=(*to_write, State.DRAFT, State.IN_REVIEW, State.HELD, State.SCHEDULED))
        user = self.viewer.user.pk
        own = Q(in_hand, Q(state__in=to_write) | Q(page__live=False), page__owner=user, is_original=False)
        keys = [self.rows.filter(each).values("translation_key") for each in (Q(assignee=user), own)]
        return pages.filter(reduce(or_, [Q(translation_key__in=each) for each in keys])) if value else pages

    def by_words(self, pages: QuerySet[Page], _name: str, value: str) -> QuerySet[Page]:
        """Keep articles with the words in a headline in any language; SQLite ignores case in Latin letters alone."""
        variants = {value}
        if connection.vendor == "sqlite":
            variants |= {value.lower(), value.upper(), value.capitalize(), value.title()}
        other_draft = ~Q(draft_title=F("title"))
        words = [Q(title__icontains=each) | other_draft & Q(draft_title__icontains=each) for each in sorted(variants)]
        found = translatable_pages().filter(reduce(or_, words))
        return pages.filter(translation_key__in=found.order_by().values("translation_key"))

    def in_order(self, pages: QuerySet[Page], _name: str, value: str) -> QuerySet[Page]:
        """Order by something else than the key."""
        row = self.rows.filter(translation_key=OuterRef("translation_key"))
        first: Any = F("first_published_at").desc(nulls_last=True)
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
        """Keep articles with such a row; what is common is looked up article by article until the list is full."""
        rows = self.rows.filter(condition)
        if common:
            return pages.filter(Exists(rows.filter(translation_key=OuterRef("translation_key"))))
        return pages.filter(translation_key__in=rows.values("translation_key"))

    def _named(self, page: Page) -> str:
        code = next(code for code, locale in self.locales.items() if locale.pk == page.locale_id)
        return f"{page.title} ({code})"


def page_types() -> list[tuple[str, str]]:
    """Return the keys and names of the types of pages that are translated."""
    names = get_settings().page_types
    chosen = tuple(apps.get_model(name) for name in names) or (Page,)
    models = [
        model for model in get_page_models() if model is not Page and model.is_creatable and issubclass(model, chosen)
    ]
    types = ContentType.objects.get_for_models(*models)
    return [(str(found.pk), capfirst(str(model._meta.verbose_name))) for model, found in types.items()]


def sections(locales: Iterable[Locale]) -> list[Page]:
    """Return the pages that articles stand below: below the front pages, with pages of their own."""
    above = [model for model in get_page_models() if model.allowed_subpage_models()]
    types = ContentType.objects.get_for_models(*above).values()
    # Asked for by the type alone, whose index is short here; told of languages or an order, SQLite reads every page.
    found = Page.objects.filter(content_type__in=list(types), depth=3, numchild__gt=0).order_by()
    shown = {locale.pk for locale in locales}
    return sorted((page for page in found if page.locale_id in shown), key=lambda page: (page.locale_id, page.path))


def my_work(user: Any) -> list[tuple[Row, Cell]]:
    """Return what is assigned to a person or their own, and to be done: some of it, what is due first comes first."""
    viewer = viewer_of(user)
    if not viewer.own_locales:
        return []
    sources = DeskFilter({"mine": "on", "order": "due"}, viewer=viewer).qs
    found = list(sources.values_list("pk", flat=True)[:ON_HOME_PAGE])
    rows = desk_rows(pages_for_rows(found), viewer=viewer, locales=viewer.locales) if found else []
    return [(row, cell) for row in rows for cell in row.cells if cell.is_mine and cell.is_to_do]
