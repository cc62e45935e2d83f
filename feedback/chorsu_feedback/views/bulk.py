"""Several rows of the list at once: apply what is certain and without flags, or close."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from chorsu_feedback.applying import NotAppliedError, apply_correction
from chorsu_feedback.models import TypoReport
from chorsu_feedback.selectors import reports_for
from chorsu_feedback.services import CLOSING, AlreadyClosedError, close_report
from chorsu_feedback.views.inbox import open_reports_url, rows_of
from chorsu_locales.numbers import whole_number

# A page of the list has 50 rows.
MOST = 100


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Do the same with all chosen rows, each in a transaction of its own; say how many were left as they are.

    A row is chosen as ``<number>:<token>``: what was shown of it is what is applied.
    """
    chosen = dict(each.partition(":")[::2] for each in request.POST.getlist("row")[:MOST])
    found = reports_for(request.user).filter(pk__in=[whole_number(number) or 0 for number in chosen])
    reports = list(found.select_related("page", "locale"))
    action = request.POST.get("action", "")
    done = 0
    if action == "apply":
        rows = list(rows_of(reports, user=request.user))  # all of them before the first is applied
        for report, row in zip(reports, rows, strict=True):
            done += _apply(request, report, row, chosen.get(str(report.pk), ""))
    elif action in CLOSING:
        done = sum(_close(request, report, action) for report in reports)
    if done:
        text = ngettext("%(count)d row done.", "%(count)d rows done.", done) % {"count": done}
        messages.success(request, text)
    if left := len(chosen) - done:
        text = ngettext(
            "%(count)d row was left as it is: it is doubtful, closed already, or its page can’t be changed now.",
            "%(count)d rows were left as they are: they are doubtful, closed already, or their pages can’t be changed "
            "now.",
            left,
        )
        messages.warning(request, text % {"count": left})
    return redirect(open_reports_url())


def _apply(request: HttpRequest, report: TypoReport, row: dict[str, Any], token: str) -> bool:
    if row["flags"] or not row["apply"]:
        return False
    try:
        apply_correction(report=report, user=request.user, words=row["apply"], token=token, only_slips=True)
    except (AlreadyClosedError, NotAppliedError):
        return False
    return True


def _close(request: HttpRequest, report: TypoReport, status: str) -> bool:
    try:
        close_report(report=report, user=request.user, status=status, with_same_spot=True)
    except AlreadyClosedError:
        return False
    return True
