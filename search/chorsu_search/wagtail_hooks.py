"""Where search joins Wagtail's admin: words that mean the same, which editors keep, and what readers look for."""

from __future__ import annotations

from django import forms
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSet

from chorsu_locales.menus import MenuItemFor
from chorsu_locales.selectors import enabled_languages
from chorsu_search.models import WordGroup
from chorsu_search.reports import QueriesReport, policy


class WordGroupForm(WagtailAdminModelForm):
    """A group of words; its language is one that the site publishes in."""

    class Meta:
        model = WordGroup
        fields = ("language", "words", "weight")
        widgets = {"words": forms.Textarea(attrs={"rows": 4, "dir": "auto"})}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        choices = [("", _("Every language")), *((row.code, row.name) for row in enabled_languages())]
        own = self.instance.language
        if own not in dict(choices):
            choices.append((own, own))  # switched off since
        self.fields["language"] = forms.ChoiceField(
            label=field.label, required=False, choices=choices, help_text=field.help_text
        )


class WordGroupViewSet(ModelViewSet):
    """The list of groups, and the forms of one."""

    model = WordGroup
    name = "chorsu_search_words"
    icon = "search"
    menu_label = _("Words that mean the same")
    add_to_settings_menu = True
    list_display = ("__str__", "language", "weight")
    list_filter = ("language",)
    search_fields = ("words",)

    def get_form_class(self, for_update: bool = False) -> type[WordGroupForm]:  # noqa: ARG002
        """Return the form that offers the site's languages."""
        return WordGroupForm


@hooks.register("register_admin_viewset")
def register_viewset() -> WordGroupViewSet:
    """Add the pages."""
    return WordGroupViewSet()


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let the rights be given to groups."""
    return Permission.objects.filter(content_type__app_label="chorsu_search", content_type__model="wordgroup")


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    """Put the report below the admin's address."""
    results = QueriesReport.as_view(results_only=True)
    return [
        path("reports/queries/", QueriesReport.as_view(), name=QueriesReport.index_url_name),
        path("reports/queries/results/", results, name=QueriesReport.index_results_url_name),
    ]


@hooks.register("register_reports_menu_item")
def register_reports_menu_item() -> MenuItem:
    """Put the report into the Reports menu."""
    address = reverse(QueriesReport.index_url_name)
    return MenuItemFor(
        QueriesReport.page_title,
        address,
        shown_to=lambda user: policy.user_has_any_permission(user, QueriesReport.any_permission_required),
        name="queries",
        icon_name="search",
        order=950,
    )
