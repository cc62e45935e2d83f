"""Typo reports in numbers."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET
from wagtail.admin.auth import user_has_any_page_permission

from chorsu_feedback.numbers import numbers_for
from chorsu_feedback.views.editors import breadcrumbs


@require_GET
def numbers(request: HttpRequest) -> HttpResponse:
    """Show the numbers of the pages that somebody may edit."""
    if not user_has_any_page_permission(request.user):
        raise PermissionDenied
    found = numbers_for(request.user)
    title = _("Typo reports in numbers")
    context = {
        "numbers": found,
        "languages": [(each, _duration(each.hours)) for each in found.languages],
        "header_title": title,
        "breadcrumbs_items": breadcrumbs(title),
    }
    return TemplateResponse(request, "chorsu_feedback/admin/numbers.html", context)


def _duration(hours: float | None) -> str:
    """Return a time in the unit that suits it; empty for none."""
    if hours is None:
        return ""
    if hours < 1:
        minutes = round(hours * 60)
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if hours < 48:
        return ngettext("%(count)d hour", "%(count)d hours", round(hours)) % {"count": round(hours)}
    days = round(hours / 24)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
