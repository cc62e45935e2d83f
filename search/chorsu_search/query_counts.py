"""What readers ask for, counted by day and language, without anything about who asked, and the report of it.

docs/decisions/query-counts.md
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import django_filters
from django.db import DatabaseError, router, transaction
from django.db.models import F, Max, QuerySet, Sum
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies.pages import PagePermissionPolicy

from chorsu_locales.limits import waiting_at_most
from chorsu_locales.menus import MenuItemFor
from chorsu_locales.normal_form import no_formula, seen
from chorsu_locales.selectors import enabled_languages, get_language_row
from chorsu_search.models import QueryCount

logger = logging.getLogger("chorsu_search")

SHOWN_AFTER = timedelta(days=3)
KEPT_FOR = timedelta(days=90)
LONGEST = 100  # characters; more is a paste, and may hold anything
MOST_A_DAY = 5_000  # different ones in a language; more is a robot's work
# Addresses of people, numbers of telephones, passports and cards, however they are grouped.
_PERSONAL = re.compile(r"@|\d(?:[\s().+-]?\d){5}")


def count_query(text: str, language: str, results: int) -> None:
    """Count a query and note how many results it had; where somebody else writes at that moment, do without."""
    text = text.lower()
    if not text or len(text) > LONGEST or _PERSONAL.search("".join(seen(text))):
        return
    using = router.db_for_write(QueryCount)
    day = timezone.localdate()
    rows = QueryCount.objects.using(using)
    try:
        with waiting_at_most(0), _transaction(using):
            same = rows.filter(day=day, language=language, text=text)
            if same.update(times=F("times") + 1, results=results):
                return
            if rows.filter(day=day, language=language).count() < MOST_A_DAY:
                new = QueryCount(day=day, language=language, text=text, times=1, results=results)
                rows.bulk_create([new], ignore_conflicts=True)
    except DatabaseError as error:
        logger.info("A query was not counted: %s", error)


@contextmanager
def _transaction(using: str) -> Iterator[None]:
    """Keep a failure from the transaction around; where there is none, let PostgreSQL not wait for the disk.

    On SQLite each statement is its own, since a transaction would wait for the writer before anything else.
    """
    connection = transaction.get_connection(using)
    alone = not connection.in_atomic_block
    if alone and connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(using=using):
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit TO off")
        yield


def queries_for_editors() -> QuerySet[QueryCount, Any]:
    """Return the queries of the days that may be shown, the commonest first, as dictionaries.

    ``sum`` is how often, ``most`` the highest number of results, and ``last`` the last day.
    """
    rows = QueryCount.objects.filter(day__lte=timezone.localdate() - SHOWN_AFTER)
    found = rows.values("language", "text").annotate(sum=Sum("times"), most=Max("results"), last=Max("day"))
    return found.order_by("-sum", "text", "language")


def delete_old_counts() -> int:
    """Delete the counts of days that are long past; return how many rows."""
    old = QueryCount.objects.filter(day__lt=timezone.localdate() - KEPT_FOR)
    return old.delete()[0] if old.exists() else 0


policy = PagePermissionPolicy()


class QueryFilterSet(WagtailFilterSet):
    language = django_filters.ChoiceFilter(
        label=_("Language"), choices=lambda: [(row.code, row.name) for row in enabled_languages()]
    )
    found = django_filters.ChoiceFilter(
        label=_("Results"), choices=[("none", _("Nothing was found"))], method="without_results"
    )

    class Meta:
        model = QueryCount
        fields = ["language"]

    def without_results(self, rows: Any, _name: str, _value: str) -> Any:
        return rows.filter(most=0)


class QueriesReport(ReportView):
    model = QueryCount
    page_title = _("What readers look for")
    header_icon = "search"
    index_url_name = "chorsu_search_queries"
    index_results_url_name = "chorsu_search_queries_results"
    permission_policy = policy
    any_permission_required = ["change", "publish"]
    filterset_class = QueryFilterSet
    default_ordering = None
    is_searchable = False
    list_export = ["text", "language", "sum", "most", "last"]
    export_headings = {
        "text": pgettext_lazy("what a reader asked", "Query"),
        "language": _("Language"),
        "sum": _("Times"),
        "most": _("Results"),
        "last": _("Last asked"),
    }
    custom_field_preprocess = {"text": {ReportView.FORMAT_CSV: no_formula}}
    columns = [
        Column("text", label=pgettext_lazy("what a reader asked", "Query"), accessor="text"),
        Column("language", label=_("Language"), accessor=lambda row: get_language_row(row["language"]).name),
        Column("sum", label=_("Times"), accessor="sum"),
        Column("most", label=_("Results"), accessor="most"),
        DateColumn("last", label=_("Last asked"), accessor="last"),
    ]

    def get_filename(self) -> str:
        return "queries"

    def get_base_queryset(self) -> Any:
        return queries_for_editors()


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    results = QueriesReport.as_view(results_only=True)
    return [
        path("reports/queries/", QueriesReport.as_view(), name=QueriesReport.index_url_name),
        path("reports/queries/results/", results, name=QueriesReport.index_results_url_name),
    ]


@hooks.register("register_reports_menu_item")
def register_reports_menu_item() -> MenuItem:
    return MenuItemFor(
        QueriesReport.page_title,
        reverse(QueriesReport.index_url_name),
        shown_to=lambda user: policy.user_has_any_permission(user, QueriesReport.any_permission_required),
        name="queries",
        icon_name="search",
        order=950,
    )
