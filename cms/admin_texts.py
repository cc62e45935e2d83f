"""Texts of Wagtail's that come out in one language for everybody: they are asked for anew, for who sees them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy
from wagtail.admin.forms.workflows import WorkflowPageForm
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import Page, Site
from wagtail.sites.views import IndexView as SitesView
from wagtail.snippets.views.snippets import SnippetViewSet
from wagtail.snippets.widgets import AdminSnippetChooser
from wagtail.users.forms import PagePermissionsForm
from wagtail.users.views.bulk_actions.assign_role import RoleForm
from wagtail.users.views.groups import IndexView as GroupsView

from cms.newsroom.roles import group_label

CHOOSE_A_PAGE = AdminPageChooser.choose_one_text


def _of_chooser(text: Any) -> property:
    """Return a chooser's text as a property; what Wagtail says when a form's class is made is dropped."""
    return property(text, lambda _chooser, _text: None)


def _snippet(message: str) -> property:
    return _of_chooser(lambda chooser: gettext(message) % {"object": chooser.model._meta.verbose_name})


def _page(chooser: Any) -> str:
    model = chooser.model or Page
    return str(CHOOSE_A_PAGE if model is Page else f"{CHOOSE_A_PAGE} ({capfirst(model._meta.verbose_name)})")


def _search_groups(view: GroupsView, groups: QuerySet[Group]) -> QuerySet[Group]:
    query = (view.search_query or "").casefold()
    return groups.filter(pk__in=[group.pk for group in groups if query in str(group).casefold()])


AdminSnippetChooser.choose_one_text = _snippet("Choose %(object)s")
AdminSnippetChooser.choose_another_text = _snippet("Choose another %(object)s")
AdminSnippetChooser.link_to_chosen_text = _snippet("Edit this %(object)s")
AdminPageChooser.choose_one_text = _of_chooser(_page)

SnippetViewSet.breadcrumbs_items = WagtailAdminTemplateMixin.breadcrumbs_items
for column in SitesView.columns:
    if column.name in ("port", "site_name", "root_page"):
        column.label = capfirst(Site._meta.get_field(column.name).verbose_name)

# Groups are stored under English names, by which code finds them; people find them by what they read.
Group.__str__ = group_label  # type: ignore[assignment, method-assign]
GroupsView.columns[0].accessor = str
GroupsView.search_queryset = _search_groups

# Fields that have no label.
RoleForm.base_fields["role"].label = gettext_lazy("Role")
for form in (WorkflowPageForm, PagePermissionsForm):
    form.base_fields["page"].label = gettext_lazy("Page")
