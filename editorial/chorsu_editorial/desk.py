"""The part of the admin's home page that approvals fill: what came back, what one may decide, what others decide."""

from __future__ import annotations

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
from chorsu_editorial.comments import given_to
from chorsu_editorial.links import editor_url
from chorsu_editorial.review_screen import MOST_CANDIDATES
from chorsu_locales.desk import MOST, DeskPanel, DeskRow


def to_decide(user: Any) -> list[DeskRow]:
    """Return what a person may approve, the longest waiting first.

    One query tells into which pages they saved nothing; of the others each is asked for, up to ``MOST_CANDIDATES``.
    """
    of_page = {name: OuterRef(f"workflow_state__{name}") for name in ("base_content_type", "object_id")}
    waiting = waiting_reviews(user).select_related("workflow_state", "foureyestaskstate__submitted_by")
    states = {}
    for state in waiting.annotate(has_saved=Exists(Revision.objects.filter(**of_page, user=user)))[:MOST_CANDIDATES]:
        own = getattr(state, "foureyestaskstate", None)
        if own is None or not state.has_saved or approval_refusal(own, user) is None:
            states[state.workflow_state.object_id] = state, own and own.submitted_by
    pages = _with_facts(Page.objects.filter(pk__in=states))
    return [_row(pages[key], who, when=state.started_at) for key, (state, who) in states.items() if key in pages]


def returned(user: Any) -> list[DeskRow]:
    reviews = own_reviews(user, WorkflowState.STATUS_NEEDS_CHANGES)
    return [_row(page, state.finished_by, remark=state.comment, when=state.finished_at) for state, page in reviews]


def submitted(user: Any) -> list[DeskRow]:
    reviews = own_reviews(user, WorkflowState.STATUS_IN_PROGRESS)
    return [_row(page, when=state.started_at) for state, page in reviews]


def own_reviews(user: Any, status: str) -> list[tuple[TaskState, Page]]:
    """Return the reviews with this status of pages that a person began or submitted and may edit, the newest first."""
    own = Page.objects.filter(owner=user).annotate(key=Cast("pk", CharField())).values("key")
    mine = Q(requested_by=user) | Q(current_task_state__foureyestaskstate__submitted_by=user) | Q(object_id__in=own)
    of_pages = ContentType.objects.get_for_model(Page)
    flows = WorkflowState.objects.filter(mine, status=status, base_content_type=of_pages)
    flows = flows.select_related("current_task_state__finished_by").order_by("-current_task_state")[:MOST]
    states = {flow.object_id: flow.current_task_state for flow in flows if flow.current_task_state}
    editable = page_permission_policy.instances_user_has_permission_for(user, "change")
    pages = _with_facts(editable.filter(pk__in=states))
    return [(state, pages[key]) for key, state in states.items() if key in pages]


def remarks_for(user: Any) -> list[DeskRow]:
    """Return the open remarks that were given to a person on pages that they may open, the newest first."""
    given = [(str(row.page_id), row) for row in given_to(user)[:MOST]]
    pages = _with_facts(Page.objects.filter(pk__in=[key for key, _row in given]))
    return [
        _row(pages[key], row.user, (row.contentpath, row.pk), remark=row.text, when=row.created_at)
        for key, row in given
        if pages[key].permissions_for_user(user).can_edit()
    ]


def _with_facts(pages: Any) -> dict[str, Any]:
    """Return pages by key, of their own classes, with the ``code`` of their language and their open ``remarks``."""
    is_open = Q(**{f"{COMMENTS_RELATION_NAME}__resolved_at": None})
    counted = pages.annotate(code=F("locale__language_code"), remarks=Count(COMMENTS_RELATION_NAME, filter=is_open))
    return {str(page.pk): page for page in counted.specific(defer=True)}


def _row(page: Any, who: Any = None, at: tuple[Any, ...] = (), **options: Any) -> DeskRow:
    remarks = ngettext("%(counter)s open remark", "%(counter)s open remarks", page.remarks) % {"counter": page.remarks}
    facts = [*([get_user_display_name(who)] if who else []), *([remarks] if page.remarks else [])]
    return DeskRow(page.get_admin_display_title(), editor_url(page, *at), page.code, facts=facts, **options)


@hooks.register("construct_homepage_panels")
def add_panels(_request: HttpRequest, panels: list[Component]) -> None:
    """Take the places of Wagtail's panels, unless these tell of something else too: of snippets in a workflow."""
    if not any(issubclass(model, WorkflowMixin) and not issubclass(model, Page) for model in apps.get_models()):
        theirs = (UserObjectsInWorkflowModerationPanel, WorkflowObjectsToModeratePanel)
        panels[:] = [panel for panel in panels if not isinstance(panel, theirs)]
    panels += [
        DeskPanel("editorial_returned", gettext_lazy("Came back with remarks"), 110, returned),
        DeskPanel("editorial_remarks", gettext_lazy("Remarks for me"), 115, remarks_for),
        DeskPanel("editorial_to_decide", gettext_lazy("Awaiting your approval"), 120, to_decide),
        DeskPanel("editorial_submitted", gettext_lazy("Awaiting approval by others"), 170, submitted),
    ]
