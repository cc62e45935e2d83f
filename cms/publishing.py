"""Pages that go live, come down or go away: at their time, by deletion, and each of the editor's requests wholly.

People delete their own drafts that were never published, and administrators the rest; everybody else withdraws.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import SubmitForModerationMenuItem
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.views.pages.bulk_actions.delete import DeleteBulkAction
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page, Revision

from chorsu_delivery.models import OutgoingMessage
from chorsu_editorial.links import editor_url
from chorsu_editorial.lock_order import lock_pages
from cms.newsroom.messages import mail_chief_editors
from cms.request_checks import answer_unreadable


def may_delete(user: Any, page: Page) -> bool:
    """Return whether a user may delete a page with all pages below it, as far as this rule goes."""
    drafts = {"owner_id": user.pk, "live": False, "first_published_at__isnull": True}
    return user.is_superuser or not page.get_descendants(inclusive=True).exclude(**drafts).exists()


def explanation(page: Page) -> str:
    return _(
        "“%(title)s” isn't deleted: people delete their own drafts that were never published, administrators "
        "delete the rest. Unpublish a page that readers should not see."
    ) % {"title": page.get_admin_display_title()}


def refuse_deletion(page: Page) -> None:
    """Raise ``PermissionDenied`` where the person at work in the admin may not delete this page, whatever the way.

    Called for each page that goes, also for those below another one.
    """
    user = get_active_log_context().user
    is_own_draft = user and page.owner_id == user.pk and not page.live and not page.first_published_at
    if user and not user.is_superuser and not is_own_draft:
        raise PermissionDenied(explanation(page))


class DeleteOwnDrafts(DeleteBulkAction):
    """Wagtail's bulk action, without the pages that stay."""

    def check_perm(self, page: Page) -> bool:
        return super().check_perm(page) and may_delete(self.request.user, page)


hooks.register("register_bulk_action", DeleteOwnDrafts, order=1)  # after Wagtail's own, which it replaces


@hooks.register("before_delete_page")
def explain_deletion(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Say why a page isn't deleted, before anything is asked."""
    if may_delete(request.user, page):
        return None
    messages.error(request, explanation(page))
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("construct_admin_api")
def delete_in_the_admin_only(_router: Any) -> None:
    """Take deletion from the API, where a refusal would leave half of it done: no screen of Wagtail's uses it."""
    actions = {name: action for name, action in PagesAdminAPIViewSet.actions.items() if name != "delete"}
    PagesAdminAPIViewSet.actions = actions


logger = logging.getLogger("cms.newsroom")


def publish_due() -> int:
    """Publish what was approved for a time that has come, take down what has expired; return how many pages.

    Wagtail's own command forgets the time before it publishes, and ends at the first page that can't be published (its
    address was taken meanwhile): that page never went live, and those after it had to wait. Here it keeps its time,
    holds nobody up and is tried again, and the chief editors are told once.
    """
    now = timezone.now()
    expired = Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at")
    due = Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at").page_revisions()
    jobs = [(pk, partial(_take_down, pk)) for pk in expired.values_list("pk", flat=True)]
    jobs += [(int(page), partial(_publish, int(page), pk)) for page, pk in due.values_list("object_id", "pk")]
    return sum(_succeeds(page, job) for page, job in jobs)


def _take_down(pk: int) -> None:
    page = lock_pages([pk]).get(pk)
    if page is not None and page.live and page.expire_at and page.expire_at < timezone.now():
        page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _publish(page: int, pk: int) -> None:
    lock_pages([page])
    revision = Revision.objects.filter(pk=pk, approved_go_live_at__lt=timezone.now()).first()
    if revision is not None:
        revision.publish(log_action="wagtail.publish.scheduled")


def _succeeds(page_id: int, job: Callable[[], None]) -> bool:
    try:
        with transaction.atomic():
            job()
    except Exception as error:  # noqa: BLE001
        # Whatever is wrong with one page must not keep the others waiting.
        _report_failure(Page.objects.get(pk=page_id), error)
        return False
    return True


def _report_failure(page: Page, error: Exception) -> None:
    """Log the failure and mail the chief editors, who alone can change such a page; once per revision."""
    key = f"stuck:{page.pk}:{page.latest_revision_id}"
    if OutgoingMessage.objects.filter(key=key).exists():
        return
    text = "Page %s could not be published, or taken down, at its time. It is tried again."
    logger.error(text, page.pk, exc_info=error)
    context = {
        "title": page.get_admin_display_title(),
        "edit_url": f"{settings.WAGTAILADMIN_BASE_URL}{editor_url(page)}",
        "said": lambda: " ".join(error.messages) if isinstance(error, ValidationError) else str(error),
    }
    mail_chief_editors("stuck", context, key=key)


API_VIEW = "wagtailadmin_api:pages:action"
# They write the pages below theirs too, in the tree's order.
TREE_VIEWS = frozenset({"copy", "move_confirm", "set_page_position", "unpublish", "delete", "action"})


class AtomicEditorMiddleware(MiddlewareMixin):
    """Run each of the page editor's requests that write in one transaction.

    Wagtail creates a page and publishes its revision in two transactions; it copies, moves and unpublishes pages in one
    for each: a server that dies between them leaves a page live without the revision that it shows, or half a section.
    Reads and previews stay outside, since a transaction on SQLite takes the write lock.
    """

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if request.method != "POST" or match is None or "preview" in (match.url_name or ""):
            return None
        if match.view_name != API_VIEW and match.namespace != "wagtailadmin_pages":
            return None
        # The view asks too, but after the pages are locked: strangers must not let everybody wait.
        if not request.user.has_perm("wagtailadmin.access_admin"):
            return None
        page = next((kwargs[name] for name in ("page_id", "page_to_move_id", "pk") if name in kwargs), None)
        try:
            with transaction.atomic():
                # Before the view reads the page: who saves at the moment of a publication would write over it.
                found = Page.objects.filter(pk=page).first() if match.url_name in TREE_VIEWS else None
                below = found.get_descendants(inclusive=True).values_list("pk", flat=True) if found else ()
                lock_pages(list(below) if match.url_name in TREE_VIEWS else [page])
                response = view(request, *args, **kwargs)
                # The API makes an answer of an exception.
                if match.view_name == API_VIEW and response.status_code >= HTTPStatus.BAD_REQUEST:
                    transaction.set_rollback(True)
                return response
        except Exception as error:
            # Django asks no middleware about an exception of a view that a middleware has called.
            if answer := answer_unreadable(request, error):
                return answer
            raise


class SubmitMenuItem(SubmitForModerationMenuItem):
    """Wagtail's button without the workflow's name: a page has one approval, that of its language."""

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        page = context.get("page")
        state = page.current_workflow_state if page else None
        is_again = state is not None and state.status == state.STATUS_NEEDS_CHANGES
        context["label"] = _("Submit again for approval") if is_again else _("Submit for approval")
        return context


@hooks.register("construct_page_action_menu")
def submit_for_approval(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:  # noqa: ARG001
    menu_items[:] = [
        SubmitMenuItem(item.order) if type(item) is SubmitForModerationMenuItem else item for item in menu_items
    ]
