"""The desk in numbers."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chorsu_translation.selectors.numbers import numbers_by_month
from chorsu_translation.selectors.rights import desk_locales


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
    return TemplateResponse(request, "chorsu_translation/admin/desk_numbers.html", context)
