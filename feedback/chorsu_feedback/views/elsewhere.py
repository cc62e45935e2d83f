"""The same mistake elsewhere: listed with contexts, mended where an editor chooses."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from wagtail.admin import messages

from chorsu_editorial.links import editor_url
from chorsu_feedback.applying import NotAppliedError, by_letter
from chorsu_feedback.conf import get_settings
from chorsu_feedback.elsewhere import Elsewhere, elsewhere, mend_elsewhere
from chorsu_feedback.views.editors import breadcrumbs, report_or_404


class ElsewhereView(View):
    """Other places of a report's words; ``?count`` answers with their number as a sentence, for scripts."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the places, or say how many there are."""
        report = report_or_404(request, pk)
        places = elsewhere(report, request.user)
        if "count" in request.GET:
            return JsonResponse({"text": _summary(places) if places else ""})
        words = report.applied or report.suggestion
        title = _("The same elsewhere: %(words)s") % {"words": report}
        context = {
            "report": report,
            "language": report.locale.language_code,
            "words": words,
            "places": [_shown(place, words) for place in places],
            "mends": any(place.mends for place in places),
            "summary": _summary(places) if places else "",
            "header_title": title,
            "breadcrumbs_items": breadcrumbs(title, report=report),
        }
        return TemplateResponse(request, "chorsu_feedback/admin/elsewhere.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Mend the chosen places, each in a transaction of its own."""
        report = report_or_404(request, pk)
        words = request.POST.get("words", "")[: get_settings().max_suggestion]
        chosen = set(request.POST.getlist("place"))
        places = [place for place in elsewhere(report, request.user) if place.key in chosen and place.mends]
        outcomes = [_mend(request, place, words) for place in places]
        mended = sum(outcome not in {"", "doubtful"} for outcome in outcomes)
        doubtful = outcomes.count("doubtful")
        if mended:
            text = ngettext("%(count)d place mended.", "%(count)d places mended.", mended)
            messages.success(request, text % {"count": mended})
        if doubtful:
            text = ngettext(
                "%(count)d place stands in the list now: there it is more than a slip.",
                "%(count)d places stand in the list now: there it is more than a slip.",
                doubtful,
            )
            messages.warning(request, text % {"count": doubtful})
        if left := len(chosen) - mended - doubtful:
            text = ngettext(
                "%(count)d place was left as it is: the text has changed, or the page can’t be changed now.",
                "%(count)d places were left as they are: the text has changed, or the page can’t be changed now.",
                left,
            )
            messages.warning(request, text % {"count": left})
        return redirect("chorsu_feedback_admin:elsewhere", pk)


def _mend(request: HttpRequest, place: Elsewhere, words: str) -> str:
    try:
        return mend_elsewhere(place=place, user=request.user, words=words)
    except NotAppliedError:
        return ""


def _summary(places: list[Elsewhere]) -> str:
    pages = len({place.page.pk for place in places})
    return _("Also %(places)s on %(pages)s") % {
        "places": ngettext("%(count)d place", "%(count)d places", len(places)) % {"count": len(places)},
        "pages": ngettext("%(count)d page", "%(count)d pages", pages) % {"count": pages},
    }


def _shown(place: Elsewhere, words: str) -> dict[str, Any]:
    anchor = place.anchor
    return {
        "place": place,
        "change": by_letter(anchor.before, anchor.selected, words, anchor.after) if words else None,
        "edit_url": editor_url(place.page, anchor.path),
    }
