"""Held approvals: published together with the other languages, released, or cancelled by an edit; and their screens.

Whoever publishes and whoever edits locks the page first (``lock_order``); so an edit either cancels the approval before
it is published or is a newer draft of what is live.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn, UserColumn
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry, LogContext, get_active_log_context, log
from wagtail.models import Page, PageLogEntry, Revision, TaskState
from wagtail.permissions import page_permission_policy
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial import approval, signals
from chorsu_editorial.approvers import approving_tasks, may_approve_alone
from chorsu_editorial.file_usage.files import lock_to_publish
from chorsu_editorial.hashing import approval_hash
from chorsu_editorial.lineage import is_of_page
from chorsu_editorial.lock_order import key_of_page
from chorsu_editorial.models import FourEyesTask, HeldApproval
from chorsu_editorial.refusals import NotAReviewer, NotHeld, NothingApproved, Refusal
from chorsu_locales.menus import MenuItemFor
from chorsu_locales.request_checks import whole_number

CANCELLED = "chorsu_editorial.hold_cancelled"
RELEASED = "chorsu_editorial.hold_released"
PUBLICATIONS = frozenset({"wagtail.publish", "wagtail.publish.schedule", "wagtail.publish.scheduled"})
MOST_PAGES = 200


def held_approvals_for(user: Any) -> QuerySet[HeldApproval]:
    """Return what a user may publish: as approver at the task, by Wagtail's right, or having approved alone."""
    by_right = page_permission_policy.instances_user_has_permission_for(user, "publish").values("pk")
    may = Q(task_state__task__in=approving_tasks(user).values("pk")) | Q(page__in=by_right)
    if may_approve_alone(user):
        may |= Q(held_by=user)
    return _with_versions().filter(may).order_by("-held_at")


def may_publish(*, held: HeldApproval, user: Any) -> bool:
    return held_approvals_for(user).filter(pk=held.pk).exists()


def held_in_all_languages(page: Page) -> QuerySet[HeldApproval]:
    return _with_versions().filter(page__translation_key=page.translation_key).order_by("page_id")


def _with_versions() -> QuerySet[HeldApproval]:
    return HeldApproval.objects.select_related("page__locale", "task_state__finished_by", "task_state__revision")


@transaction.atomic
def publish_together(*, user: Any, pages: Collection[int]) -> list[Page]:
    """Publish, or schedule, what is held of these pages: all or none. Raises a ``Refusal`` that names the page."""
    rows = _lock(pages)
    for held in rows:
        if not may_publish(held=held, user=user):
            raise NotAReviewer(_("You can't publish “%(title)s”, so nothing was published.") % _title(held))
    return [_publish(held, user) for held in rows]


@transaction.atomic
def release(*, user: Any, page: Page) -> None:
    """Give up a held approval: the page is a draft again. Raises ``NotHeld``, or ``NotAReviewer``."""
    (held,) = _lock([page.pk])
    if not (may_publish(held=held, user=user) or held.page.permissions_for_user(user).can_edit()):
        raise NotAReviewer(_("You can't change “%(title)s”.") % _title(held))
    _end(held, user=user, revision=held.task_state.revision, action=RELEASED)


def end_hold(*, user: Any, page: Page) -> None:
    """Give up what is held of a page that its caller has locked, for one who has a right of another kind to do so."""
    held = HeldApproval.objects.select_related("page").filter(page=page.pk).first()
    if held is not None:
        _end(held, user=user, revision=held.task_state.revision, action=RELEASED)


def refuse_published(revision: Revision) -> None:
    """Raise ``PermissionDenied`` where an autosave would write into what has been published, or followed, meanwhile.

    ``editor.save_as_new_revision`` and Wagtail ask the same when the request begins; here the page is locked.
    """
    if not revision.pk or get_active_log_context().user is None or not is_of_page(revision):
        return
    page = Page.objects.filter(pk=revision.object_id)
    if page.filter(live_revision=revision.pk).exists():
        raise PermissionDenied(_("This version has just been published. Open the text again to change it."))
    # Autosave alone moves a revision in time.
    is_moved = not Revision.objects.filter(pk=revision.pk, created_at=revision.created_at).exists()
    if is_moved and page.exclude(latest_revision=revision.pk).exists():
        raise PermissionDenied(_("It was saved again meanwhile: look at both once more."))


@transaction.atomic
def follow_edit(revision: Revision) -> None:
    """Cancel a held approval where a revision says something else; let it follow a revision that says the same."""
    if not is_of_page(revision):
        return
    held = HeldApproval.objects.select_for_update().filter(page=revision.object_id).first()
    if held is None:
        return
    if approval_hash(revision.as_object()) == held.task_state.approved_hash:
        TaskState.objects.filter(pk=held.task_state_id).update(revision=revision)
    else:
        _end(held, user=revision.user, revision=revision, action=CANCELLED)


def cancel_at_submission(task_state: TaskState) -> None:
    """Cancel a held approval of a page that goes into another review."""
    workflow_state = task_state.workflow_state
    held = HeldApproval.objects.filter(page=key_of_page(task_state)).first()
    if held is not None:
        _end(held, user=workflow_state.requested_by, revision=task_state.revision, action=CANCELLED)


def forget_published(entry: PageLogEntry) -> None:
    """Delete the held approval of a page that was published, whatever way it took."""
    if entry.action in PUBLICATIONS:
        HeldApproval.objects.filter(page=entry.page_id).delete()


def _lock(pages: Collection[int]) -> list[HeldApproval]:
    """Lock pages and what is held of them. Raises ``NotHeld`` where one of them isn't held, or not any more."""
    versions = HeldApproval.objects.filter(page__in=pages).values_list("task_state__revision", flat=True)
    locked = list(lock_to_publish(pages, list(versions)).values())
    rows = {row.page_id: row for row in HeldApproval.objects.select_for_update().filter(page__in=locked)}
    if len(locked) != len(set(pages)) or not locked:
        raise NotHeld(_("One of these pages doesn't exist any more. Nothing was done."))
    for page in locked:
        if page.pk not in rows:
            text = _("“%(title)s” isn't held any more: somebody edited, published or released it. Nothing was done.")
            raise NotHeld(text % {"title": page.get_admin_display_title()})
        rows[page.pk].page = page
    return [rows[page.pk] for page in locked]


def _publish(held: HeldApproval, user: Any) -> Page:
    state = held.task_state
    held.delete()
    try:
        # Else Wagtail's history would show, of all pages that one request publishes, the entry of the last alone.
        with LogContext(user=user):
            approval.publish_approved(task_state=state, user=user)
    except NothingApproved:
        text = _(
            "“%(title)s” shows something else than was approved: a picture, a credit or a name has changed since. "
            "Nothing was published; release it and have it approved again."
        )
        raise NothingApproved(text % _title(held)) from None
    page: Page = Page.objects.get(pk=held.page_id).specific
    signals.held_published.send(
        sender=FourEyesTask,
        task_state=state,
        page=page,
        submitter=state.submitted_by,
        user=user,
        go_live_at=approval.goes_live_at(page),
    )
    return page


def _end(held: HeldApproval, *, user: Any, revision: Revision | None, action: str) -> None:
    state = held.task_state
    HeldApproval.objects.filter(pk=held.pk).delete()
    page = held.page.specific
    log(instance=page, action=action, user=user, revision=revision)
    signals.hold_ended.send(
        sender=FourEyesTask,
        task_state=state,
        page=revision.as_object() if revision else page,
        submitter=state.submitted_by,
        user=user,
        approver=state.finished_by,
        released=action == RELEASED,
    )


def _title(held: HeldApproval) -> dict[str, str]:
    return {"title": held.page.get_admin_display_title()}


def may_see_list(user: Any) -> bool:
    approves = may_approve_alone(user) or approving_tasks(user).filter(foureyestask__isnull=False).exists()
    return approves or bool(page_permission_policy.user_has_any_permission(user, ["publish"]))


class HeldApprovalsList(ReportView):
    page_title = gettext_lazy("Held for the other languages")
    header_icon = "history"
    index_url_name = "chorsu_editorial_held"
    index_results_url_name = "chorsu_editorial_held_results"
    columns = [
        TitleColumn(
            "page",
            label=gettext_lazy("Page"),
            accessor=lambda held: held.page.get_admin_display_title(),
            get_url=lambda held: reverse("chorsu_editorial_publish_held", args=[held.page_id]),
        ),
        Column("language", label=gettext_lazy("Language"), accessor=lambda held: held.page.locale.get_display_name()),
        UserColumn("approver", label=gettext_lazy("Approved by"), accessor="task_state.finished_by"),
        DateColumn("held_at", label=gettext_lazy("Held since")),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_see_list(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        return held_approvals_for(self.request.user)


class PublishTogetherView(WagtailAdminTemplateMixin, View):
    """Lists what is held of an article in all its languages, and publishes what is chosen of it, or releases one."""

    template_name = "chorsu_editorial/held_approvals/publish_held.html"
    page_title = gettext_lazy("Publish together")
    header_icon = "upload"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, page_id: int, **kwargs: Any) -> HttpResponseBase:
        self.page = get_object_or_404(Page, pk=page_id)
        self.listed = [
            held
            for held in held_in_all_languages(self.page)
            if _may_edit(held.page, request.user) or may_publish(held=held, user=request.user)
        ]
        if not (self.listed or _may_edit(self.page, request.user)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> Any:  # noqa: ARG002
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest) -> Any:
        """Publish the chosen pages, or release one; answer a refusal with its reason and the list as it is now."""
        try:
            if wanted := request.POST.get("release"):
                return self._release(wanted)
            return self._publish(request.POST.getlist("pages"))
        except Refusal as refusal:
            messages.error(request, str(refusal))
            shown = {held.page_id for held in self.listed}
            self.listed = [held for held in held_in_all_languages(self.page) if held.page_id in shown]
            return self.render_to_response(self.get_context_data(), status=refusal.status)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = super().get_breadcrumbs_items()
        if may_see_list(self.request.user):
            items.append({"url": reverse("chorsu_editorial_held"), "label": HeldApprovalsList.page_title})
        return [*items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        held = [row.page_id for row in held_in_all_languages(self.page)]
        others = Page.objects.filter(translation_key=self.page.translation_key, alias_of=None).exclude(pk__in=held)
        context["rows"] = [
            {
                "held": row,
                "version": row.task_state.revision.as_object(),
                "may_publish": may_publish(held=row, user=self.request.user),
            }
            for row in self.listed
        ]
        context["hidden"] = len(held) - len(self.listed)
        context["others"] = [
            other for other in others.select_related("locale").order_by("pk") if _may_edit(other, self.request.user)
        ]
        return context

    def _publish(self, chosen: list[str]) -> HttpResponse:
        keys = {key for text in chosen[:MOST_PAGES] if (key := whole_number(text)) is not None}
        if not keys:
            messages.warning(self.request, _("Choose at least one page."))
            return redirect(self.request.path)
        if not keys <= set(Page.objects.filter(translation_key=self.page.translation_key).values_list("pk", flat=True)):
            raise PermissionDenied
        pages = publish_together(user=self.request.user, pages=keys)
        live = [page for page in pages if page.live and not page.approved_schedule]
        shown = [(page.full_url, _("View “%(title)s”") % {"title": page.title}) for page in live[:7]]
        buttons = [messages.button(*pair) for pair in shown if pair[0]]
        text = ngettext("%(count)d page was published.", "%(count)d pages were published together.", len(pages))
        if len(live) < len(pages):
            text = _("Pages to go live: %(count)d. Each goes live at the time that it has been given.")
        messages.success(self.request, text % {"count": len(pages)}, buttons=buttons)
        return redirect("chorsu_editorial_held" if may_see_list(self.request.user) else "wagtailadmin_home")

    def _release(self, wanted: str) -> HttpResponse:
        page = next((row.page for row in self.listed if str(row.page_id) == wanted), self.page)
        release(user=self.request.user, page=page)
        messages.success(self.request, _("“%(title)s” is a draft again.") % {"title": page.get_admin_display_title()})
        return redirect("wagtailadmin_pages:edit", page.pk)


def _may_edit(page: Page, user: Any) -> bool:
    return bool(page.permissions_for_user(user).can_edit())


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    results = HeldApprovalsList.as_view(results_only=True)
    return [
        path("reports/held/", HeldApprovalsList.as_view(), name="chorsu_editorial_held"),
        path("reports/held/results/", results, name="chorsu_editorial_held_results"),
        path("reports/held/<int:page_id>/", PublishTogetherView.as_view(), name="chorsu_editorial_publish_held"),
    ]


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    return MenuItemFor(
        gettext_lazy("Held"),
        reverse("chorsu_editorial_held"),
        shown_to=may_see_list,
        name="held",
        icon_name="history",
        order=840,
    )


class HeldSummaryItem(SummaryItem):
    order = 360
    template_name = "chorsu_editorial/held_approvals/held_summary.html"

    def is_shown(self) -> bool:
        self.count = held_approvals_for(self.request.user).count() if may_see_list(self.request.user) else 0
        return self.count > 0

    def get_context_data(self, _parent_context: Any) -> dict[str, Any]:
        return {"count": self.count, "url": reverse("chorsu_editorial_held")}


@hooks.register("construct_homepage_summary_items")
def add_summary_item(request: HttpRequest, items: list[SummaryItem]) -> None:
    items.append(HeldSummaryItem(request))


@hooks.register("register_page_header_buttons")
def offer_publication(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:  # noqa: ARG001
    held = getattr(page, "held_approval", None)
    if held is not None and may_publish(held=held, user=user):
        url = reverse("chorsu_editorial_publish_held", args=[page.pk])
        yield Button(_("Publish together"), url, icon_name="upload", priority=16)


@hooks.register("before_edit_page")
def show_held_approval(request: HttpRequest, page: Page) -> None:
    """Say on the screen of a held text that an edit cancels its approval."""
    if request.method != "GET":
        return
    held = getattr(page, "held_approval", None)
    if held is None:
        return
    who = get_user_display_name(held.task_state.finished_by) if held.task_state.finished_by else "–"
    text = _(
        "%(who)s approved this text; it is held for the other languages (%(time)s). Any change cancels the approval."
    )
    buttons = []
    if may_publish(held=held, user=request.user):
        url = reverse("chorsu_editorial_publish_held", args=[page.pk])
        buttons.append(messages.button(url, _("Publish together")))
    messages.info(request, text % {"who": who, "time": render_timestamp(held.held_at)}, buttons=buttons)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    hold = gettext_lazy("Hold an approval"), gettext_lazy("Approved, and held for the other languages")
    cancel = (
        gettext_lazy("Cancel a held approval"),
        gettext_lazy("Changed, so the approval that was held counts no more"),
    )
    release = gettext_lazy("Release a held approval"), gettext_lazy("The approval that was held was given up")
    for action, texts in {approval.HELD: hold, CANCELLED: cancel, RELEASED: release}.items():
        actions.register_action(action, *texts)
