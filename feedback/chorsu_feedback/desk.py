"""The panel of the admin's home page with the open reports that a person may decide."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.ui.components import Component

from chorsu_feedback.inbox import open_reports_url
from chorsu_feedback.reports import open_reports_for, open_rows_for
from chorsu_locales.desk import MOST, DeskPanel, DeskRow


def newest_reports(user: Any) -> list[DeskRow]:
    """Return a row for each spot, the one that was reported last first."""
    return [
        DeskRow(
            f"{report} → {report.suggestion}" if report.suggestion else str(report),
            reverse("chorsu_feedback_admin:detail", args=[report.pk]),
            report.locale.language_code,
            facts=[report.page.title],
            remark=report.comment,
            when=report.last_reported_at,
        )
        for report in open_rows_for(user).select_related("page", "locale")[:MOST]
    ]


def counted(number: int) -> str:
    return ngettext("%(total)s open typo report", "%(total)s open typo reports", number) % {"total": number}


def all_reports(user: Any) -> tuple[str, str]:
    return counted(open_reports_for(user).count()), open_reports_url()


@hooks.register("construct_homepage_panels")
def add_panel(_request: HttpRequest, panels: list[Component]) -> None:
    panels.append(DeskPanel("feedback_reports", gettext_lazy("Typo reports"), 150, newest_reports, all_reports))
