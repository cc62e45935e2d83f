"""The translators' desk in the admin, its numbers, a person's own work, and rules for what isn't translated."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from django.views.generic import View
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.models import Locale, Page

from chorsu_locales.menus import MenuItemFor
from chorsu_locales.normal_form import no_formula
from chorsu_locales.request_checks import whole_number
from chorsu_translation.desk.rows import TO_DO, Cell, DeskFilter, Row, desk_rows, my_work, pages_for_rows, viewer_of
from chorsu_translation.models import PublishedVersion
from chorsu_translation.pages import desk_locales
from chorsu_translation.states import write_marked

PER_PAGE = 50
COUNTED = 1_000
EXPORTED_TOGETHER = 500
COLUMN = "chorsu_translation_column"
MONTHS = 12


class DeskView(SpreadsheetExportMixin, WagtailAdminTemplateMixin, View):
    """Every article with its state in every language; with a target language, what there is to do in it."""

    template_name = "chorsu_translation/desk/desk.html"
    page_title = gettext_lazy("Translations")
    header_icon = "globe"
    export_filename = "translations"
    _show_breadcrumbs = True
    addresses: Mapping[int, str | None] = {}

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the desk to those who work in at least one language."""
        self.viewer = viewer_of(request.user)
        if not self.viewer.own_locales:
            raise PermissionDenied
        self.locales = self.viewer.locales
        data = request.GET.copy()
        if data.get("language") and "state" not in data:
            data["state"] = TO_DO
        write_marked()
        self.filter = DeskFilter(data, viewer=self.viewer)
        self.target = self.filter.target
        sources = self.filter.qs
        if self.is_export:
            response: HttpResponse = self.as_spreadsheet(_Exported(sources, self._export), request.GET["export"])
        else:
            response = self.render_to_response(self.get_context_data(sources=sources))
        return response

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, *, sources: QuerySet[Page], **kwargs: Any) -> Any:
        """Return ``filter``, ``locales`` and ``rows`` (see ``desk_rows``), and where in the list they are."""
        number = max(whole_number(self.request.GET.get("p", "")) or 1, 1)
        # One question finds the list's page and how many there are, up to a number that takes no time to count.
        first = (number - 1) * PER_PAGE
        keys = list(sources.values_list("pk", flat=True)[: max(COUNTED, first + PER_PAGE) + 1])
        if first >= len(keys):
            number = max(1, -(-len(keys) // PER_PAGE))
            first = (number - 1) * PER_PAGE
        shown = keys[first : first + PER_PAGE]
        return super().get_context_data(
            filter=self.filter,
            target=self.target,
            locales=self.locales,
            column=self._column(),
            rows=self._rows(shown),
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
        """Let no cell of a CSV file be taken for a formula."""
        return {name: {self.FORMAT_CSV: no_formula} for name in ("article", "who")}

    def stream_csv(self, queryset: Any) -> list[bytes]:
        """Write the file at once: by the time that a stream is read, the language of the request is forgotten."""
        return list(super().stream_csv(queryset))

    def to_row_dict(self, item: Row) -> dict[str, Any]:
        source = item.source
        facts: dict[str, Any] = {"article": source.title, "source": source.locale.language_code}
        if not self.target:
            return facts | {cell.locale.language_code: cell.state_name for cell in item.cells}
        cell: Cell = item.cells[0]
        address = self.addresses.get(cell.page.page_id) if cell.page else ""
        return facts | {
            "state": cell.state_name,
            "words": cell.words,
            "changed_units": cell.changed_units,
            "who": cell.who,
            "until": cell.until,
            "address": address or "",
        }

    def _export(self, sources: QuerySet[Page]) -> Iterator[Row]:
        keys = list(sources.values_list("pk", flat=True))
        for first in range(0, len(keys), EXPORTED_TOGETHER):
            rows = self._rows(keys[first : first + EXPORTED_TOGETHER])
            if self.target:
                shown = [cell.page.page_id for row in rows for cell in row.cells if cell.page and cell.page.live]
                self.addresses = {page.pk: page.full_url for page in Page.objects.filter(pk__in=shown)}
            yield from rows


class _Exported:
    """The rows of a spreadsheet, which Wagtail takes for a queryset."""

    model = Page

    def __init__(self, sources: QuerySet[Page], rows: Any) -> None:
        self.sources, self.rows = sources, rows

    def __iter__(self) -> Iterator[Row]:
        found: Iterable[Row] = self.rows(self.sources)
        return iter(found)


@dataclass(frozen=True, slots=True)
class Month:
    """What was published of translations in a month; ``days`` is the median from the source's text to the live one."""

    versions: int = 0
    words: int = 0
    days: float | None = None


def numbers_by_month() -> tuple[list[dt.date], list[tuple[Locale, list[Month]]]]:
    """Return the last twelve months, the present one first, and for each language its months in that order."""
    months = _months(timezone.localdate().replace(day=1))
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
        keys = [(locale.pk, month) for month in months]
        found.append((locale, [Month(len(words[key]), sum(words[key]), _median(days[key])) for key in keys]))
    return months, found


def _months(first: dt.date) -> list[dt.date]:
    found = [first]
    while len(found) < MONTHS:
        found.append((found[-1] - dt.timedelta(days=1)).replace(day=1))
    return found


def _median(values: list[float]) -> float | None:
    return round(median(values), 1) if values else None


@require_GET
def numbers(request: HttpRequest) -> HttpResponse:
    """Show to those who work at the desk how much was translated, and how soon."""
    if not desk_locales(request.user):
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
    return MenuItemFor(
        gettext_lazy("Translations"),
        reverse("chorsu_translation:desk"),
        shown_to=desk_locales,
        name="translations",
        icon_name="globe",
        order=150,
    )


class MyWorkPanel(Component):
    name = "translation_my_work"
    template_name = "chorsu_translation/desk/my_work.html"
    order = 150

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """Return the person's ``work``."""
        write_marked()
        return {"work": my_work(parent_context["request"].user)}


def add_my_work(_request: HttpRequest, panels: list[Component]) -> None:
    panels.append(MyWorkPanel())
