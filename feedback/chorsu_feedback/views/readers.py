"""Readers' side: the address that the script posts to, and the form for those without script or selection."""

# catalogue: reader
from __future__ import annotations

import json
from math import ceil
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.models import Page

from chorsu_feedback.anchors import Anchor, find_words, make_anchor
from chorsu_feedback.conf import get_settings
from chorsu_feedback.forms import ReportForm, WordsForm
from chorsu_feedback.limits import check, give_back, is_cross_site, sender_of, take
from chorsu_feedback.paragraphs import Paragraph, anchor_of, paragraphs_of
from chorsu_feedback.selectors import language_of, reportable_page, revision_of
from chorsu_feedback.services import submit_report
from chorsu_feedback.text import LeafText, read_page
from chorsu_locales.limits import Counter, TooManyAttemptsError


class RefusedError(Exception):
    """A report that isn't taken: the status, why in the reader's language, and what else goes into the answer."""

    def __init__(self, status: int, message: str, *, retry_after: str = "", **extra: Any) -> None:
        super().__init__(message)
        self.response = JsonResponse({"message": message, **extra}, status=status)
        if retry_after:
            self.response.headers["Retry-After"] = retry_after


@csrf_exempt
@require_http_methods(["POST"])
def report(request: HttpRequest) -> JsonResponse:
    """Take a report from the script: JSON in, JSON out; every refusal says why in ``message``."""
    # Where a site's pages have language prefixes, LocaleMiddleware turns a 404 into a redirect below the prefix; the
    # urlconf that it looks at has none.
    request.urlconf = "chorsu_feedback.urls"
    try:
        form = ReportForm(_read_json(request))
        form.full_clean()
        sender = _sender_of(request, form)
        page = _page_of(request, form)
        with translation.override(page.locale.language_code):
            _take_report(sender, page, form)
            return JsonResponse({"message": _("Thank you. The editors will look at it.")}, status=201)
    except RefusedError as refusal:
        return refusal.response


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report_words(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show the form with the page's paragraphs to choose from, or take what it and the article's own form send."""
    page = _page_or_404(request, page_id)
    with translation.override(page.locale.language_code):
        leaves = read_page(page)
        if request.method != "POST":
            return _show(request, page, WordsForm(), paragraphs_of(leaves))
        if is_cross_site(request):
            return _show(
                request, page, WordsForm(), paragraphs_of(leaves), _("This report came from another site."), status=403
            )
        if _is_too_large(request):
            return _show(request, page, WordsForm(), paragraphs_of(leaves), _("This report is too long."), status=413)
        if request.POST.get("website"):  # a field that people don't see: only programs fill it in
            return HttpResponseRedirect(reverse("chorsu_feedback:thanks", args=[page.pk]), status=303)
        return _take_words(request, page, leaves)


@never_cache
@require_GET
def thanks(request: HttpRequest, page_id: int) -> HttpResponse:
    """Thank the reader and lead back to the article."""
    page = _page_or_404(request, page_id)
    with translation.override(page.locale.language_code):
        return render(request, "chorsu_feedback/thanks.html", _context(request, page))


def _take_words(request: HttpRequest, page: Page, leaves: list[LeafText]) -> HttpResponse:
    form = WordsForm(request.POST)
    paragraphs = paragraphs_of(leaves)
    if not form.is_valid():
        return _show(request, page, form, paragraphs, status=400)
    words, chosen = form.cleaned_data["words"], form.cleaned_data["paragraph"]
    anchor: Anchor | None = None
    if chosen:
        anchor = anchor_of(chosen, words, leaves)
        if anchor is None:
            form.add_error("paragraph", _("This paragraph has changed since you opened the page. Please choose again."))
            return _show(request, page, form, paragraphs, status=400)
    else:
        # What readers may never see is answered as if it weren't there: nobody shall find out notes by guessing.
        places = find_words(words, [leaf for leaf in leaves if leaf.public])
        if len(places) > 1:
            form.add_error("words", _("These words stand in several places. Please choose the paragraph."))
            here = [each for each in paragraphs if words in each.text]
            return _show(request, page, form, here or paragraphs, status=400)
        if places:
            leaf, start = places[0]
            is_certain = len(find_words(words, leaves)) == 1
            anchor = make_anchor(leaf, start, start + len(words)) if is_certain else Anchor(words)
        elif form.cleaned_data["anyway"]:
            anchor = Anchor(words)
        else:
            form.add_error(
                "words",
                _("These words are not in the article. Copy them exactly as they stand, or choose the paragraph."),
            )
            return _show(request, page, form, paragraphs, status=400, offer_anyway=True)
    comment = form.cleaned_data["comment"]
    if words and words not in anchor.selected:
        comment = f"“{words}”\n{comment}".strip()
    try:
        suggestion = form.cleaned_data["suggestion"]
        _submit(
            sender_of(request), page, anchor=anchor, suggestion=suggestion, comment=comment, revision=page.live_revision
        )
    except TooManyAttemptsError as error:
        response = _show(request, page, form, paragraphs, _too_many(), status=429)
        response.headers["Retry-After"] = _seconds(error)
        return response
    return HttpResponseRedirect(reverse("chorsu_feedback:thanks", args=[page.pk]), status=303)


def _show(
    request: HttpRequest,
    page: Page,
    form: WordsForm,
    paragraphs: list[Paragraph],
    problem: str = "",
    *,
    status: int = 200,
    offer_anyway: bool = False,
) -> HttpResponse:
    context = {
        **_context(request, page),
        "form": form,
        "paragraphs": paragraphs,
        "problem": problem,
        "offer_anyway": offer_anyway or form.data.get("anyway"),
    }
    return render(request, "chorsu_feedback/report_words.html", context, status=status)


def _context(request: HttpRequest, page: Page) -> dict[str, Any]:
    return {
        "base_template": get_settings().base_template,
        "limits": get_settings(),
        "reported_page": page,
        "reported_page_url": page.get_url(request),
        "page_language": page.locale.language_code,
        "is_rtl": translation.get_language_bidi(),
    }


def _page_or_404(request: HttpRequest, page_id: int) -> Page:
    page = reportable_page(request, page_id)
    if page is None:
        raise Http404(f"Readers can't report about page {page_id}.")
    return page


def _too_many_error(error: TooManyAttemptsError) -> RefusedError:
    return RefusedError(429, _too_many(), retry_after=_seconds(error))


def _too_many() -> str:
    return _("Many reports have come from your network. Please send yours again in a few minutes.")


def _read_json(request: HttpRequest) -> dict[str, Any]:
    if is_cross_site(request):
        raise RefusedError(403, _("This report came from another site."))
    if request.content_type != "application/json":
        raise RefusedError(415, _("Reports are sent as JSON."))
    if _is_too_large(request):
        raise RefusedError(413, _("This report is too long."))
    try:
        data = json.loads(request.body.decode())
    except (ValueError, RecursionError, UnreadablePostError):
        data = None
    if not isinstance(data, dict):
        raise RefusedError(400, _("This report can't be read."))
    return data


def _sender_of(request: HttpRequest, form: ReportForm) -> Counter:
    sender = sender_of(request)
    try:
        check(sender)
    except TooManyAttemptsError as error:
        with translation.override(language_of(form.cleaned_data.get("page") or 0)):
            raise _too_many_error(error) from error
    return sender


def _page_of(request: HttpRequest, form: ReportForm) -> Page:
    if "page" in form.errors:
        raise RefusedError(400, _("This report doesn't say which page it is about."))
    page = reportable_page(request, form.cleaned_data["page"])
    if page is None:
        raise RefusedError(404, _("This page is no longer here."))
    return page


def _take_report(sender: Counter, page: Page, form: ReportForm) -> None:
    if not form.is_valid():
        errors = {name: [str(error) for error in found] for name, found in form.errors.items()}
        raise RefusedError(400, next(iter(errors.values()))[0], errors=errors)
    words = {name: form.cleaned_data[name] for name in ("suggestion", "comment")}
    revision = revision_of(page, form.cleaned_data["revision"])
    try:
        _submit(sender, page, anchor=form.anchor, revision=revision, **words)
    except TooManyAttemptsError as error:
        raise _too_many_error(error) from error


def _submit(sender: Counter, page: Page, **words: Any) -> None:
    """Store a report. Raises ``TooManyAttemptsError``."""
    held = take(sender, page_id=page.pk)
    report = submit_report(page=page, held=held, **words)
    if report.count > 1 and not held:
        give_back(page_id=page.pk)


def _seconds(error: TooManyAttemptsError) -> str:
    return str(max(1, ceil(error.wait.total_seconds())))


def _is_too_large(request: HttpRequest) -> bool:
    """Return whether the body is larger than any report; reads it, so that a later access can't fail."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if length.isdecimal() and int(length[:12]) > get_settings().max_body:
        return True
    try:
        return len(request.body) > get_settings().max_body
    except RequestDataTooBig:
        return True
    except UnreadablePostError:
        return False
