"""Editors' side: the list of reports, a row for each spot, and one report, with what helps to judge it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Model, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, LocaleColumn, StatusTagColumn
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.reports import ReportView
from wagtail.coreutils import get_content_languages
from wagtail.models import Locale, Page
from wagtail.permissions import page_permission_policy

from chorsu_editorial.links import editor_url, table_cell
from chorsu_editorial.reading import get_leaf
from chorsu_feedback.anchors import CONTEXT, Match, possible_places, read_leaf, read_page
from chorsu_feedback.applying import (
    NotAppliedError,
    apply_correction,
    correction_of,
    may_mend,
    mended_trees,
    places_of,
    seen_token,
    undo_correction,
)
from chorsu_feedback.conf import get_settings
from chorsu_feedback.mending import by_word, changed_words
from chorsu_feedback.models import TypoReport
from chorsu_feedback.readers import correction_sentence
from chorsu_feedback.registry import correction_adder
from chorsu_feedback.reports import (
    CLOSING,
    AlreadyClosedError,
    close_duplicate,
    close_report,
    other_spots,
    reopen_report,
    reports_beside,
    reports_for,
    same_spot,
    things_with,
)
from chorsu_locales.normal_form import clean_reason, no_formula
from chorsu_locales.request_checks import whole_number

FLAGS = {
    "alphabet": gettext_lazy("a letter of another alphabet"),
    "negation": gettext_lazy("a negation"),
    "number": gettext_lazy("a number or a date"),
    "sense": gettext_lazy("a word that turns the sense"),
    "name": gettext_lazy("a name"),
    "quotation": gettext_lazy("quoted words"),
    "headline": gettext_lazy("the headline"),
    "length": gettext_lazy("more than two letters of a word, two words of the sentence, or a fifth of it"),
    "link": gettext_lazy("an address"),
}


def open_reports_url() -> str:
    """Return the address of the list of open reports."""
    return f"{reverse('chorsu_feedback_admin:index')}?status={TypoReport.Status.OPEN}"


def breadcrumbs(label: str, report: TypoReport | None = None) -> list[dict[str, str]]:
    """Return the way over the list, and over a report where one is given, to a page with this label."""
    way = [(reverse("wagtailadmin_home"), _("Home")), (open_reports_url(), _("Typo reports"))]
    if report:
        way.append((reverse("chorsu_feedback_admin:detail", args=[report.pk]), str(report)))
    return [{"url": url, "label": label} for url, label in (*way, ("", label))]


def report_or_404(request: HttpRequest, pk: int) -> TypoReport:
    """Return a report that the user may deal with; raise ``Http404`` for any other."""
    return get_object_or_404(reports_for(request.user).select_related("page", "locale", "closed_by"), pk=pk)


# What inbox.js does, by its key.
KEYS = {
    "j k": gettext_lazy("Next, previous"),
    "a": pgettext_lazy("a reader's correction", "Apply"),
    "e": gettext_lazy("Open, for other words"),
    "n": pgettext_lazy("close a typo report", "Not a mistake"),
    "x": gettext_lazy("Select the row"),
    "u": gettext_lazy("Undo"),
}
# On the page of one report there is no row to select.
REPORT_KEYS = {key: label for key, label in KEYS.items() if key != "x"} | {"e": gettext_lazy("Write other words")}
AGES = {
    "day": (pgettext_lazy("filter of typo reports", "In the last day"), "gte", timedelta(days=1)),
    "week": (pgettext_lazy("filter of typo reports", "In the last week"), "gte", timedelta(days=7)),
    "over_week": (pgettext_lazy("filter of typo reports", "More than a week ago"), "lt", timedelta(days=7)),
    "over_month": (pgettext_lazy("filter of typo reports", "More than a month ago"), "lt", timedelta(days=30)),
}
LIVE = Q(page__live=True)
NEWER_DRAFT = Q(page__has_unpublished_changes=True)
PAGES = {
    "live": (pgettext_lazy("filter of typo reports", "Live"), LIVE & ~NEWER_DRAFT),
    "draft": (pgettext_lazy("filter of typo reports", "Live, with a newer draft"), LIVE & NEWER_DRAFT),
    "off": (pgettext_lazy("filter of typo reports", "Not live"), ~LIVE),
}


def keys_of(user: Any, keys: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the keys and what they do, none for who switched keyboard shortcuts off in the account."""
    profile = getattr(user, "wagtail_userprofile", None)
    return keys if getattr(profile, "keyboard_shortcuts", True) else {}


def _same_row() -> QuerySet[TypoReport]:
    """Return the reports that share a row with the report of the outer query."""
    same = {name: OuterRef(name) for name in ("page", "spot", "status", "held")}
    return TypoReport.objects.filter(**same)


class ReportFilterSet(WagtailFilterSet):
    status = django_filters.ChoiceFilter(label=gettext_lazy("Status"), choices=TypoReport.Status.choices)
    locale = django_filters.ModelChoiceFilter(label=gettext_lazy("Language"), queryset=Locale.objects.all())
    flags = django_filters.ChoiceFilter(
        label=pgettext_lazy("filter of typo reports", "Flags"),
        method="with_flags",
        choices=[
            ("none", pgettext_lazy("filter of typo reports", "None")),
            ("any", pgettext_lazy("filter of typo reports", "Any")),
            *FLAGS.items(),
        ],
    )
    age = django_filters.ChoiceFilter(
        label=gettext_lazy("Reported"), method="of_age", choices=[(key, label) for key, (label, *_) in AGES.items()]
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Page"), method="in_state", choices=[(key, label) for key, (label, _) in PAGES.items()]
    )

    class Meta:
        model = TypoReport
        fields = ["status", "locale"]

    def with_flags(self, reports: QuerySet[TypoReport], _name: str, value: str) -> QuerySet[TypoReport]:
        """Keep rows of which a suggestion has this flag, or any, or none has one."""
        same = _same_row()
        found = Exists(same.filter(flags__contains=value) if value in FLAGS else same.exclude(flags=""))
        return reports.exclude(found) if value == "none" else reports.filter(found)

    def of_age(self, reports: QuerySet[TypoReport], _name: str, value: str) -> QuerySet[TypoReport]:
        _label, lookup, age = AGES[value]
        return reports.filter(**{f"last_reported_at__{lookup}": timezone.now() - age})

    def in_state(self, reports: QuerySet[TypoReport], _name: str, value: str) -> QuerySet[TypoReport]:
        return reports.filter(PAGES[value][1])


class ChoiceColumn(Column):
    """A box to choose the row with; its value says what was shown, as the button of the row does."""

    header_template_name = "chorsu_feedback/admin/choice_header.html"
    cell_template_name = "chorsu_feedback/admin/choice_cell.html"


class WordsColumn(Column):
    """What would change, letter by letter, in the words around it; each suggestion of the spot with its number."""

    cell_template_name = "chorsu_feedback/admin/words_cell.html"

    def get_cell_context_data(self, instance: TypoReport, parent_context: Any) -> dict[str, Any]:
        return {**super().get_cell_context_data(instance, parent_context), "flag_names": FLAGS}


class ActionsColumn(Column):
    cell_template_name = "chorsu_feedback/admin/actions_cell.html"

    def get_cell_context_data(self, instance: TypoReport, parent_context: Any) -> dict[str, Any]:
        """Add what forms need, which cells don't get."""
        token = get_token(parent_context["request"])
        return {**super().get_cell_context_data(instance, parent_context), "csrf_token": token}


class PageColumn(Column):
    cell_template_name = "chorsu_feedback/admin/page_cell.html"


class ReportsView(ReportView):
    """The reports about pages that the user may edit, the newest first; of one spot the first, with the others."""

    model = TypoReport
    page_title = gettext_lazy("Typo reports")
    header_icon = "edit"
    index_url_name = "chorsu_feedback_admin:index"
    index_results_url_name = "chorsu_feedback_admin:index_results"
    template_name = "chorsu_feedback/admin/reports.html"
    results_template_name = "chorsu_feedback/admin/reports_results.html"
    filterset_class = ReportFilterSet
    is_searchable = True
    search_fields = ["selected", "suggestion", "comment", "page__title"]
    default_ordering = "-last_reported_at"
    columns = [
        ChoiceColumn("choice", label=gettext_lazy("Select"), width="1%"),
        WordsColumn("words", label=gettext_lazy("Words"), width="45%"),
        ActionsColumn("actions", label=""),
        PageColumn("page", label=gettext_lazy("Page"), width="20%"),
        # By itself the column asks the cache once a row, and the cache may be a table.
        LocaleColumn(label=gettext_lazy("Language"), accessor=lambda report: report.locale.get_display_name()),
        StatusTagColumn(
            "get_status_display",
            label=gettext_lazy("Status"),
            primary=lambda report: report.is_open,
            sort_key="status",
        ),
        DateColumn("last_reported_at", label=gettext_lazy("Reported"), sort_key="last_reported_at", width="10%"),
    ]
    custom_field_preprocess = {
        name: {ReportView.FORMAT_CSV: no_formula} for name in ("selected", "suggestion", "comment")
    }
    export_filename = "typo-reports"
    list_export = ["selected", "suggestion", "comment", "page.title", "locale.language_code", "count", "status"]
    list_export += ["created_at", "closed_at"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in whoever may work on any page; the list holds what each may edit."""
        if not user_has_any_page_permission(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[TypoReport]:
        """Return the user's reports, in a list one per spot and state; every one in an export."""
        reports = reports_for(self.request.user).filter(held="held" in self.request.GET)
        if self.request.GET.get("status") != TypoReport.Status.SPAM:
            reports = reports.exclude(status=TypoReport.Status.SPAM)
        if not self.is_export:
            reports = reports.exclude(Exists(_same_row().filter(pk__lt=OuterRef("pk"))))
        pages = Page.objects.annotate_approved_schedule().prefetch_workflow_states()
        return reports.select_related("locale").prefetch_related(Prefetch("page", pages))

    def order_queryset(self, queryset: QuerySet[TypoReport]) -> QuerySet[TypoReport]:
        # Many reports are of one minute.
        ordered: QuerySet[TypoReport] = super().order_queryset(queryset)
        return ordered.order_by(*ordered.query.order_by, "-pk")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what was applied last, for the way back, whether keys are wanted, and how many reports are held apart."""
        number = self.request.GET.get("applied", "")
        reports = reports_for(self.request.user)
        applied = reports.filter(closed_by=self.request.user, pk=whole_number(number) or 0).exclude(applied="")
        return {
            **super().get_context_data(*args, **kwargs),
            "applied": applied.first() if number else None,
            "held": 0 if "held" in self.request.GET else reports.filter(held=True, status="open").count(),
            "keys": keys_of(self.request.user, KEYS),
        }

    def decorate_paginated_queryset(self, object_list: Iterable[TypoReport]) -> list[TypoReport]:
        reports = list(object_list)
        if self.is_export:
            return reports
        for report, row in zip(reports, rows_of(reports, user=self.request.user), strict=True):
            setattr(report, "row", row)  # noqa: B010 - for the cells' templates alone
        return reports

    def get_filtered_queryset(self) -> Any:
        return self.get_queryset()  # which has filtered and searched already


def rows_of(reports: Sequence[TypoReport], *, user: Any) -> Iterator[dict[str, Any]]:
    """Yield what the rows of the first reports of some spots show, for two questions to the database.

    ``apply`` is what one press applies, empty where nothing may be applied so.
    """
    together: dict[tuple[Any, ...], list[TypoReport]] = defaultdict(list)
    for each in TypoReport.objects.filter(spot__in={report.spot for report in reports}).order_by("pk"):
        together[each.page_id, each.spot, each.status, each.held].append(each)
    trees = tuple(mended_trees(user))
    for report in reports:
        before = f"…{report.before.partition(' ')[2]}" if len(report.before) == CONTEXT else report.before
        after = f"{report.after.rpartition(' ')[0].rstrip('.,;:')}…" if len(report.after) == CONTEXT else report.after
        same = together[report.page_id, report.spot, report.status, report.held]
        suggestions: Counter[str] = Counter()
        for each in same:
            suggestions[each.suggestion] += each.count
        proposed: list[dict[str, Any]] = [
            {"count": count, "change": by_word(before, report.selected, words, after), "words": words}
            for words, count in suggestions.items()
            if words
        ]
        mends = report.is_open and report.step and report.page.path.startswith(trees)
        words = proposed[0]["words"] if mends and len(proposed) == 1 else ""
        yield {
            "texts": (before, report.selected, after),
            "proposed": proposed,
            "count": suggestions.total(),
            "flags": {flag for each in same for flag in each.flags.split()},
            "state": capfirst(str(report.page.status_string)),
            "apply": words,
            "token": seen_token(report, words) if words else "",
        }


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
            if row["flags"] or not row["apply"]:
                continue
            token = chosen.get(str(report.pk), "")
            with suppress(AlreadyClosedError, NotAppliedError):
                apply_correction(report=report, user=request.user, words=row["apply"], token=token, only_slips=True)
                done += 1
    elif action in CLOSING:
        for report in reports:
            with suppress(AlreadyClosedError):
                close_report(report=report, user=request.user, status=action, with_same_spot=True)
                done += 1
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
    for thing, text in things_with(report.selected, page, within=True):
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
    previous, following = reports_beside(report, request.user)
    can_undo = bool(report.applied) and not report.is_open and may_mend(request.user, live)
    acts = {
        "j k": previous or following,
        "a": correction,
        "e": mends and found,
        "n": report.is_open,
        "u": can_undo,
    }
    keys = {key: label for key, label in REPORT_KEYS.items() if acts[key]}
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
            "can_undo": can_undo,
            "previous": previous,
            "next": following,
            "keys": keys_of(request.user, keys),
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


def report_action(
    view: Callable[[HttpRequest, TypoReport], HttpResponse],
) -> Callable[[HttpRequest, int], HttpResponse]:
    """Return the view of an action on a report, by POST. Where that can't be done, the report's page says why."""

    @require_POST
    @wraps(view)
    def answer(request: HttpRequest, pk: int) -> HttpResponse:
        report = report_or_404(request, pk)
        try:
            return view(request, report)
        except AlreadyClosedError as error:
            report = error.report
            facts = {"who": report.closed_by or _("Somebody"), "status": report.get_status_display()}
            messages.warning(request, _("%(who)s has closed this report already: %(status)s.") % facts)
        except NotAppliedError as error:
            messages.warning(request, NOT_APPLIED[error.reason] % {"who": error.who})
            if "words" in request.POST:
                query = urlencode({"words": request.POST["words"][: get_settings().max_suggestion]})
                return redirect(f"{reverse('chorsu_feedback_admin:detail', args=[pk])}?{query}")
        return redirect("chorsu_feedback_admin:detail", pk)

    return answer


@report_action
def close(request: HttpRequest, report: TypoReport) -> HttpResponse:
    status = request.POST.get("status", "")
    together = bool(request.POST.get("with_same_spot"))
    try:
        count = close_report(report=report, user=request.user, status=status, with_same_spot=together)
    except ValueError:
        messages.error(request, _("Choose how to close the report."))
        return redirect("chorsu_feedback_admin:detail", report.pk)
    messages.success(
        request, ngettext("%(count)d report closed.", "%(count)d reports closed.", count) % {"count": count}
    )
    return redirect(open_reports_url())


@report_action
def duplicate(request: HttpRequest, report: TypoReport) -> HttpResponse:
    number = whole_number(request.POST.get("other", "")) or 0
    other = get_object_or_404(reports_for(request.user), pk=number)
    try:
        close_duplicate(report=report, other=other, user=request.user)
    except ValueError:
        messages.error(request, _("Choose an open report about the same page."))
        return redirect("chorsu_feedback_admin:detail", report.pk)
    messages.success(request, _("Closed as a duplicate."))
    return redirect("chorsu_feedback_admin:detail", number)


@report_action
def apply(request: HttpRequest, report: TypoReport) -> HttpResponse:
    words = request.POST.get("words", "")[: get_settings().max_suggestion]
    notice = clean_reason(request.POST.get("notice", "")[:MOST_NOTICE]) if request.POST.get("tell") else ""
    token = request.POST.get("token", "")
    where = apply_correction(report=report, user=request.user, words=words, token=token, notice=notice)
    messages.success(request, APPLIED[where])
    report.refresh_from_db()
    return redirect(f"{open_reports_url()}&applied={report.pk}" if not report.is_open else open_reports_url())


@report_action
def undo(request: HttpRequest, report: TypoReport) -> HttpResponse:
    undo_correction(report=report, user=request.user)
    messages.success(request, _("The words are as they were, and the report is open again."))
    return redirect(open_reports_url())


@report_action
def reopen(request: HttpRequest, report: TypoReport) -> HttpResponse:
    reopen_report(report=report, user=request.user)
    messages.success(request, _("The report is open again."))
    return redirect("chorsu_feedback_admin:detail", report.pk)


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
