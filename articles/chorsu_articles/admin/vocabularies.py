"""Vocabularies in the admin: a group of fields per language, search in all languages at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.models import ModelLogEntry
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet, SnippetViewSetGroup

from chorsu_articles.columns import column, columns
from chorsu_articles.forms.vocabularies import PersonForm, VocabularyForm, VocabularySearchForm
from chorsu_articles.models import Country, Organisation, Person, Topic
from chorsu_articles.permissions import ordered_languages
from chorsu_articles.selectors.protected_names import identity_of, may_keep_names, may_see_names
from chorsu_articles.selectors.vocabularies import TEXTS_CHANGED, text_changes
from chorsu_articles.services.vocabularies import put_back
from chorsu_editorial.refusals import Refusal
from chorsu_locales.selectors import enabled_codes, get_language_row


class InOrderOfNames:
    """Lists rows by the name that the user of the admin sees."""

    def apply_object_list_ordering(self, objects: Any) -> Any:
        """Order by name in the language of the admin."""
        return objects.ordered_by_name()


class VocabularyChooseView(InOrderOfNames, ChooseView):
    filter_form_class = VocabularySearchForm


class VocabularyChooseResultsView(InOrderOfNames, ChooseResultsView):
    filter_form_class = VocabularySearchForm


class VocabularyChooserViewSet(SnippetChooserViewSet):
    choose_view_class = VocabularyChooseView
    choose_results_view_class = VocabularyChooseResultsView
    # Wagtail's own word is translated once, when the server starts.
    page_title = _("Choose")


class VocabularyIndexView(IndexView):
    """The list of a vocabulary, by name unless a column is chosen."""

    def order_queryset(self, queryset: Any) -> Any:
        """Order by the chosen column, else by name."""
        if self.request.GET.get("ordering"):
            return super().order_queryset(queryset)
        return queryset.ordered_by_name()

    def search_queryset(self, queryset: Any) -> Any:
        """Search in every language's names at once."""
        return queryset.named(self.search_query) if self.is_searching else queryset


def language_panels(*names: str) -> list[MultiFieldPanel]:
    """Return one group of fields for each language that has columns, switched-on languages first and open."""
    enabled = set(enabled_codes())
    return [
        MultiFieldPanel(
            [FieldPanel(column(name, code)) for name in names],
            heading=get_language_row(code).name,
            classname="" if code in enabled else "collapsed",
        )
        for code in ordered_languages()
    ]


class VocabularyViewSet(SnippetViewSet):
    """What the vocabularies have in common."""

    index_view_class = VocabularyIndexView
    chooser_viewset_class = VocabularyChooserViewSet
    search_fields = list(columns("name"))
    search_backend_name = None
    list_per_page = 50
    inspect_view_enabled = False
    copy_view_enabled = False


class TextChangesPanel(Panel):
    """What was changed last of the texts that readers see, each with a button that puts it back."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "chorsu_articles/admin/text_changes_panel.html"

        def is_shown(self) -> bool:
            """Show it where something was changed."""
            return bool(self.changes)

        @cached_property
        def changes(self) -> list[Any]:
            """Return the changes."""
            return text_changes(row=self.instance, user=self.request.user) if self.instance.pk else []


CHANGES = TextChangesPanel(heading=_("Changed texts that readers see"), classname="collapsed")


@require_POST
def put_text_back(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Undo a change of the texts, and return to the row."""
    entry = get_object_or_404(ModelLogEntry.objects.filter(action=TEXTS_CHANGED), pk=entry_id)
    model: Any = entry.content_type.model_class()
    try:
        put_back(user=request.user, entry=entry)
        messages.success(request, gettext("Readers see the former text again."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(model.snippet_viewset.get_url_name("edit"), entry.object_id)


class TopicViewSet(VocabularyViewSet):
    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    list_display = ["__str__", "slug"]
    edit_handler = ObjectList(
        [CHANGES, *language_panels("name", "description"), FieldPanel("slug")],
        base_form_class=VocabularyForm,
    )


class CountryViewSet(VocabularyViewSet):
    model = Country
    icon = "site"
    menu_label = _("Countries")
    list_display = ["__str__", "code"]
    edit_handler = ObjectList([CHANGES, FieldPanel("code"), *language_panels("name")], base_form_class=VocabularyForm)


class ProtectionPanel(Panel):
    """Whether the name is protected, and the way to the page where that is changed."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "chorsu_articles/admin/protection_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Lead only those to the page who may enter it."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            user, person = self.request.user, self.instance
            if person.name_withheld and (may_see_names(user) or may_keep_names(user)):
                context["identity"] = identity_of(person)
            context["may_protect"] = person.pk and not person.name_withheld and may_keep_names(user)
            return context


class PersonViewSet(VocabularyViewSet):
    model = Person
    icon = "user"
    menu_label = _("People")
    list_display = ["__str__", "slug", "name_withheld"]
    list_filter = ["name_withheld"]
    edit_handler = ObjectList(
        [
            ProtectionPanel(),
            CHANGES,
            *language_panels("name", "position", "about"),
            FieldPanel("photo"),
            FieldPanel("slug"),
        ],
        base_form_class=PersonForm,
    )


class OrganisationViewSet(VocabularyViewSet):
    model = Organisation
    icon = "group"
    menu_label = _("Organisations")
    list_display = ["__str__", "slug"]
    edit_handler = ObjectList(
        [CHANGES, *language_panels("name", "description"), FieldPanel("website"), FieldPanel("slug")],
        base_form_class=VocabularyForm,
    )


class VocabularyGroup(SnippetViewSetGroup):
    """The menu of the vocabularies."""

    menu_label = _("Vocabularies")
    menu_icon = "tag"
    menu_order = 310
    items = (TopicViewSet, CountryViewSet, PersonViewSet, OrganisationViewSet)
