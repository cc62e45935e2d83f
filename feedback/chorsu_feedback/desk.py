"""The part of the admin's home page that typo reports fill."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.ui.components import Component

from chorsu_feedback.inbox import open_reports_url
from chorsu_feedback.reports import open_reports_for
from chorsu_locales.desk import MOST, DeskPanel, DeskRow


class TypoReportsPanel(DeskPanel):
    """The open reports that a person may decide, a row for each spot, the newest first."""

    name = "feedback_reports"
    heading = gettext_lazy("Typo reports")
    order = 150

    def rows(self, user: Any) -> list[DeskRow]:
        reports = open_reports_for(user)
        first = ~Exists(reports.filter(page=OuterRef("page"), spot=OuterRef("spot"), pk__lt=OuterRef("pk")))
        found = reports.filter(first).select_related("page", "locale").order_by("-last_reported_at", "-pk")
        return [
            DeskRow(
                f"{report} → {report.suggestion}" if report.suggestion else str(report),
                reverse("chorsu_feedback_admin:detail", args=[report.pk]),
                report.locale.language_code,
                facts=(report.page.title,),
                remark=report.comment,
                when=report.last_reported_at,
            )
            for report in found[:MOST]
        ]

    def more(self, user: Any) -> tuple[str, str]:
        count = open_reports_for(user).count()
        return counted(count), open_reports_url()


def counted(number: int) -> str:
    return ngettext("%(total)s open typo report", "%(total)s open typo reports", number) % {"total": number}


@hooks.register("construct_homepage_panels")
def add_panel(_request: HttpRequest, panels: list[Component]) -> None:
    panels.append(TypoReportsPanel())
