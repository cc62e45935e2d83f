"""Where a file is used, as one person may know it, and which drafts this person can give a new version of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page, PageQuerySet
from wagtail.permissions import page_permission_policy

from chorsu_editorial.uses.models import FileUse
from chorsu_editorial.uses.selectors import State, uses
from chorsu_locales.wagtail_compat import policy_registry

# More are counted only: a list of choices for people, and a bound for what it takes to tell who may edit them.
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class ListedUse:
    """A page, or another object, that uses a file.

    ``name`` says nothing of what the person may not see. ``obstacle`` says why its draft can't be given a new version
    by this person; where it is empty, ``page`` can be.
    """

    name: str
    kind: str
    url: str
    language: str
    states: tuple[str, ...]
    page: Page | None = None
    obstacle: str = ""


def listed_uses(*, file: Any, user: Any) -> list[ListedUse]:
    """Return what uses a file, the pages whose drafts this person can change first; the queries don't grow with them.

    But for pages in review, each of which takes some to tell who may edit it.
    """
    found = uses(file)
    states = {use.source.pk: use.states for use in found if isinstance(use.source, Page)}
    pages = _with_what_locks_ask(Page.objects.filter(pk__in=states))
    seen = set(page_permission_policy.explorable_instances(user).filter(pk__in=states).values_list("pk", flat=True))
    drafts = _shown_in_draft(file, pages)
    listed = [
        _list_page(page, user, states[page.pk], seen=page.pk in seen, in_draft=page.pk in drafts) for page in pages
    ]
    listed.sort(key=lambda use: (bool(use.obstacle), not use.url, use.language, use.name))
    others = AdminURLFinder(user)
    return listed + [_list_other(use.source, others, use.states) for use in found if not isinstance(use.source, Page)]


def may_add_version(*, file: Any, user: Any) -> bool:
    """Return whether a person may put a file beside this one: into its collection, whose readers are the same."""
    policy = policy_registry.get_by_type(type(file))
    return bool(policy.collections_user_has_permission_for(user, "add").filter(pk=file.collection_id).exists())


def obstacle(page: Page, user: Any) -> str:
    """Return why a person can't save a draft of a page now, or an empty string."""
    if page.alias_of_id:
        return _("It follows another page.")
    tester = page.permissions_for_user(user)
    if not tester.can_edit():
        return _("You may not edit it.")
    if page.approved_schedule:
        return _("It waits for its time: nobody changes it until then.")
    return _("It is locked.") if tester.page_locked() else ""


def _with_what_locks_ask(pages: PageQuerySet) -> QuerySet[Page]:
    found: QuerySet[Page] = pages.annotate_approved_schedule().prefetch_workflow_states().select_related("locale")
    return found


def _shown_in_draft(file: Any, pages: Iterable[Page]) -> set[int]:
    """Return the primary keys of pages whose latest version uses a file; without a later one it is the live one."""
    latest = {page.latest_revision_id: page.pk for page in pages if page.latest_revision_id != page.live_revision_id}
    used = FileUse.objects.of_file(file).filter(revision__in=latest).values_list("revision_id", flat=True)
    return {latest[pk] for pk in used} | {page.pk for page in pages if page.pk not in latest.values()}


def _list_page(page: Page, user: Any, states: tuple[State, ...], *, seen: bool, in_draft: bool) -> ListedUse:
    language = page.locale.get_display_name()
    if not seen:
        return ListedUse(_("Another page"), "", "", language, _state_names(states), obstacle=_("You may not edit it."))
    why = obstacle(page, user) or ("" if in_draft else _("Its draft shows something else already."))
    name, kind = page.get_admin_display_title(), str(page.cached_content_type.name)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return ListedUse(name, capfirst(kind), url, language, _state_names(states), None if why else page, why)


def _list_other(source: Any, finder: AdminURLFinder, states: tuple[State, ...]) -> ListedUse:
    kind = str(source._meta.verbose_name)
    url = finder.get_edit_url(source) or ""
    name = str(source) if url else _("Another object (%(kind)s)") % {"kind": kind}
    why = _("Not a page: choose the new version there.")
    return ListedUse(name, capfirst(kind) if url else "", url, "", _state_names(states), obstacle=why)


def _state_names(states: tuple[State, ...]) -> tuple[str, ...]:
    names = {"live": _("live"), "review": _("in review"), "scheduled": _("scheduled"), "draft": _("draft")}
    return tuple(names[state] for state in states)
