"""The report of what was changed about pictures that readers see."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn, UserColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import ModelLogEntry

from chorsu_articles.models import Picture
from chorsu_articles.selectors.pictures import describe_facts, shown_facts_changes
from chorsu_locales.normal_form import no_formula
from chorsu_locales.wagtail_compat import policy_registry


def may_see_report(user: Any) -> bool:
    """Tell whether a user works with the library."""
    return bool(policy_registry.get_by_type(Picture).user_has_any_permission(user, ["add", "change"]))


def before(entry: ModelLogEntry) -> str:
    """Return what readers saw."""
    return describe_facts(entry.data.get("before", {}))


def after(entry: ModelLogEntry) -> str:
    """Return what they see now."""
    return describe_facts(entry.data.get("after", {}))


def shown_in(entry: ModelLogEntry) -> str:
    """Return where they see it."""
    return ", ".join(entry.data.get("places", []))


class CreditChangesReport(ReportView):
    """Lists changes of kind, credit and licence of pictures that readers see."""

    page_title = _("Credits of pictures")
    header_icon = "image"
    index_url_name = "chorsu_articles_admin:credit_changes"
    index_results_url_name = "chorsu_articles_admin:credit_changes_results"
    list_export = ["label", "user", "timestamp", "before", "after", "shown_in"]
    custom_field_preprocess = {name: {ReportView.FORMAT_CSV: no_formula} for name in ("label", "user")}
    export_headings = {
        "label": _("Picture"),
        "user": _("Changed by"),
        "timestamp": _("Changed at"),
        "before": _("Before"),
        "after": _("After"),
        "shown_in": _("Shown in"),
    }
    columns = [
        TitleColumn(
            "label",
            label=_("Picture"),
            get_url=lambda entry: reverse("wagtailimages:edit", args=[entry.object_id]),
        ),
        UserColumn("user", label=_("Changed by")),
        DateColumn("timestamp", label=_("Changed at")),
        Column("before", label=_("Before"), accessor=before),
        Column("after", label=_("After"), accessor=after),
        Column("shown_in", label=_("Shown in"), accessor=shown_in),
    ]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Refuse it to those who don't work with the library."""
        if not may_see_report(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def to_row_dict(self, item: ModelLogEntry) -> dict[str, Any]:
        """Return a row of the exported file."""
        shown = {"before": before(item), "after": after(item), "shown_in": shown_in(item)}
        return {"label": item.label, "user": item.user_display_name, "timestamp": item.timestamp, **shown}

    def get_filename(self) -> str:
        """Name the exported file."""
        return "credits-of-pictures"

    def get_queryset(self) -> Any:
        """Return the log entries, newest first."""
        return shown_facts_changes()
