"""Where search joins Wagtail's admin: words that mean the same, which editors keep, and what readers look for."""

from __future__ import annotations

from django import forms
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.viewsets.model import ModelViewSet

from chorsu_locales.selectors import enabled_languages
from chorsu_search import query_counts  # noqa: F401 - the report joins by its own hooks
from chorsu_search.models import WordGroup


class WordGroupForm(WagtailAdminModelForm):
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
    model = WordGroup
    name = "chorsu_search_words"
    icon = "search"
    menu_label = _("Words that mean the same")
    add_to_settings_menu = True
    list_display = ("__str__", "language", "weight")
    list_filter = ("language",)
    search_fields = ("words",)

    def get_form_class(self, for_update: bool = False) -> type[WordGroupForm]:  # noqa: ARG002
        return WordGroupForm


@hooks.register("register_admin_viewset")
def register_viewset() -> WordGroupViewSet:
    return WordGroupViewSet()


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="chorsu_search", content_type__model="wordgroup")
