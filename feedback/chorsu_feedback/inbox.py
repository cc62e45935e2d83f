"""The list of reports under Reports: a row for each spot, with what would change, and buttons that keys press too."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, LocaleColumn, StatusTagColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Locale, Page

from chorsu_feedback.anchors import CONTEXT
from chorsu_feedback.applying import NotAppliedError, apply_correction, mended_trees, seen_token
from chorsu_feedback.mending import by_letter
from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import CLOSING, AlreadyClosedError, close_report, reports_for
from chorsu_locales.normal_form import no_formula
from chorsu_locales.request_checks import whole_number

FLAGS = {
    "alphabet": gettext_lazy("a letter of another alphabet"),
    "negation": gettext_lazy("a negation"),
    "number": gettext_lazy("a number or a date"),
    "sense": gettext_lazy("a word that turns the sense"),
    "name": gettext_lazy("a name"),
    "quotation": gettext_lazy("quoted words"),
    "headline": gettext_lazy("the headline"),
    "length": gettext_lazy("more than two letters of a word, or a fifth of the sentence"),
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
        profile = getattr(self.request.user, "wagtail_userprofile", None)
        return {
            **super().get_context_data(*args, **kwargs),
            "applied": applied.first() if number else None,
            "held": 0 if "held" in self.request.GET else reports.filter(held=True, status="open").count(),
            "has_keys": getattr(profile, "keyboard_shortcuts", True),
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
            {"count": count, "change": by_letter(before, report.selected, words, after), "words": words}
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
