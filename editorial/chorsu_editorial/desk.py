"""What a person has to approve, as a page of its own; and the panels of approvals on the admin's home page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, F, Q
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel, WorkflowObjectsToModeratePanel
from wagtail.models import COMMENTS_RELATION_NAME, Page, TaskState, WorkflowMixin, WorkflowState
from wagtail.permissions import page_permission_policy

from chorsu_editorial.approvers import approving_tasks
from chorsu_editorial.comments import given_to
from chorsu_editorial.held_approvals import held_approvals_for
from chorsu_editorial.links import editor_url, review_url
from chorsu_editorial.review_queue import Waiting, number_waiting, waiting_for
from chorsu_locales.desk import MOST, DeskPanel, DeskRow, names_languages
from chorsu_locales.menus import MenuItemFor


def to_decide(user: Any) -> list[DeskRow]:
    return _to_review(waiting_for(user)[:MOST])


def whole_queue(_user: Any) -> tuple[str, str]:
    return _("The whole queue"), reverse("chorsu_editorial_queue")


def _to_review(found: list[Waiting]) -> list[DeskRow]:
    """Return a row for each review, with what its approver has to know to choose it."""
    pages = _with_facts(Page.objects.filter(pk__in=[each.key for each in found]))
    places = {key: page.path[: -page.steplen] for key, page in pages.items()}
    above = {page.path: page.get_admin_display_title() for page in Page.objects.filter(path__in=places.values())}
    rows = []
    for key, state, due in found:
        if page := pages.get(str(key)):
            version = _("New version") if page.live else _("New text")
            facts = [_said_of(due), page.page_type_display_name, above[places[str(key)]], version]
            own = getattr(state, "foureyestaskstate", None)
            rows.append(_row(page, own and own.submitted_by, facts, when=state.started_at, address=review_url(page)))
    return rows


def _said_of(due: date | None) -> str:
    is_late = due is not None and due < timezone.localdate()
    text = _("Overdue: %(day)s") if is_late else _("Due: %(day)s")
    said = text % {"day": date_format(due, "DATE_FORMAT")} if due else ""
    return format_html('<strong class="chorsu-desk__late">{}</strong>', said) if is_late else said


def show_queue(request: HttpRequest) -> HttpResponse:
    rows, held = _to_review(waiting_for(request.user)), held_approvals_for(request.user).count()
    context = {"rows": rows, "count": held, **names_languages()}
    return render(request, "chorsu_editorial/desk/review_queue.html", context)


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
    found = ((pages[key], row) for key, row in given if pages[key].permissions_for_user(user).can_edit())
    return [
        _row(page, row.user, address=editor_url(page, row.contentpath, row.pk), remark=row.text, when=row.created_at)
        for page, row in found
    ]


def _with_facts(pages: Any) -> dict[str, Any]:
    """Return pages by key, of their own classes, with the ``code`` of their language and their open ``remarks``."""
    is_open = Q(**{f"{COMMENTS_RELATION_NAME}__resolved_at": None})
    counted = pages.annotate(code=F("locale__language_code"), remarks=Count(COMMENTS_RELATION_NAME, filter=is_open))
    return {str(page.pk): page for page in counted.specific(defer=True)}


def _row(page: Any, who: Any = None, more: Sequence[str] = (), **options: Any) -> DeskRow:
    remarks = ngettext("%(counter)s open remark", "%(counter)s open remarks", page.remarks) % {"counter": page.remarks}
    facts = [*more, get_user_display_name(who) if who else "", remarks if page.remarks else ""]
    options = {"address": editor_url(page), "facts": list(filter(None, facts)), **options}
    return DeskRow(page.get_admin_display_title(), code=page.code, **options)


@hooks.register("construct_homepage_panels")
def add_panels(_request: HttpRequest, panels: list[Component]) -> None:
    """Take the places of Wagtail's panels, unless these tell of something else too: of snippets in a workflow."""
    if not any(issubclass(model, WorkflowMixin) and not issubclass(model, Page) for model in apps.get_models()):
        theirs = (UserObjectsInWorkflowModerationPanel, WorkflowObjectsToModeratePanel)
        panels[:] = [panel for panel in panels if not isinstance(panel, theirs)]
    panels += [
        DeskPanel("editorial_returned", gettext_lazy("Came back with remarks"), 110, returned),
        DeskPanel("editorial_remarks", gettext_lazy("Remarks for me"), 115, remarks_for),
        DeskPanel("editorial_to_decide", gettext_lazy("Awaiting your approval"), 120, to_decide, whole_queue),
        DeskPanel("editorial_submitted", gettext_lazy("Awaiting approval by others"), 170, submitted),
    ]


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    return [path("to-approve/", show_queue, name="chorsu_editorial_queue")]


@hooks.register("register_admin_menu_item")
def register_menu_item() -> MenuItem:
    options = {"name": "to-approve", "icon_name": "success", "order": 90}
    return MenuItemFor(
        gettext_lazy("To approve"),
        reverse("chorsu_editorial_queue"),
        shown_to=lambda user: approving_tasks(user).filter(active=True).exists(),
        count=number_waiting,
        **options,
    )
