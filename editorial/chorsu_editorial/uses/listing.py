"""Where a file is used, as one person may know it, and in which drafts this person can replace it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from chorsu_editorial.uses.replacing import obstacle
from chorsu_editorial.uses.selectors import State, uses


@dataclass(frozen=True, slots=True)
class ListedUse:
    """A page, or another object, that uses a file; ``name`` says nothing of what the person may not see.

    ``page`` is the key of a page whose draft the person can save.
    """

    name: str
    kind: str
    url: str
    language: str
    states: tuple[str, ...]
    page: int | None = None


def listed_uses(*, file: Any, user: Any) -> list[ListedUse]:
    """Return what uses a file; the queries don't grow with the pages, but for those in review."""
    found = uses(file)
    keys = [use.source.pk for use in found if isinstance(use.source, Page)]
    pages: Any = Page.objects.filter(pk__in=keys).annotate_approved_schedule().prefetch_workflow_states()
    by_key = {page.pk: page for page in pages.select_related("locale")}
    seen = set(page_permission_policy.explorable_instances(user).filter(pk__in=keys).values_list("pk", flat=True))
    finder = AdminURLFinder(user)
    return [
        _list_page(by_key[use.source.pk], user, _names(use.states), seen=use.source.pk in seen)
        if isinstance(use.source, Page)
        else _list_other(use.source, finder, _names(use.states))
        for use in found
    ]


def _list_page(page: Page, user: Any, states: tuple[str, ...], *, seen: bool) -> ListedUse:
    language = page.locale.get_display_name()
    if not seen:
        return ListedUse(_("Another page"), "", "", language, states)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    kind = capfirst(str(page.cached_content_type.name))
    free = None if obstacle(page, user) else page.pk
    return ListedUse(page.get_admin_display_title(), kind, url, language, states, free)


def _list_other(source: Any, finder: AdminURLFinder, states: tuple[str, ...]) -> ListedUse:
    kind = str(source._meta.verbose_name)
    if url := finder.get_edit_url(source):
        return ListedUse(str(source), capfirst(kind), url, "", states)
    return ListedUse(_("Another object (%(kind)s)") % {"kind": kind}, "", "", "", states)


def _names(states: tuple[State, ...]) -> tuple[str, ...]:
    names = {"live": _("live"), "review": _("in review"), "scheduled": _("scheduled"), "draft": _("draft")}
    return tuple(names[state] for state in states)
