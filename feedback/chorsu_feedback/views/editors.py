"""What an editor sees of one report and can do, also where the same words stand elsewhere; and reports in numbers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Page

from chorsu_editorial.links import editor_url, table_cell
from chorsu_feedback.anchors import Match
from chorsu_feedback.applying import (
    NotAppliedError,
    apply_correction,
    by_letter,
    correction_of,
    may_mend,
    places_of,
    undo_correction,
)
from chorsu_feedback.conf import get_settings
from chorsu_feedback.corrections import correction_sentence
from chorsu_feedback.elsewhere import Elsewhere, elsewhere, mend_elsewhere
from chorsu_feedback.models import TypoReport
from chorsu_feedback.numbers import changed_words, numbers_for
from chorsu_feedback.registry import correction_adder
from chorsu_feedback.selectors import other_spots, possible_places, reports_for, same_spot
from chorsu_feedback.services import AlreadyClosedError, close_duplicate, close_report, reopen_report
from chorsu_feedback.surroundings import other_languages, shown_things
from chorsu_feedback.views.inbox import FLAGS, open_reports_url
from chorsu_locales.numbers import whole_number

MOST_OTHERS = 50
MOST_NOTICE = 1000
NOT_APPLIED = {
    "changed": gettext_lazy("This is what would be applied now. Look at it once more."),
    "not_mendable": gettext_lazy("This change touches formatting or paragraphs. Open the page in the editor."),
    "locked": gettext_lazy("%(who)s has locked the page."),
    "doubtful": gettext_lazy("This is more than a slip. Open the report."),
    "not_found": gettext_lazy("It isn't certain any more where these words stand."),
}
APPLIED = {
    "published": gettext_lazy("Mended, and live."),
    "scheduled": gettext_lazy("Mended. The page goes live at its time."),
    "draft": gettext_lazy("Mended in the draft."),
    "review": gettext_lazy("Mended in the draft, which waits for approval by somebody else."),
}


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report: the words in their paragraph now, what the reader suggests, and what to do."""
    report = report_or_404(request, pk)
    live = report.page.specific
    places = places_of(report, live)
    found_live = places[0][1] if live.live else None
    draft, found_draft = places[-1]
    found = found_live or found_draft
    others = same_spot(report)
    edited = live.latest_revision
    words = request.GET.get("words", report.suggestion)[: get_settings().max_suggestion]
    mends = report.is_open and may_mend(request.user, live)
    correction = correction_of(report, words, places) if mends and found else None
    title = _("Typo report: %(words)s") % {"words": report}
    return TemplateResponse(
        request,
        "chorsu_feedback/admin/report.html",
        {
            "report": report,
            "page": live,
            "language": report.locale.language_code,
            "found": _marked(found) if found else None,
            "places": [] if found else [_place(match, live) for match in possible_places(report, draft.page)],
            "is_mended_in_draft": bool(found_live) and not found_draft,
            "is_only_in_draft": bool(found_draft) and not found_live,
            "things": [] if found else shown_things(report, live, request.user),
            "other_languages": other_languages(live, found, request.user) if found else [],
            "edited": edited,
            "edited_by": get_user_display_name(edited.user) if edited and edited.user else "",
            "edit_url": editor_url(live, _path(found, report)),
            "mends": mends and found,
            "can_undo": bool(report.applied) and not report.is_open and may_mend(request.user, live),
            "words": words,
            "correction": correction,
            "notice": _notice(report, words) if correction and correction.flags and correction_adder(live) else "",
            "flag_names": FLAGS,
            "can_edit": live.permissions_for_user(request.user).can_edit(),
            "others": others,
            "other_spots": other_spots(report)[:MOST_OTHERS] if report.is_open else (),
            "open_others": sum(other.is_open for other in others),
            "index_url": open_reports_url(),
            "cell": table_cell(report.path),
            "header_title": title,
            "breadcrumbs_items": breadcrumbs(title),
        },
    )


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a report as fixed, as not a mistake or as spam."""
    report = report_or_404(request, pk)
    try:
        count = close_report(
            report=report,
            user=request.user,
            status=request.POST.get("status", ""),
            with_same_spot=bool(request.POST.get("with_same_spot")),
        )
    except ValueError:
        messages.error(request, _("Choose how to close the report."))
        return redirect("chorsu_feedback_admin:detail", pk)
    except AlreadyClosedError as error:
        return _closed_already(request, error)
    messages.success(
        request, ngettext("%(count)d report closed.", "%(count)d reports closed.", count) % {"count": count}
    )
    return redirect(open_reports_url())


@require_POST
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a report as a duplicate of another."""
    report = report_or_404(request, pk)
    number = whole_number(request.POST.get("other", "")) or 0
    other = get_object_or_404(reports_for(request.user), pk=number)
    try:
        close_duplicate(report=report, other=other, user=request.user)
    except ValueError:
        messages.error(request, _("Choose an open report about the same page."))
        return redirect("chorsu_feedback_admin:detail", pk)
    except AlreadyClosedError as error:
        return _closed_already(request, error)
    messages.success(request, _("Closed as a duplicate."))
    return redirect("chorsu_feedback_admin:detail", number)


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the correction into the page."""
    report = report_or_404(request, pk)
    words = request.POST.get("words", "")[: get_settings().max_suggestion]
    try:
        notice = request.POST.get("notice", "")[:MOST_NOTICE].strip() if request.POST.get("tell") else ""
        where = apply_correction(
            report=report, user=request.user, words=words, token=request.POST.get("token", ""), notice=notice
        )
    except AlreadyClosedError as error:
        return _closed_already(request, error)
    except NotAppliedError as error:
        messages.warning(request, NOT_APPLIED[error.reason] % {"who": error.who})
        return redirect(f"{reverse('chorsu_feedback_admin:detail', args=[pk])}?{urlencode({'words': words})}")
    messages.success(request, APPLIED[where])
    report.refresh_from_db()
    return redirect(f"{open_reports_url()}&applied={pk}" if not report.is_open else open_reports_url())


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Put back what was there before a correction."""
    try:
        undo_correction(report=report_or_404(request, pk), user=request.user)
    except NotAppliedError as error:
        messages.warning(request, NOT_APPLIED[error.reason] % {"who": error.who})
        return redirect("chorsu_feedback_admin:detail", pk)
    messages.success(request, _("The words are as they were, and the report is open again."))
    return redirect(open_reports_url())


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed report again."""
    reopen_report(report=report_or_404(request, pk), user=request.user)
    messages.success(request, _("The report is open again."))
    return redirect("chorsu_feedback_admin:detail", pk)


def _closed_already(request: HttpRequest, error: AlreadyClosedError) -> HttpResponse:
    who = str(error.report.closed_by or _("Somebody"))
    messages.warning(
        request,
        _("%(who)s has closed this report already: %(status)s.")
        % {"who": who, "status": error.report.get_status_display()},
    )
    return redirect("chorsu_feedback_admin:detail", error.report.pk)


def breadcrumbs(label: str, report: TypoReport | None = None) -> list[dict[str, str]]:
    """Return the way over the list, and over a report where one is given, to a page with this label."""
    way = [(reverse("wagtailadmin_home"), _("Home")), (open_reports_url(), _("Typo reports"))]
    if report:
        way.append((reverse("chorsu_feedback_admin:detail", args=[report.pk]), str(report)))
    return [{"url": url, "label": label} for url, label in (*way, ("", label))]


def report_or_404(request: HttpRequest, pk: int) -> TypoReport:
    """Return a report that the user may deal with; raise ``Http404`` for any other."""
    return get_object_or_404(reports_for(request.user).select_related("page", "locale", "closed_by"), pk=pk)


def _notice(report: TypoReport, words: str) -> str:
    old, new = changed_words(report.selected, words)
    return correction_sentence(old=old, new=new, language=report.locale.language_code)


def _path(found: Match | None, report: TypoReport) -> str:
    return found.leaf.path if found else report.path


def _marked(match: Match) -> dict[str, Any]:
    """Return the paragraph of a match in three parts, with its language where that isn't the page's."""
    start, end = match.leaf.block_at(match.start)
    text = match.leaf.text
    end = max(end, match.end)
    return {
        "before": text[start : match.start],
        "words": text[match.start : match.end],
        "after": text[match.end : end],
        "language": match.leaf.language,
        "step": match.step,
    }


def _place(match: Match, page: Page) -> dict[str, Any]:
    """Return a place that may be meant: its paragraph, the way there, and whether readers see it at all."""
    return {**_marked(match), "edit_url": editor_url(page, match.leaf.path), "public": match.leaf.public}


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
