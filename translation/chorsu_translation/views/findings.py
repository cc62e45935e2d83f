"""The findings of a translation, for its editor."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Page
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial.refusals import Refusal
from chorsu_locales.received import whole_number
from chorsu_translation.selectors.findings import explanation_for, is_checked, page_findings
from chorsu_translation.services.findings import (
    UNTRANSLATED_STAYS,
    FindingGoneError,
    dismiss_finding,
    may_dismiss,
    take_back_dismissal,
)


@require_GET
def findings(request: HttpRequest, page_id: int) -> JsonResponse:
    """Answer as JSON with the findings of the latest version; ``checked`` says whether the page is a translation.

    ``findings`` and ``dismissed`` are lists, ``explanation`` is what was said about them, or null, ``words`` are those
    of the screen. ``dismiss_url`` is empty where the person may not change the text now.
    """
    page = _editable(request, page_id)
    if not is_checked(page):
        return JsonResponse({"checked": False})
    found = page_findings(page.get_latest_revision_as_object())
    said = explanation_for(page)
    words = {
        "title": _("Checks of the translation"),
        "none": _("The checks found nothing."),
        "show": _("Show"),
        "dismiss": _("Let it stand"),
        "take_back": _("List it again"),
        "dismissed": _("Let stand: %(number)d") % {"number": len(found.dismissed)},
        "blocks": _("keeps the page from being published"),
        "rule": UNTRANSLATED_STAYS if found.untranslated else "",
        "explained": _("Explanation:"),
    }
    explanation = said and {
        "text": said.text,
        "who": get_user_display_name(said.explained_by) if said.explained_by else "",
        "when": render_timestamp(said.explained_at),
    }
    dismiss_url = reverse("chorsu_translation:dismiss_finding", args=[page.pk])
    return JsonResponse(
        {
            "checked": True,
            "findings": [asdict(finding) for finding in found.open],
            "dismissed": [asdict(finding) for finding in found.dismissed],
            "explanation": explanation,
            "dismiss_url": dismiss_url if may_dismiss(target=page, user=request.user) else "",
            "language": page.locale.language_code,
            "words": words,
        }
    )


@require_POST
def dismiss(request: HttpRequest, page_id: int) -> HttpResponse:
    """Let a finding stand: ``check``, ``path``, ``index`` and ``text_hash`` say which; ``take_back`` lists it again."""
    page = _editable(request, page_id)
    posted = request.POST
    index = whole_number(posted.get("index", ""))
    if index is None:
        return JsonResponse({"error": _("There is no such finding.")}, status=400)
    key = (posted.get("check", ""), posted.get("path", ""), index)
    try:
        if "take_back" in posted:
            take_back_dismissal(target=page, user=request.user, key=key)
        else:
            dismiss_finding(target=page, user=request.user, key=key, text_hash=posted.get("text_hash", ""))
    except (FindingGoneError, Refusal) as error:
        return JsonResponse({"error": str(error)}, status=409)
    return JsonResponse({})


def _editable(request: HttpRequest, page_id: int) -> Page:
    page = get_object_or_404(Page.objects.select_related("locale"), pk=page_id)
    user: Any = request.user
    if not page.permissions_for_user(user).can_edit():
        raise PermissionDenied
    return page
