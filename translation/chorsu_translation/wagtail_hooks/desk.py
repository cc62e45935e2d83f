"""The desk in Wagtail's admin; planning from the explorer and the editor; a person's own work; rules."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminPageChooser
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from chorsu_locales.menus import MenuItemFor
from chorsu_translation import urls
from chorsu_translation.filters import my_work
from chorsu_translation.models import NotPlannedRule
from chorsu_translation.selectors import desk_locales
from chorsu_translation.selectors.rights import plannable_locales
from chorsu_translation.services.states import write_marked
from chorsu_translation.views.planning import MOST


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """Add the desk's addresses."""
    return [path("translations/", include(urls))]


@hooks.register("register_admin_menu_item")
def register_desk_menu_item() -> MenuItem:
    """Add the desk to the main menu."""
    return MenuItemFor(
        gettext_lazy("Translations"),
        reverse("chorsu_translation:desk"),
        shown_to=desk_locales,
        name="translations",
        icon_name="globe",
        order=150,
    )


class PlanBulkAction(PageBulkAction):
    """Leads to the page that plans the translations of the chosen pages, which says of each what can't be done."""

    display_name = gettext_lazy("Plan translations")
    action_type = "plan_translations"
    aria_label = gettext_lazy("Plan the translations of the selected pages")
    action_priority = 200

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Go on to that page."""
        pages, _refused = self.get_actionable_objects()
        chosen: list[tuple[str, Any]] = [("id", page.pk) for page in pages[:MOST]]
        return redirect(f"{reverse('chorsu_translation:plan')}?{urlencode([*chosen, ('next', self.next_url)])}")

    post = get


hooks.register("register_bulk_action", PlanBulkAction)


@hooks.register("register_page_header_buttons")
def plan_button(page: Page, user: Any, view_name: str, next_url: str | None = None) -> list[Button]:
    """Offer in the editor to plan the translations of the page."""
    if view_name != "edit" or page.alias_of_id or not plannable_locales([page], user):
        return []
    query = urlencode({"id": page.pk, "next": next_url or reverse("wagtailadmin_pages:edit", args=[page.pk])})
    url = f"{reverse('chorsu_translation:plan')}?{query}"
    return [Button(_("Plan translations"), url, icon_name="globe", priority=85)]


class MyWorkPanel(Component):
    """What somebody has to translate."""

    name = "translation_my_work"
    template_name = "chorsu_translation/admin/desk_my_work.html"
    order = 150

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """Return the person's ``work``."""
        write_marked()
        return {"work": my_work(parent_context["request"].user)}


@hooks.register("construct_homepage_panels")
def add_my_work(_request: HttpRequest, panels: list[Component]) -> None:
    """Put a person's translations on the admin's home page."""
    panels.append(MyWorkPanel())


class RuleForm(WagtailAdminModelForm):
    """A rule, with who decided it."""

    class Meta:
        model = NotPlannedRule
        fields = ("locale", "section", "older_than_days")
        widgets = {"section": AdminPageChooser}

    def clean(self) -> dict[str, Any]:
        """Ask for what the rule is about: without it nothing would be translated any more."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("section") and cleaned.get("older_than_days") is None:
            self.add_error(None, _("Choose a section, an age, or both."))
        return cleaned

    def save(self, commit: bool = True) -> NotPlannedRule:
        """Store who decided it last."""
        self.instance.decided_by = self.for_user
        rule: NotPlannedRule = super().save(commit=commit)
        return rule


class RuleViewSet(ModelViewSet):
    """The rules for what isn't translated, under Settings, for those who hold the permissions of the model."""

    model = NotPlannedRule
    name = "translation_rules"
    url_prefix = "translations/rules"
    menu_label = gettext_lazy("Rules for translations")
    index_results_template_name = "chorsu_translation/admin/rules_results.html"
    menu_order = 700
    icon = "no-view"
    add_to_settings_menu = True
    list_display = (
        Column("locale", label=gettext_lazy("Language"), accessor=lambda rule: rule.locale.get_display_name()),
        Column("section", label=gettext_lazy("Section")),
        Column("older_than_days", label=pgettext_lazy("rule for translations", "Older than, days")),
        Column("decided_by", label=gettext_lazy("Decided by")),
    )
    inspect_view_enabled = False

    def get_form_class(self, *_args: Any, **_kwargs: Any) -> type[WagtailAdminModelForm]:
        """Return the form that remembers who decided."""
        return RuleForm


@hooks.register("register_admin_viewset")
def register_rules() -> RuleViewSet:
    """Add the rules to the admin."""
    return RuleViewSet()
