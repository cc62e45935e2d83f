"""The report of what went live, or was taken down, without a second person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn, UserColumn
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permissions import page_permission_policy

from chorsu_editorial import past_approval, selectors
from chorsu_locales.normal_form import no_formula

COUNTED_DAYS = 30


class ExceptionsReport(ReportView):
    """Lists what one person published or took down: who, how, why, and how many words nobody else read.

    Small corrections are counted, and listed in the history of the site.
    """

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

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """Say how many small corrections went live, and lead to who made them, and where."""
        since = timezone.now() - timedelta(days=COUNTED_DAYS)
        count = selectors.mends(since=since).count()
        text = ngettext("%(count)d typo mended in 30 days", "%(count)d typos mended in 30 days", count)
        query = {"action": sorted(past_approval.MENDS), "timestamp_from": timezone.localdate(since)}
        url = f"{reverse('wagtailadmin_reports:site_history')}?{urlencode(query, doseq=True)}"
        label = text % {"count": count}
        return [HeaderButton(label=label, url=url, icon_name="edit")] if past_approval.MENDS else []

    def get_filename(self) -> str:
        """Name the exported file."""
        return "exceptions"

    def get_queryset(self) -> Any:
        """Return the log's entries, newest first."""
        return selectors.exceptions()
