"""The report of what readers look for, for editors. Days show once they are three days past."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies.pages import PagePermissionPolicy

from chorsu_locales.normal_form import no_formula
from chorsu_locales.selectors import enabled_languages, get_language_row
from chorsu_search.models import QueryCount
from chorsu_search.query_counts import queries_for_editors

policy = PagePermissionPolicy()


class QueryFilterSet(WagtailFilterSet):
    """A language, and whether anything was found."""

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
        """Keep what found nothing on any day."""
        return rows.filter(most=0)


class QueriesReport(ReportView):
    """Lists the commonest queries of the last ninety days."""

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
        """Name the exported file."""
        return "queries"

    def get_base_queryset(self) -> Any:
        """Return the queries, the commonest first."""
        return queries_for_editors()
