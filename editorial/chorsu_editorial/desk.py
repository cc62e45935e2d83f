"""The part of the admin's home page that approvals fill: what came back, what one may decide, what others decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, Exists, F, OuterRef, Q
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel, WorkflowObjectsToModeratePanel
from wagtail.models import COMMENTS_RELATION_NAME, Page, Revision, TaskState, WorkflowMixin, WorkflowState
from wagtail.permissions import page_permission_policy

from chorsu_editorial.approvers import approval_refusal, waiting_reviews
from chorsu_editorial.links import editor_url
from chorsu_editorial.review_screen import MOST_CANDIDATES
from chorsu_locales.desk import MOST, DeskPanel, DeskRow


def reviews_to_decide(user: Any) -> list[tuple[TaskState, Page]]:
    """Return the reviews that a person may decide, the longest waiting first, with their pages.

    One query tells into which pages they saved nothing; of the others each is asked for, up to ``MOST_CANDIDATES``.
    """
    saved = Revision.objects.filter(
        base_content_type=OuterRef("workflow_state__base_content_type"),
        object_id=OuterRef("workflow_state__object_id"),
        user=user.pk,
    )
    waiting = waiting_reviews(user).select_related("workflow_state", "foureyestaskstate__submitted_by")
    states = [
        state
        for state in waiting.annotate(has_saved=Exists(saved))[:MOST_CANDIDATES]
        if not (state.has_saved and hasattr(state, "foureyestaskstate"))
        or approval_refusal(state.foureyestaskstate, user) is None
    ]
    keys = [state.workflow_state.object_id for state in states]
    pages = {str(page.pk): page for page in _pages(Page.objects.filter(pk__in=keys))}
    return [(state, pages[key]) for state, key in zip(states, keys, strict=True) if key in pages]


def own_reviews(user: Any, status: str) -> list[tuple[TaskState, Page]]:
    """Return the reviews with this status of pages that a person began or submitted and may edit, the newest first."""
    own = Page.objects.filter(owner=user).annotate(key=Cast("pk", CharField())).values("key")
    flows = WorkflowState.objects.filter(status=status, base_content_type=ContentType.objects.get_for_model(Page))
    submitted = Q(requested_by=user) | Q(current_task_state__foureyestaskstate__submitted_by=user)
    found = flows.filter(submitted | Q(object_id__in=own)).select_related("current_task_state__finished_by")
    states = {flow.object_id: flow.current_task_state for flow in found.order_by("-current_task_state__pk")[:MOST]}
    editable = page_permission_policy.instances_user_has_permission_for(user, "change").filter(pk__in=states)
    pages = {str(page.pk): page for page in _pages(editable)}
    return [(state, pages[key]) for key, state in states.items() if state and key in pages]


def _pages(pages: Any) -> Any:
    """Return pages as their own classes name them, with the ``code`` of their language and their open ``remarks``."""
    is_open = Q(**{f"{COMMENTS_RELATION_NAME}__resolved_at": None})
    open_remarks = Count(COMMENTS_RELATION_NAME, filter=is_open, distinct=True)
    return pages.annotate(code=F("locale__language_code"), remarks=open_remarks).specific(defer=True)


def _row(page: Any, **options: Any) -> DeskRow:
    return DeskRow(page.get_admin_display_title(), editor_url(page), page.code, **options)


def _remarks(page: Any) -> list[str]:
    counted = ngettext("%(counter)s open remark", "%(counter)s open remarks", page.remarks)
    return [counted % {"counter": page.remarks}] if page.remarks else []


class ReturnedPanel(DeskPanel):
    """What came back, with what is to be changed."""

    name = "editorial_returned"
    heading = gettext_lazy("Came back with remarks")
    order = 110

    def rows(self, user: Any) -> Sequence[DeskRow]:
        return [
            _row(
                page,
                facts=(
                    *([get_user_display_name(state.finished_by)] if state.finished_by else []),
                    *_remarks(page),
                ),
                remark=state.comment,
                when=state.finished_at,
            )
            for state, page in own_reviews(user, WorkflowState.STATUS_NEEDS_CHANGES)
        ]


class ToDecidePanel(DeskPanel):
    """What a person may approve or send back."""

    name = "editorial_to_decide"
    heading = gettext_lazy("Awaiting your approval")
    order = 120

    def rows(self, user: Any) -> Sequence[DeskRow]:
        rows = []
        for state, page in reviews_to_decide(user):
            own = getattr(state, "foureyestaskstate", None)
            who = [get_user_display_name(own.submitted_by)] if own and own.submitted_by else []
            rows.append(_row(page, facts=(*who, *_remarks(page)), when=state.started_at))
        return rows


class SubmittedPanel(DeskPanel):
    """What a person handed in, and others decide."""

    name = "editorial_submitted"
    heading = gettext_lazy("Awaiting approval by others")
    order = 170

    def rows(self, user: Any) -> Sequence[DeskRow]:
        return [
            _row(page, when=state.started_at) for state, page in own_reviews(user, WorkflowState.STATUS_IN_PROGRESS)
        ]


@hooks.register("construct_homepage_panels")
def add_panels(_request: HttpRequest, panels: list[Component]) -> None:
    """Take the places of Wagtail's panels, unless these tell of something else too: of snippets in a workflow."""
    if not any(issubclass(model, WorkflowMixin) and not issubclass(model, Page) for model in apps.get_models()):
        ours = (UserObjectsInWorkflowModerationPanel, WorkflowObjectsToModeratePanel)
        panels[:] = [panel for panel in panels if not isinstance(panel, ours)]
    panels += [ReturnedPanel(), ToDecidePanel(), SubmittedPanel()]
