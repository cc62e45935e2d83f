"""Where the review meets Wagtail's admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import linebreaksbr
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.utils import get_user_display_name
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import BaseLogEntry, Page
from wagtail.permissions import page_permission_policy

from chorsu_editorial import action_menu, answers, lock_hooks, revision_guard
from chorsu_editorial.action_menu import state_of
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.models import FourEyesTask
from chorsu_editorial.past_approval import APPROVED_ALONE, PUBLISHED_BY_RIGHT, TAKEN_DOWN, needs_approval
from chorsu_editorial.publishing_actions import CopyAsDraftAPIAction, PublishWithReason, PublishWithReasonAPIAction
from chorsu_editorial.refusals import Refusal
from chorsu_editorial.remarks import drop_closed, open_remarks
from chorsu_editorial.review import hooks as review_hooks
from chorsu_editorial.review.exceptions import ExceptionsReport
from chorsu_editorial.saved_together import is_saved_together
from chorsu_editorial.services import MENDED
from chorsu_editorial.uses import views as file_views
from chorsu_editorial.views import ReasonCreateView, ReviewEditView, ReviewRevertView, approver_share, reason_against
from chorsu_locales.menus import MenuItemFor
from chorsu_locales.received import whole_number

__all__ = ["action_menu", "lock_hooks", "review_hooks"]
WORKFLOW_REQUESTS = ("action-workflow-action", "action-submit", "action-restart-workflow")


@hooks.register("before_edit_page", order=-1001)
def guard_published_revision(request: HttpRequest, page: Page) -> None:
    """Let no autosave write into a revision that has been published, nor fail by a remark that was resolved."""
    if request.method == "POST":
        posted = drop_closed(revision_guard.drop_malformed_ids(request.POST), page)
        request.POST = revision_guard.save_as_new_revision(posted, page)  # type: ignore[assignment]


@hooks.register("before_edit_page")
def show_requested_changes(request: HttpRequest, page: Page) -> None:
    """Say on the screen of a text that was sent back by whom, and what is to be changed."""
    state = state_of(page)
    if request.method != "GET" or state is None or state.status != state.STATUS_REJECTED:
        return
    who = get_user_display_name(state.finished_by) if state.finished_by else ""
    text = _("%(who)s asks for changes:") % {"who": who} if who else _("Changes are asked for:")
    remarks = len(open_remarks(page))
    beside = ngettext("%(counter)s open remark", "%(counter)s open remarks", remarks) % {"counter": remarks}
    wanted = format_html("{} {}", text, linebreaksbr(state.comment, autoescape=True))
    beside = _("Beside the text: %(remarks)s.") % {"remarks": beside}
    messages.warning(request, format_html("{}<br>{}", wanted, beside) if remarks else wanted)


@hooks.register("before_edit_page")
def show_why_not(request: HttpRequest, page: Page) -> None:
    """Say on the screen of a text in review why an editor may not approve it: who wrote it, or changed too much."""
    if request.method == "GET" and (reason := reason_against(page, request.user)):
        messages.warning(request, reason)


@hooks.register("insert_editor_js")
def insert_approver_share() -> SafeString:
    """Load the script that asks the same after each autosave."""
    return format_html(
        '<script defer src="{}" data-approver-share-url="{}"></script>',
        static("chorsu_editorial/approver_share.js"),
        reverse("chorsu_editorial_approver_share", args=[0]),
    )


@hooks.register("before_edit_page", order=-1000)
def review_in_one_transaction(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Answer the editor's workflow requests by the views that approve what the screen shows, and so that screen."""
    if getattr(request, "chorsu_review", False):
        return None
    task = page.current_workflow_task
    asked = [name for name in WORKFLOW_REQUESTS if request.POST.get(name)]
    if request.POST.get("action-publish") and (needs_approval(page) or answers.may_be_asked(page)):
        asked.append("action-publish")
    if request.method == "GET":
        ours = isinstance(task, FourEyesTask)
    else:
        others = asked == ["action-workflow-action"] and task is not None and not isinstance(task, FourEyesTask)
        ours = bool(asked) and (not others or answers.may_be_asked(page))
        ours = ours or (not asked and is_saved_together(request.POST))
    if not ours:
        return None
    request.chorsu_review = True  # type: ignore[attr-defined]
    arguments = request.resolver_match.kwargs if request.resolver_match else {"page_id": page.pk}
    view = ReviewRevertView if "revision_id" in arguments else ReviewEditView
    if request.method == "GET":
        return view.as_view()(request, **arguments)  # type: ignore[no-any-return]
    with transaction.atomic():
        # Before the view reads the page, so that what it decides and saves is of what is there then.
        lock_pages([page.pk])
        return view.as_view()(request, **arguments)  # type: ignore[no-any-return]


@hooks.register("before_create_page", order=-1000)
def publish_new_page_with_reason(request: HttpRequest, parent: Page, model: type[Page]) -> HttpResponse | None:  # noqa: ARG001
    """Let a page that needs an approval be published at its creation for a reason only."""
    wanted = request.method == "POST" and request.POST.get("action-publish")
    if not wanted or getattr(request, "chorsu_review", False) or not needs_approval(parent):
        return None
    request.chorsu_review = True  # type: ignore[attr-defined]
    arguments = request.resolver_match.kwargs if request.resolver_match else {}
    response: HttpResponse = ReasonCreateView.as_view()(request, **arguments)
    return response


hooks.register("register_bulk_action", PublishWithReason, order=1)  # after Wagtail's own, which it replaces


@hooks.register("construct_admin_api")
def ask_in_api(router: Any) -> None:
    """Let the API publish for a reason only, and copy as a draft."""
    pages = router._endpoints["pages"]  # noqa: SLF001 - the hook is given nothing else to find it by
    pages.actions = {**pages.actions, "publish": PublishWithReasonAPIAction, "copy": CopyAsDraftAPIAction}


@hooks.register("before_copy_page")
def copy_as_draft(request: HttpRequest, page: Page) -> None:  # noqa: ARG001
    """Let a copy be a draft where pages need an approval, and an alias live only where this person may publish."""
    key = whole_number(request.POST.get("new_parent_page", ""))
    destination = Page.objects.filter(pk=key).first() if key else None
    if destination is None or not needs_approval(destination):
        return
    posted = request.POST.copy()
    if posted.pop("publish_copies", None):
        messages.info(request, _("The copy is a draft: it goes live when it is approved."))
    if "alias" in posted and not destination.permissions_for_user(request.user).can_publish_subpage():
        del posted["alias"]
    request.POST = posted  # type: ignore[assignment]


@hooks.register("before_move_page")
def check_move_under_approval(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    """Say why a page can't be moved now."""
    return _refused_move(request, [page], destination)


@hooks.register("before_bulk_action")
def check_move_under_approval_in_bulk(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    """Say why pages can't be moved now."""
    if action_type != "move" or not issubclass(action.model, Page):
        return None
    return _refused_move(request, objects, action.cleaned_form.cleaned_data["chooser"])


def _refused_move(request: HttpRequest, pages: Iterable[Page], destination: Page) -> HttpResponse | None:
    for page in pages:
        try:
            revision_guard.check_move(page=page, destination=destination, user=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("register_permissions")
def offer_approve_alone() -> QuerySet[Permission]:
    """Let the right to approve alone be given to groups."""
    return Permission.objects.filter(content_type__app_label="chorsu_editorial", codename="approve_alone")


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Describe our log entries in the history of a page."""

    @actions.register_action(MENDED)
    class MendedFormatter(LogFormatter):
        label = gettext_lazy("Mend in review")

        def format_message(self, log_entry: BaseLogEntry) -> str:
            """Say what reviewers changed."""
            return _("Changed in review: %(what)s") % {"what": "; ".join(log_entry.data.get("changes", []))}

        def format_comment(self, log_entry: BaseLogEntry) -> str:
            """Link to what reviewers changed; in the message Wagtail's ``capfirst`` would escape the link."""
            data = log_entry.data
            if not (getattr(log_entry, "page_id", None) and data.get("from") and data.get("to")):
                return ""
            url = reverse("wagtailadmin_pages:revisions_compare", args=[log_entry.page_id, data["from"], data["to"]])
            link: SafeString = format_html('<a href="{}">{}</a>', url, _("Compare the versions"))
            return link

    class ExceptionFormatter(LogFormatter):
        def format_comment(self, log_entry: BaseLogEntry) -> str:
            """Give the reason."""
            return str(log_entry.data.get("reason", ""))

    @actions.register_action(APPROVED_ALONE)
    class ApprovedAloneFormatter(ExceptionFormatter):
        label = gettext_lazy("Approve alone")
        message = gettext_lazy("Approved without a second person")

    @actions.register_action(TAKEN_DOWN)
    class TakenDownFormatter(ExceptionFormatter):
        label = gettext_lazy("Take down")
        message = gettext_lazy("Taken down")

    @actions.register_action(PUBLISHED_BY_RIGHT)
    class PublishedByRightFormatter(ExceptionFormatter):
        label = gettext_lazy("Publish without approval")

        def format_message(self, log_entry: BaseLogEntry) -> str:
            """Say what was done."""
            return {
                "scheduled": _("Scheduled without approval"),
                "reverted": _("An earlier version published without approval"),
            }.get(log_entry.data.get("how", ""), _("Published without approval"))


@hooks.register("register_admin_urls")
def register_admin_urls() -> Iterable[URLPattern | URLResolver]:
    """Add the report."""
    report = "reports/exceptions/"
    return [
        path("approver-share/<int:page_id>/", approver_share, name="chorsu_editorial_approver_share"),
        path(report, ExceptionsReport.as_view(), name="chorsu_editorial_exceptions"),
        path(
            f"{report}results/",
            ExceptionsReport.as_view(results_only=True),
            name="chorsu_editorial_exceptions_results",
        ),
    ]


@hooks.register("register_admin_urls", order=-1)
def register_file_urls() -> Iterable[URLPattern]:
    """Stand in for Wagtail's pages of pictures and documents: the first match answers."""
    return file_views.urlpatterns()


@hooks.register("register_reports_menu_item")
def register_report() -> MenuItem:
    """Add the report to the menu."""
    return MenuItemFor(
        gettext_lazy("Exceptions"),
        reverse("chorsu_editorial_exceptions"),
        shown_to=lambda user: page_permission_policy.user_has_any_permission(user, ["publish"]),
        name="exceptions",
        icon_name="user",
        order=850,
    )
