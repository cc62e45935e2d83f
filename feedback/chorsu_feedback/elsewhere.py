"""The same mistake on other pages, and in other places of the same: found by its words, mended where an editor says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q, TextField, prefetch_related_objects
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.permissions import page_permission_policy
from wagtail.query import PageQuerySet

from chorsu_editorial.links import editor_url
from chorsu_editorial.reading import text_fields, text_relations
from chorsu_feedback.anchors import Anchor, Match, is_whole, occurrences, read_page
from chorsu_feedback.applying import NotAppliedError, Where, apply_correction, correction_of, mended_trees
from chorsu_feedback.conf import get_settings
from chorsu_feedback.inbox import breadcrumbs, report_or_404
from chorsu_feedback.mending import by_word
from chorsu_feedback.models import TypoReport
from chorsu_feedback.registry import pages_with
from chorsu_feedback.reports import anchor_at, digest, find_now, store_report

# Shorter words are mistakes only where they stand.
LEAST_LETTERS = 4
# So many pages are read, and so many places shown: reading takes some milliseconds a page.
MOST_PAGES = 50
MOST_PLACES = 100


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A place of the same words. ``key`` is the same as long as place and paragraph are; ``mends``: one may mend it."""

    page: Page
    anchor: Anchor
    language: str
    key: str
    mends: bool


def elsewhere(report: TypoReport, user: Any) -> list[Elsewhere]:
    """Return other places of a report's words, as whole words, on live pages in its language that the user may edit.

    At most ``MOST_PLACES`` on at most ``MOST_PAGES`` pages; none for words of less than ``LEAST_LETTERS``.
    """
    if len(report.selected) < LEAST_LETTERS:
        return []
    mine = page_permission_policy.instances_user_has_permission_for(user, "change")
    pages = mine.filter(locale_id=report.locale_id).live()
    wanted = pages_with(report.selected, report.locale.language_code)
    keys = _in_database(report.selected, pages) if wanted is None else wanted
    found = list(pages.filter(pk__in=list(keys)[:MOST_PAGES]).specific())
    for model in {type(page) for page in found}:
        of_kind = [page for page in found if type(page) is model]
        prefetch_related_objects(of_kind, "locale", *text_relations(model))
    found.sort(key=lambda page: (page.pk != report.page_id, page.title))
    trees = tuple(mended_trees(user))
    places = (place for page in found for place in _places(report, page, mends=page.path.startswith(trees)))
    return list(islice(places, MOST_PLACES))


@transaction.atomic
def mend_elsewhere(*, place: Elsewhere, user: Any, words: str) -> Where | Literal["doubtful"]:
    """Put ``words`` at a place as a report of the words there is applied, and say where it went.

    What is doubtful there (``flags_of``) becomes an open report, for somebody to look at it by itself. Raises as
    ``apply_correction`` does.
    """
    report = store_report(
        page=place.page,
        anchor=place.anchor,
        suggestion=words,
        language=place.language,
        revision=place.page.live_revision,
        step=TypoReport.Step.SAME_LEAF,
        by_editor=True,
    )
    correction = correction_of(report, words)  # of the paragraph as the editor's list showed it
    token = correction.token if correction else ""
    try:
        return apply_correction(report=report, user=user, words=words, token=token, only_slips=True)
    except NotAppliedError as error:
        if error.reason != "doubtful":
            raise
        return "doubtful"


def _places(report: TypoReport, page: Page, *, mends: bool) -> Iterator[Elsewhere]:
    own = find_now(report, page, revision_id=page.live_revision_id) if page.pk == report.page_id else None
    leaves = read_page(page)
    for leaf in leaves:
        for start in occurrences(report.selected, leaf.text) if leaf.public else ():
            if not is_whole(leaf.text, start, start + len(report.selected)):
                continue
            if own and (own.leaf.path, own.start) == (leaf.path, start):
                continue
            first, last = leaf.block_at(start)
            key = digest(str(page.pk), leaf.path, str(start), leaf.text[first:last])
            anchor = anchor_at(Match("A", leaf, start, start + len(report.selected)), leaves)
            yield Elsewhere(page, anchor, leaf.language or page.locale.language_code, key, mends)


def _in_database(words: str, pages: PageQuerySet) -> list[int]:
    """Return keys of pages whose stored texts hold the words, without any index: every text is looked through."""
    # SQLite stores the letters of a StreamField as escapes.
    stored = Q(stored__contains=words) | Q(stored__contains=json.dumps(words)[1:-1])
    found: list[int] = []
    for kind in ContentType.objects.filter(pk__in=pages.order_by().values("content_type")):
        model: Any = kind.model_class()
        of_kind = model.objects.filter(pk__in=pages.values("pk"))
        for name in _text_names(model) if model else ():
            texts = of_kind.annotate(stored=Cast(name, TextField()))
            found += texts.filter(stored).values_list("pk", flat=True)[:MOST_PAGES]
    return list(dict.fromkeys(found))


def _text_names(model: type[Model]) -> Iterator[str]:
    for field in text_fields(model):
        yield from (f"{field.name}__{name}" for name in _text_names(field.rows)) if field.rows else (field.name,)


class ElsewhereView(View):
    """Other places of a report's words; ``?count`` answers with their number as a sentence, for scripts."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = report_or_404(request, pk)
        places = elsewhere(report, request.user)
        if "count" in request.GET:
            return JsonResponse({"text": _summary(places)})
        words = report.applied or report.suggestion
        title = _("The same elsewhere: %(words)s") % {"words": report}
        context = {
            "report": report,
            "language": report.locale.language_code,
            "words": words,
            "places": [
                {
                    "place": place,
                    "change": words and by_word(place.anchor.before, place.anchor.selected, words, place.anchor.after),
                    "edit_url": editor_url(place.page, place.anchor.path),
                }
                for place in places
            ],
            "mends": any(place.mends for place in places),
            "summary": _summary(places),
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
        outcomes = []
        for place in places:
            with suppress(NotAppliedError):
                outcomes.append(mend_elsewhere(place=place, user=request.user, words=words))
        doubtful = outcomes.count("doubtful")
        mended = len(outcomes) - doubtful
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


def _summary(places: list[Elsewhere]) -> str:
    if not places:
        return ""
    pages = len({place.page.pk for place in places})
    return _("Also %(places)s on %(pages)s") % {
        "places": ngettext("%(count)d place", "%(count)d places", len(places)) % {"count": len(places)},
        "pages": ngettext("%(count)d page", "%(count)d pages", pages) % {"count": pages},
    }
