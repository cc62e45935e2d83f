"""Where chief editors arrange what stands around every page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet
from wagtail.snippets.widgets import AdminSnippetChooser

from chorsu_articles.columns import column, columns
from chorsu_articles.models import Topic
from chorsu_articles.models.pages import COUNTRY_CHOOSER
from chorsu_articles.vocabularies import VocabularyForm, editable_languages, language_panels
from chorsu_locales.selectors import enabled_languages
from cms.outlet import MOST_LINES, Outlet

# Wagtail puts the model's name into a sentence, which gives a wrong case in languages that have cases.
TOPIC_CHOOSER = AdminSnippetChooser(
    Topic,
    choose_one_text=_("Choose a topic"),
    choose_another_text=_("Choose another topic"),
    link_to_chosen_text=_("Edit this topic"),
    icon="tag",
)


class OutletForm(VocabularyForm):
    """Texts of a language are open to those who may edit them in the vocabularies, those of menu and footer too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.for_user is None:
            return
        open_languages = editable_languages(self.for_user)
        closed = {name for name, (_field, code) in columns("label").items() if code not in open_languages}
        for formset in self.formsets.values():
            for form in [*formset.forms, formset.empty_form]:
                for name in closed & set(form.fields):
                    form.fields[name].disabled = True


class OutletIndexView(IndexView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        keys = list(Outlet.objects.values_list("pk", flat=True)[:2])
        if len(keys) == 1 and not self.results_only and request.user.has_perm("chorsu_cms.change_outlet"):
            return redirect(self.get_edit_url(Outlet(pk=keys[0])))
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response


def line_panels(*own: FieldPanel) -> list[Any]:
    labels = [
        FieldPanel(column("label", language.code), heading=format_lazy("{} ({})", _("Label"), language.name))
        for language in enabled_languages()
    ]
    pairs = [FieldRowPanel(labels[at : at + 2]) for at in range(0, len(labels), 2)]
    return [
        FieldPanel("page"),
        FieldRowPanel([FieldPanel("topic", widget=TOPIC_CHOOSER), FieldPanel("country", widget=COUNTRY_CHOOSER)]),
        FieldPanel("address"),
        *own,
        MultiFieldPanel(pairs, heading=_("Label, where it is another"), classname="collapsed"),
    ]


class OutletViewSet(SnippetViewSet):
    model = Outlet
    icon = "home"
    menu_label = _("Outlet")
    menu_order = 580
    add_to_settings_menu = True
    index_view_class = OutletIndexView
    list_display = ["__str__", "site"]
    inspect_view_enabled = False
    copy_view_enabled = False
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    *language_panels("name", "tagline"),
                    MultiFieldPanel([FieldPanel("logo"), FieldPanel("logo_dark")], heading=_("Logo")),
                    MultiFieldPanel([FieldPanel("accent"), FieldPanel("accent_dark")], heading=_("Colour")),
                    FieldPanel("share_picture"),
                    FieldPanel("site", permission="wagtailcore.change_site"),
                ],
                heading=_("Name and looks"),
            ),
            ObjectList(
                [
                    InlinePanel(
                        "menu_entries",
                        line_panels(FieldPanel("inside")),
                        heading=_("Menu"),
                        label=_("line of the menu"),
                        help_text=_(
                            "Without any line, the menu is the sections in the order of the page tree. A topic or"
                            " country is shown in the languages that have publications about it."
                        ),
                        max_num=MOST_LINES["menu_entries"],
                    )
                ],
                heading=_("Menu"),
            ),
            ObjectList(
                [
                    InlinePanel(
                        "footer_entries",
                        line_panels(),
                        heading=_("Columns"),
                        label=_("line of the footer"),
                        help_text=_("A line with nothing but a label begins a column under it."),
                        max_num=MOST_LINES["footer_entries"],
                    ),
                    InlinePanel(
                        "social_addresses",
                        [FieldRowPanel([FieldPanel("name"), FieldPanel("address")])],
                        heading=_("Social networks"),
                        label=_("social address"),
                        max_num=MOST_LINES["social_addresses"],
                    ),
                    MultiFieldPanel(
                        [FieldPanel("editorial_policy"), FieldPanel("correction_policy")], heading=_("Policies")
                    ),
                    *language_panels("contacts", "imprint", "licence"),
                    FieldPanel("licence_url"),
                ],
                heading=_("Footer"),
            ),
        ],
        base_form_class=OutletForm,
    )
