"""What an editor sees of one report and can do; what helps to judge it: other languages, and things shown beside."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.utils import get_user_display_name
from wagtail.coreutils import get_content_languages
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from chorsu_editorial.links import editor_url, table_cell
from chorsu_editorial.reading import get_leaf
from chorsu_feedback.anchors import Match, fold, possible_places, read_leaf, read_page
from chorsu_feedback.applying import (
    NotAppliedError,
    apply_correction,
    correction_of,
    may_mend,
    places_of,
    undo_correction,
)
from chorsu_feedback.conf import get_settings
from chorsu_feedback.inbox import FLAGS, breadcrumbs, open_reports_url, report_or_404
from chorsu_feedback.mending import changed_words
from chorsu_feedback.models import TypoReport
from chorsu_feedback.readers import correction_sentence
from chorsu_feedback.registry import correction_adder, shown_beside
from chorsu_feedback.reports import (
    AlreadyClosedError,
    close_duplicate,
    close_report,
    other_spots,
    reopen_report,
    reports_for,
    same_spot,
)
from chorsu_locales.request_checks import whole_number

# A shorter name is in too many words.
_LEAST_NAME = 3


def other_languages(page: Page, match: Match, user: Any) -> list[dict[str, Any]]:
    """Return what the live translations of a specific page say where the match is, in the order of their languages.

    It is the paragraph with the same number where the text has as many paragraphs, else the whole text; a translation
    that has no text there is left out. For who may not edit it there is no ``edit_url``.
    """
    translations = page.get_translations().live().public().select_related("locale")
    if getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        translations = translations.filter(locale__language_code__in=get_content_languages())
    mine = page_permission_policy.instances_user_has_permission_for(user, "change")
    edited = set(mine.filter(translation_key=page.translation_key).values_list("pk", flat=True))
    found = []
    number = sum(start <= match.start for start in match.leaf.starts) - 1
    for each in translations.order_by("locale__language_code"):
        leaf = get_leaf(each, match.leaf.path)
        if leaf is None or not leaf.public:
            continue
        there = read_leaf(leaf)
        text = there.text
        if number >= 0 and len(there.starts) == len(match.leaf.starts):
            text = text[there.starts[number] : there.ends[number]]
        if text:
            url = editor_url(each, match.leaf.path) if each.pk in edited else ""
            found.append({"page": each, "text": text, "edit_url": url})
    return found


def shown_things(report: TypoReport, page: Page, user: Any) -> list[dict[str, Any]]:
    """Return what a specific page shows beside its own text with the words of a report in it, or within them."""
    finder = AdminURLFinder(user)
    found: dict[tuple[type[Model], Any], dict[str, Any]] = {}
    for thing, text in shown_beside(page):
        words = fold(text)
        if report.selected in words or (len(words) >= _LEAST_NAME and words in report.selected):
            shown = {"thing": thing, "text": text, "kind": thing._meta.verbose_name}
            found.setdefault((type(thing), thing.pk), {**shown, "edit_url": finder.get_edit_url(thing)})
    return list(found.values())


MOST_OTHERS = 50
MOST_PLACES = 10
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
    notice = ""
    if correction and correction.flags and correction_adder(live):
        old, new = changed_words(report.selected, words)
        notice = correction_sentence(old=old, new=new, language=report.locale.language_code)
    title = _("Typo report: %(words)s") % {"words": report}
    return TemplateResponse(
        request,
        "chorsu_feedback/admin/report.html",
        {
            "report": report,
            "page": live,
            "language": report.locale.language_code,
            "found": _marked(found) if found else None,
            "places": [] if found else _possible_places(report, draft.page, live),
            "is_mended_in_draft": bool(found_live) and not found_draft,
            "is_only_in_draft": bool(found_draft) and not found_live,
            "things": [] if found else shown_things(report, live, request.user),
            "other_languages": other_languages(live, found, request.user) if found else [],
            "edited": edited,
            "edited_by": get_user_display_name(edited.user) if edited and edited.user else "",
            "edit_url": editor_url(live, found.leaf.path if found else report.path),
            "mends": mends and found,
            "can_undo": bool(report.applied) and not report.is_open and may_mend(request.user, live),
            "words": words,
            "correction": correction,
            "notice": notice,
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
    try:
        undo_correction(report=report_or_404(request, pk), user=request.user)
    except NotAppliedError as error:
        messages.warning(request, NOT_APPLIED[error.reason] % {"who": error.who})
        return redirect("chorsu_feedback_admin:detail", pk)
    messages.success(request, _("The words are as they were, and the report is open again."))
    return redirect(open_reports_url())


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
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


def _possible_places(report: TypoReport, draft: Page, page: Page) -> list[dict[str, Any]]:
    """Return places that may be meant: their paragraphs, the way there, and whether readers see them at all."""
    return [
        {**_marked(match), "edit_url": editor_url(page, match.leaf.path), "public": match.leaf.public}
        for match in possible_places(report.anchor, read_page(draft))[:MOST_PLACES]
    ]
