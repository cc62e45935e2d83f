"""The report of what went live, or was taken down, without a second person."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn, UserColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permissions import page_permission_policy

from chorsu_editorial import selectors
from chorsu_locales.characters import no_formula


class ExceptionsReport(ReportView):
    """Lists what one person published or took down: who, how, why, and how many words nobody else read."""

    page_title = gettext_lazy("Exceptions")
    header_icon = "user"
    index_url_name = "chorsu_editorial_exceptions"
    index_results_url_name = "chorsu_editorial_exceptions_results"
    permission_policy = page_permission_policy
    any_permission_required = ["publish"]
    export_headings = {
        "label": gettext_lazy("Page"),
        "user": gettext_lazy("Who"),
        "message": gettext_lazy("What"),
        "data.reason": gettext_lazy("Reason"),
        "data.words": gettext_lazy("Words"),
        "timestamp": gettext_lazy("When"),
    }
    list_export = ["label", "user", "message", "data.reason", "data.words", "timestamp"]
    custom_field_preprocess = {name: {ReportView.FORMAT_CSV: no_formula} for name in ("label", "data.reason")}
    columns = [
        TitleColumn(
            "page",
            label=gettext_lazy("Page"),
            accessor=lambda entry: entry.label,
            get_url=lambda entry: (
                reverse("wagtailadmin_pages:edit", args=[entry.page_id]) if entry.page_exists else None
            ),
        ),
        UserColumn("user", label=gettext_lazy("Who")),
        Column("what", label=gettext_lazy("What"), accessor=lambda entry: entry.message),
        Column("reason", label=gettext_lazy("Reason"), accessor=lambda entry: entry.comment or "–"),
        Column("words", label=gettext_lazy("Words"), accessor=lambda entry: entry.data.get("words", "–")),
        DateColumn("timestamp", label=gettext_lazy("When")),
    ]

    def get_filename(self) -> str:
        """Name the exported file."""
        return "exceptions"

    def get_queryset(self) -> Any:
        """Return the log's entries, newest first."""
        return selectors.exceptions()
