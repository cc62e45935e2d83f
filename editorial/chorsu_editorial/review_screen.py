"""The screen of a text in review: the text or what changed of it by word, who submitted it, the buttons, and notes."""

from __future__ import annotations

from datetime import datetime
from itertools import accumulate, groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import linebreaksbr
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import CancelWorkflowMenuItem, RestartWorkflowMenuItem, WorkflowMenuItem
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.pages.revisions import RevisionsView
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import BaseLogEntry, Page, Revision
from wagtail.utils.decorators import xframe_options_sameorigin_override

from chorsu_editorial.approval import MENDED, goes_live_at
from chorsu_editorial.approvers import approval_refusal, may_send_back
from chorsu_editorial.comments import OpenComment, open_comments
from chorsu_editorial.differences import MOST_PASSAGES, passages
from chorsu_editorial.links import compare_url, editor_url
from chorsu_editorial.merging import compare_versions
from chorsu_editorial.models import FourEyesTaskState, ReviewLook
from chorsu_editorial.refusals import NotAReviewer, ShareExceeded
from chorsu_locales.selectors import enabled_languages


def review_head(*, request: HttpRequest, page: Page, state: FourEyesTaskState) -> dict[str, Any]:
    """Return what the panel says of the version that the editor shows to this person."""
    live = page.specific_class.objects.filter(pk=page.pk, live=True).first()
    look = ReviewLook.objects.select_related("revision").filter(page=page.pk, user=request.user.pk).first()
    since_look = None
    if look is not None and look.revision_id != page.live_revision_id:
        since_look = _comparison_with(page, look.revision.as_object(), look.looked_at, look.revision_id)
    return {
        "state": state,
        "text_url": "" if live else _text_url(page, request.user, state),
        "since_live": _comparison_with(page, live, live.last_published_at, "live") if live else None,
        "since_look": since_look,
        # Folded where there is something newer to look at.
        "open_whole": since_look is None or not since_look["count"],
        "notes": [note for hook in hooks.get_hooks("chorsu_review_notes") for note in hook(request, page, state)],
        "comments": [(comment, editor_url(page, comment.path)) for comment in open_comments(page)],
    }


def _text_url(page: Page, user: Any, state: FourEyesTaskState) -> str:
    """Return where a reviewer reads the version on the screen as its readers will, or an empty string."""
    if not (page.is_previewable() and may_send_back(task=state.task.specific, user=user)):
        return ""
    return reverse("chorsu_editorial_text_in_review", args=[page.pk, page.latest_revision_id])


def open_suggestions(page: Page) -> list[tuple[OpenComment, str]]:
    """Return the suggestions on a page that nobody has answered, with the addresses of their places."""
    return [(each, editor_url(page, each.path)) for each in open_comments(page) if each.suggestion]


def first_look(*, page: Page, user: Any, state: FourEyesTaskState) -> None:
    """Remember what a reviewer saw first; after that only decisions count, so that to load again keeps the marks."""
    if may_send_back(task=state.task.specific, user=user):
        ReviewLook.objects.get_or_create(page_id=page.pk, user=user, defaults={"revision_id": page.latest_revision_id})


def look(*, page: Page, user: Any, revision: Revision) -> None:
    ReviewLook.objects.update_or_create(
        page_id=page.pk, user=user, defaults={"revision": revision, "looked_at": timezone.now()}
    )


def _comparison_with(page: Page, before: Page, since: datetime, named: int | str) -> dict[str, Any]:
    found = passages(before, page)
    counts = [*accumulate(passage.is_changed for passage in found)]
    shown = [(each, editor_url(page, each.path)) for each, n in zip(found, counts, strict=True) if n <= MOST_PASSAGES]
    return {
        "since": since,
        "runs": [(changed, [*run]) for changed, run in groupby(shown, key=lambda pair: pair[0].is_changed)],
        "count": (count := max(counts, default=0)),
        "more": max(0, count - MOST_PASSAGES),
        "compare_url": compare_url(page.pk, named, page.latest_revision_id),
    }


class WithdrawMenuItem(CancelWorkflowMenuItem):
    label = gettext_lazy("Withdraw from approval")


@hooks.register("construct_page_action_menu")
def label_workflow_actions(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:  # noqa: ARG001
    """Offer to approve at once, since the text is on the screen, and say what will happen then.

    Restarting is left out: submitting again does the same. So is withdrawing where the text was sent back already.
    """
    page: Any = context.get("page")
    state = state_of(page) if page else None
    if state is None:
        return
    # Wagtail shares its own items between requests: they are exchanged and never changed.
    menu_items[:] = [
        WithdrawMenuItem(item.order) if type(item) is CancelWorkflowMenuItem else item
        for item in menu_items
        if not isinstance(item, RestartWorkflowMenuItem)
        and (state.status == state.STATUS_IN_PROGRESS or not isinstance(item, CancelWorkflowMenuItem))
    ]
    for item in list(menu_items):
        if isinstance(item, WorkflowMenuItem) and item.name == "approve":
            if not page.current_workflow_state.is_at_final_task:
                label = _("Approve")
            elif goes_live_at(page):
                label = _("Approve and schedule")
            else:
                label = _("Approve and publish")
            at_once = WorkflowMenuItem("approve", label, launch_modal=False, icon_name="success")
            at_once.order = item.order
            menu_items.insert(menu_items.index(item), at_once)
            item.label = _("Approve with a comment")
        elif isinstance(item, WorkflowMenuItem) and item.name == "reject":
            # Only here: a dashboard shows no text that could be changed.
            suggest = WorkflowMenuItem("suggest", _("Send back with suggestions"), launch_modal=False, icon_name="edit")
            suggest.order = item.order
            menu_items.insert(menu_items.index(item) + 1, suggest)
        elif isinstance(item, WorkflowMenuItem) and item.name == "approve_and_hold":
            item.label, item.launch_modal = _("Approve and hold for the other languages"), False


def state_of(page: Page) -> FourEyesTaskState | None:
    """Return where a page stands in an approval of ours, also while its authors change what was asked for."""
    workflow_state = page.current_workflow_state
    current = workflow_state.current_task_state if workflow_state else None
    state = current.specific if current else None
    return state if isinstance(state, FourEyesTaskState) else None


@hooks.register("before_edit_page")
def explain_review(request: HttpRequest, page: Page) -> None:
    """Say what is to be changed of a text that was sent back, and why this editor may not approve one in review."""
    if request.method != "GET":
        return
    state = state_of(page)
    if state is None or state.status != state.STATUS_REJECTED:
        if reason := reason_against(page, request.user):
            messages.warning(request, reason)
        return
    who = get_user_display_name(state.finished_by) if state.finished_by else ""
    text = _("%(who)s asks for changes:") % {"who": who} if who else _("Changes are asked for:")
    wanted = format_html("{} {}", text, linebreaksbr(state.comment, autoescape=True))
    if comments := open_comments(page):
        counted = ngettext("%(counter)s open remark", "%(counter)s open remarks", len(comments))
        # Wagtail's editor opens the comment that the address names.
        url = editor_url(page, comments[0].path, comments[0].pk)
        link = format_html('<a href="{}">{}</a>', url, counted % {"counter": len(comments)})
        beside = format_html(_("Beside the text: %(remarks)s.") % {"remarks": "{}"}, link)
        wanted = format_html("{}<br>{}", wanted, beside)
    messages.warning(request, wanted)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    @actions.register_action(MENDED)
    class MendedFormatter(LogFormatter):
        label = gettext_lazy("Mend in review")

        def format_message(self, log_entry: BaseLogEntry) -> str:
            return _("Changed in review: %(what)s") % {"what": "; ".join(log_entry.data.get("changes", []))}

        def format_comment(self, log_entry: BaseLogEntry) -> str:
            """Link to what reviewers changed; in the message Wagtail's ``capfirst`` would escape the link."""
            data = log_entry.data
            if not (getattr(log_entry, "page_id", None) and data.get("from") and data.get("to")):
                return ""
            url = compare_url(log_entry.page_id, data["from"], data["to"])
            return format_html('<a href="{}">{}</a>', url, _("Compare the versions"))


@require_GET
def approver_share(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer as JSON with ``refusal``: why this person changed too much to approve the page, or an empty string."""
    page = get_object_or_404(Page, pk=page_id)
    user: Any = request.user
    if not page.permissions_for_user(user).can_edit():
        raise PermissionDenied
    return JsonResponse({"refusal": reason_against(page, user)})


def reason_against(page: Page, user: Any) -> str:
    """Return why somebody of the approving groups may not approve a page in review, or an empty string."""
    state = page.current_workflow_task_state
    refusal = approval_refusal(state, user) if isinstance(state, FourEyesTaskState) else None
    if isinstance(refusal, ShareExceeded):
        return f"{refusal} {_('Or send it back: what you changed becomes suggestions to its author.')}"
    return "" if refusal is None or isinstance(refusal, NotAReviewer) else str(refusal)


# Django refuses frames by default, and so does Wagtail's own preview of a version.
text_in_review = xframe_options_sameorigin_override(RevisionsView.as_view())


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    return [
        path("text-in-review/<int:page_id>/<int:revision_id>/", text_in_review, name="chorsu_editorial_text_in_review"),
        path("approver-share/<int:page_id>/", approver_share, name="chorsu_editorial_approver_share"),
        path("two-versions/<int:page_id>/<int:mine_id>/", compare_versions, name="chorsu_editorial_compare_versions"),
    ]


@hooks.register("insert_editor_js")
def insert_scripts() -> SafeString:
    return format_html(
        '<script defer src="{}" data-approver-share-url="{}"></script>\n'
        '<link rel="stylesheet" href="{}">\n<script defer src="{}" data-names-url="{}"></script>\n'
        '<script defer src="{}"></script>\n<script defer src="{}" data-right-to-left="{}"></script>\n'
        '<script defer src="{}" data-label="{}"></script>',
        static("chorsu_editorial/approver_share.js"),
        reverse("chorsu_editorial_approver_share", args=[0]),
        static("chorsu_editorial/comments.css"),
        static("chorsu_editorial/comments.js"),
        reverse("chorsu_editorial_names", args=[0]),
        static("chorsu_editorial/locked.js"),
        static("chorsu_editorial/fields_language.js"),
        " ".join(each.code for each in enabled_languages() if each.direction == "rtl"),
        static("chorsu_editorial/merging.js"),
        _("Compare both versions"),
    )
