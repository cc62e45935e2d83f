"""The views of the translators' desk: the table, the changes of a source, numbers, and a person's own work."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.models import Locale, Page

from chorsu_editorial.alignment import AlignedUnit, align, marked_html, shown_html
from chorsu_locales.desk import DeskPanel, DeskRow
from chorsu_locales.menus import MenuItemFor
from chorsu_locales.normal_form import no_formula
from chorsu_locales.request_checks import whole_number
from chorsu_translation.baselines import SourceChangedError, declare_up_to_date
from chorsu_translation.desk.rows import (
    TO_DO,
    BoardFilter,
    Cell,
    DeskFilter,
    Row,
    desk_rows,
    my_work,
    pages_for_rows,
    viewer_of,
)
from chorsu_translation.editor.units import editor_url
from chorsu_translation.models import PublishedVersion, SavedFilter, TranslationLink
from chorsu_translation.pages import FromDeskView, TranslationError, has_desk
from chorsu_translation.published import carried_baseline
from chorsu_translation.snapshots import take_snapshot
from chorsu_translation.states import write_marked
from chorsu_translation.structure.plan import structure_plan

PER_PAGE = 50
COUNTED = 1_000
EXPORTED_TOGETHER = 500
COLUMN = "chorsu_translation_column"
MONTHS = 12
MOST_SAVED = 20
SavedFilterForm = modelform_factory(SavedFilter, fields=["name", "query"])


class DeskView(SpreadsheetExportMixin, WagtailAdminTemplateMixin, View):
    """Every article with its state in every language; with a target language, what there is to do in it."""

    template_name = "chorsu_translation/desk/desk.html"
    page_title = gettext_lazy("Translations")
    header_icon = "globe"
    export_filename = "translations"
    _show_breadcrumbs = True
    addresses: Mapping[int, str | None] = {}
    filter_class: type[DeskFilter] = DeskFilter
    opens_with = TO_DO
    has_columns = True  # of languages, where none is chosen

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.viewer = viewer_of(request.user)
        if not self.viewer.own_locales:
            raise PermissionDenied
        data = request.GET.copy()
        if data.get("language") and "state" not in data:
            data["state"] = self.opens_with
        write_marked()
        self.filter = self.filter_class(data, viewer=self.viewer)
        self.target = self.filter.target
        self.locales = self.viewer.locales if self.has_columns else []
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        sources = self.filter.qs
        response: HttpResponse = (
            self.as_spreadsheet(self._exported(sources), request.GET["export"])
            if self.is_export
            else self.render_to_response(self.get_context_data(sources=sources))
        )
        return response

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, *, sources: QuerySet[Page], **kwargs: Any) -> Any:
        """Return ``filter``, ``locales`` and ``rows`` (see ``desk_rows``), and where in the list they are."""
        number = max(whole_number(self.request.GET.get("p", "")) or 1, 1)
        # One query finds the page of the list and how many rows there are, up to a number that takes no time to count.
        first = (number - 1) * PER_PAGE
        keys = list(sources.values_list("pk", flat=True)[: max(COUNTED, first + PER_PAGE) + 1])
        if first >= len(keys):
            number = max(1, -(-len(keys) // PER_PAGE))
            first = (number - 1) * PER_PAGE
        return super().get_context_data(
            filter=self.filter,
            target=self.target,
            locales=self.locales,
            column=self._column(),
            rows=self._rows(keys[first : first + PER_PAGE]),
            count=min(len(keys), COUNTED),
            may_plan=self.viewer.rights.plans_somewhere,
            is_more=len(keys) > COUNTED,
            number=number,
            previous=number - 1,
            following=number + 1 if len(keys) > first + PER_PAGE else 0,
            is_filtered=bool(self.filter.chosen),
            **kwargs,
        )

    def _rows(self, keys: list[int]) -> list[Row]:
        locales = [self.target] if self.target else self.locales
        back = "" if self.is_export else self.request.get_full_path()
        return desk_rows(pages_for_rows(keys), viewer=self.viewer, locales=locales, back=back, names=self.filter.people)

    def _column(self) -> str:
        """Return the language that a narrow screen shows; a choice is kept for the session."""
        codes = [locale.language_code for locale in self.locales]
        asked = self.request.GET.get("column", "")
        if asked in codes:
            self.request.session[COLUMN] = asked
        kept = str(self.request.session.get(COLUMN, ""))
        return kept if kept in codes else self.viewer.own_locales[0].language_code

    @property
    def list_export(self) -> list[str]:
        if not hasattr(self, "locales"):
            return ["article"]
        if self.target:
            return ["article", "source", "state", "words", "changed_units", "who", "until", "address"]
        return ["article", "source", *(locale.language_code for locale in self.locales)]

    @property
    def export_headings(self) -> dict[str, Any]:
        return {
            "article": _("Article"),
            "source": _("Source"),
            "state": _("State"),
            "words": _("Words to do"),
            "changed_units": _("Changed paragraphs"),
            "who": _("Assignee"),
            "until": _("Due"),
            "address": _("Address"),
            **{locale.language_code: locale.get_display_name() for locale in self.locales},
        }

    @property
    def custom_field_preprocess(self) -> dict[str, dict[str, Any]]:
        return {name: {self.FORMAT_CSV: no_formula} for name in ("article", "section", "who")}

    def stream_csv(self, queryset: Any) -> list[bytes]:
        """Write the file at once: by the time that a stream is read, the language of the request is forgotten."""
        return list(super().stream_csv(queryset))

    def to_row_dict(self, item: Row) -> dict[str, Any]:
        values: dict[str, Any] = {"article": item.headline, "source": item.source.locale.language_code}
        if not self.target:
            return values | {cell.locale.language_code: cell.state_name for cell in item.cells}
        cell = item.cells[0]
        address = self.addresses.get(cell.page.page_id) if cell.page else ""
        return values | {
            "state": cell.state_name,
            "words": cell.words,
            "changed_units": cell.changed_units,
            "who": cell.who,
            "until": cell.until,
            "address": address or "",
        }

    def _exported(self, sources: QuerySet[Page]) -> Iterator[Row]:
        keys = list(sources.values_list("pk", flat=True))
        for first in range(0, len(keys), EXPORTED_TOGETHER):
            rows = self._rows(keys[first : first + EXPORTED_TOGETHER])
            if "address" in self.list_export:
                shown = [cell.page.page_id for row in rows for cell in row.cells if cell.page and cell.page.live]
                pages = Page.objects.filter(pk__in=shown)
                self.addresses = {page.pk: page.get_full_url(self.request) for page in pages}
            yield from rows


class BoardView(DeskView):
    """Every text in the languages that the viewer works in: its state, who has it, its due date, its last change."""

    filter_class = BoardFilter
    opens_with = ""
    has_columns = False
    template_name = "chorsu_translation/desk/board.html"
    page_title = gettext_lazy("All texts")
    header_icon = "list-ul"
    export_filename = "texts"
    list_export = ["article", "language", "kind", "section", "state", "who", "until", "changed", "address"]

    def get_context_data(self, *, sources: QuerySet[Page], **kwargs: Any) -> Any:
        context = super().get_context_data(sources=sources, **kwargs)
        saved, query = list(self.saved.order_by("name", "pk")), self.query
        found = {"saved": saved, "query": query, "open": next((each for each in saved if each.query == query), None)}
        return context | found | {"texts": [(row, self.to_row_dict(row)) for row in context["rows"]]}

    @property
    def saved(self) -> QuerySet[SavedFilter]:
        return SavedFilter.objects.filter(user=self.viewer.user)

    @property
    def query(self) -> str:
        return urlencode({name: self.request.GET[name] for name in self.filter.filters if self.request.GET.get(name)})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save the filter of this address under a name, rename it, or remove it."""
        form = SavedFilterForm({"name": request.POST.get("name"), "query": self.query})
        if "remove" in request.POST:
            self.saved.filter(query=self.query).delete()
        elif form.is_valid() and self.saved.exclude(query=self.query).count() < MOST_SAVED:
            named = {"name": form.cleaned_data["name"]}
            SavedFilter.objects.update_or_create(user=self.viewer.user, query=self.query, defaults=named)
        else:
            messages.error(request, _("It is not saved: a name has at most 60 characters, and a person 20 filters."))
        return redirect(request.get_full_path())

    @property
    def export_headings(self) -> dict[str, Any]:
        own = {"language": _("Language"), "kind": _("Kind"), "section": _("Section"), "who": _("Person")}
        return super().export_headings | own | {"changed": _("Last changed")}

    def to_row_dict(self, item: Row) -> dict[str, Any]:
        page, cell = item.source, item.cells[0]
        above = (each.title for each in self.filter.sections.values() if page.path.startswith(each.path))
        text = {"article": self.viewer.rights.drafts.headline(page), "language": page.locale.get_display_name()}
        text |= {"kind": page.page_type_display_name, "section": next(above, "")}
        text |= {"state": cell.state_name, "until": cell.until}
        text |= {"who": cell.who or get_user_display_name(page.owner), "changed": page.latest_revision_created_at}
        return text | {"address": self.addresses.get(page.pk) or ""}


def source_changes(target: Page) -> dict[str, Any] | None:
    """Return what changed in the source since the baseline of the live translation, else since that of its draft.

    ``changes`` have a ``state`` and ``html``; ``digest`` is the source's. None where nothing is compared.
    """
    link = TranslationLink.objects.select_related("source", "live_baseline").filter(target=target).first()
    if link is None or link.source is None or link.adapted:
        return None
    baseline = link.live_baseline or carried_baseline(target, target.latest_revision_id)
    if baseline is None:
        return None
    snapshot = take_snapshot(link.source.specific)
    units = align(baseline.units, snapshot.units)
    changes = [{"state": unit.state, "html": _html(unit)} for unit in units if unit.state != "unchanged"]
    return {"source": link.source, "changes": changes, "digest": snapshot.digest}


def _html(unit: AlignedUnit) -> SafeString:
    if unit.state == "changed":
        html = marked_html(unit.was, unit.html)
    elif unit.state == "new":
        html = f"<ins>{shown_html(unit.html)}</ins>"
    elif unit.state == "removed":
        html = f"<del>{shown_html(unit.was)}</del>"
    else:
        html = shown_html(unit.html)
    return mark_safe(html)  # noqa: S308 - made of escaped text and tags of a list


class ChangesView(FromDeskView):
    """Show the changes of the source; whoever may edit the translation can confirm from here that it is current."""

    template_name = "chorsu_translation/desk/changes.html"
    page_title = gettext_lazy("Changes of the source")

    def get(self, request: HttpRequest, page_id: int) -> HttpResponse:
        target = get_object_or_404(Page.objects.select_related("locale"), pk=page_id)
        if not target.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        found = source_changes(target)
        if found is None:
            messages.error(request, _("This page has no source that it could be compared with."))
            return redirect(self.next_url())
        plan = structure_plan(target)
        brings_in = bool(plan and plan.steps)
        return self.respond(
            target=target, found=found, editor=editor_url(target), brings_in=brings_in, next=self.next_url()
        )

    def post(self, request: HttpRequest, page_id: int) -> HttpResponse:
        target = get_object_or_404(Page, pk=page_id)
        try:
            declare_up_to_date(target=target, user=request.user, seen=request.POST.get("seen", ""))
        except TranslationError as error:
            messages.error(request, str(error))
        except SourceChangedError as error:
            text = _("“%(title)s” has changed since this list was shown, so nothing was declared. Look at it first.")
            button = messages.button(error.source.get_url(request) or "", _("See the source"), new_window=True)
            messages.error(request, text % {"title": error.source.title}, buttons=[button])
            return redirect("chorsu_translation:up_to_date", target.pk)
        else:
            messages.success(request, _("“%(title)s” is up to date with its source.") % {"title": target.title})
        return redirect(self.next_url())


@dataclass(frozen=True, slots=True)
class Month:
    """What was published of translations in a month; ``days`` is the median from the source's text to the live one."""

    versions: int
    words: int
    days: float | None


def numbers_by_month() -> tuple[list[dt.date], list[tuple[Locale, list[Month]]]]:
    """Return the last twelve months, the present one first, and for each language its months in that order."""
    months = [timezone.localdate().replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - dt.timedelta(days=1)).replace(day=1))
    rows = PublishedVersion.objects.filter(source_id__isnull=False, published_at__date__gte=months[-1]).values_list(
        "locale", "published_at", "translated_words", "source_since"
    )
    words: dict[tuple[int, dt.date], list[int]] = defaultdict(list)
    days: dict[tuple[int, dt.date], list[float]] = defaultdict(list)
    for locale, published_at, count, since in rows.iterator(2_000):
        key = (locale, timezone.localdate(published_at).replace(day=1))
        words[key].append(count)
        # A version without new text of the source took no translator's time.
        if since and count:
            days[key].append(max((published_at - since).total_seconds(), 0) / 86_400)
    found = []
    for locale in Locale.objects.order_by("pk"):
        figures = []
        for key in [(locale.pk, month) for month in months]:
            typical = round(median(days[key]), 1) if days[key] else None
            figures.append(Month(len(words[key]), sum(words[key]), typical))
        found.append((locale, figures))
    return months, found


@require_GET
def numbers(request: HttpRequest) -> HttpResponse:
    if not has_desk(request.user):
        raise PermissionDenied
    months, languages = numbers_by_month()
    title = _("Translations in numbers")
    context = {
        "months": months,
        "languages": languages,
        "header_title": title,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("chorsu_translation:desk"), "label": _("Translations")},
            {"url": "", "label": title},
        ],
    }
    return TemplateResponse(request, "chorsu_translation/desk/numbers.html", context)


def register_desk_menu_item() -> MenuItem:
    title, url = DeskView.page_title, reverse("chorsu_translation:desk")
    return MenuItemFor(title, url, shown_to=has_desk, name="translations", icon_name="globe", order=150)


def register_board_menu_item() -> MenuItem:
    title, url = BoardView.page_title, reverse("chorsu_translation:board")
    return MenuItemFor(title, url, shown_to=has_desk, name="texts", icon_name="list-ul", order=151)


def add_panel(_request: HttpRequest, panels: list[Component]) -> None:
    title = gettext_lazy("My assignments and translations")
    panels.append(DeskPanel("translation_my_work", title, 140, home_rows, all_of_mine))


def home_rows(user: Any) -> list[DeskRow]:
    return [_home_row(row, cell) for row, cell in my_work(user)]


def all_of_mine(_user: Any) -> tuple[str, str]:
    return _("All my assignments and translations"), f"{reverse('chorsu_translation:desk')}?mine=on"


def _home_row(row: Row, cell: Cell) -> DeskRow:
    """Return a row of the home page, which leads to the next action, and to the desk where there is none."""
    code = cell.locale.language_code
    address = cell.address if cell.action else f"{reverse('chorsu_translation:desk')}?language={code}&mine=on"
    if cell.page is None and cell.action:
        address = reverse("chorsu_translation:start", args=[row.source.pk, code])
    words = ngettext("%(words)s word", "%(words)s words", cell.words or 0) % {"words": cell.words}
    until = date_format(cell.until, "DATE_FORMAT") if cell.until else ""
    late = _("overdue") if cell.is_overdue else ""
    language = cell.locale.get_display_name()
    facts = [language if cell.is_source else f"→ {language}", cell.state_name, words if cell.words else "", until, late]
    return DeskRow(row.headline, address, row.source.locale.language_code, facts=list(filter(None, facts)))
