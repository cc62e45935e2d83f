"""Vocabularies: who may edit which language's text, and their part of the admin.

Texts of vocabularies are live without review. So whoever may write a language, as translators may, fills in what is
empty, and only editors of that language change a text that stands. All languages share a row's address.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.log_actions import log, registry
from wagtail.models import GroupPagePermission, ModelLogEntry
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet, SnippetViewSetGroup

from chorsu_articles.columns import (
    COLUMN_LANGUAGES,
    column,
    columns,
    ordered_languages,
    own_column_language,
    translated_columns,
)
from chorsu_articles.models import Country, Organisation, Person, Topic
from chorsu_articles.protected_names import identities, may_keep_names, may_see_names
from chorsu_articles.signals import shown_texts_changed
from chorsu_editorial.refusals import ChangedSince, Refusal
from chorsu_locales.selectors import enabled_codes, get_language_row

TEXTS_CHANGED = "chorsu_articles.shown_texts_changed"
# What a row has once for all languages.
SHARED_TEXTS = ("slug", "code", "website")


def names_permission(code: str) -> str:
    """Return the permission to edit vocabulary texts in a language, such as ``chorsu_articles.change_names_tg``."""
    return f"chorsu_articles.{column('change_names', code)}"


def editable_languages(user: Any) -> list[str]:
    """Return the codes of the languages whose vocabulary texts the user may edit, switched-on ones first."""
    return [code for code in ordered_languages() if user.has_perm(names_permission(code))]


def edited_languages(user: Any) -> set[str]:
    """Return the codes of the languages in whose trees the user may change everybody's pages: as their editor."""
    granted = GroupPagePermission.objects.filter(group__user=user, permission__codename="change_page")
    places = granted.values_list("page__depth", "page__locale__language_code").distinct()
    if user.is_superuser or any(depth == 1 for depth, _code in places):
        return set(COLUMN_LANGUAGES)
    return {own for _depth, code in places if (own := own_column_language(code))}


def closed_texts(*, user: Any, row: Any) -> dict[str, str]:
    """Return the fields of a stored row that a user may not change, and why; without a user (a program) none."""
    if user is None:
        return {}
    translated = translated_columns(type(row))
    if getattr(row, "name_withheld", False):
        return dict.fromkeys([*translated, *SHARED_TEXTS], gettext("The name is protected."))
    written, edited = set(editable_languages(user)), edited_languages(user)
    closed = {}
    for name, (_field, code) in translated.items():
        if code not in written:
            closed[name] = gettext("You may not edit texts in this language.")
        elif getattr(row, name) and code not in edited:
            closed[name] = gettext("Readers see this text: only editors of this language can change it.")
    if getattr(row, "website", "") and not edited:
        closed["website"] = gettext("Readers see this link: only editors can change it.")
    if getattr(row, "slug", "") and not user.has_perm(f"{row._meta.app_label}.delete_{row._meta.model_name}"):
        closed["slug"] = gettext("Links lead to this address: only those who may delete the entry can change it.")
    return closed


def texts_of(row: models.Model) -> dict[str, str]:
    """Return the texts of a row that readers see, and its address, by column; empty ones are empty strings."""
    names = {field.name for field in row._meta.concrete_fields}
    return {name: getattr(row, name) or "" for name in (*translated_columns(type(row)), *SHARED_TEXTS) if name in names}


def text_changes(*, row: models.Model, user: Any) -> list[Any]:
    """Return the last changes of a row's texts, newest first, with ``may_put_back``: never where the texts are gone."""
    texts, closed = texts_of(row), closed_texts(user=user, row=row)
    entries = registry.get_logs_for_instance(row).filter(action=TEXTS_CHANGED).select_related("user")
    found = list(entries.order_by("-timestamp", "-pk")[:10])
    for entry in found:
        after = entry.data.get("after", {})
        entry.may_put_back = bool(after) and after.items() <= texts.items() and closed.keys().isdisjoint(after)
    return found


def record_change(*, user: Any, row: models.Model, before: models.Model) -> None:
    """Log which texts of a row have changed, and send a signal about those that stood before; ``before`` is as stored.

    Raises ``Refusal`` where the user may not change one of them. Call it in the transaction of the change, with the row
    locked since ``before`` was read.
    """
    former, now = texts_of(before), texts_of(row)
    changed = [name for name in former if former[name] != now[name]]
    closed = closed_texts(user=user, row=before)
    if refused := [closed[name] for name in changed if name in closed]:
        raise Refusal(refused[0])
    if changed:
        old, new = ({name: texts[name] for name in changed} for texts in (former, now))
        log(instance=row, action=TEXTS_CHANGED, user=user, data={"before": old, "after": new})
        # A name that a person gets in a language stands at once where another language's stood: in bylines and credits.
        is_renamed = isinstance(row, Person) and not old.keys().isdisjoint(columns("name"))
        if is_renamed or any(old.values()):
            shown_texts_changed.send(sender=type(row), row=row, user=user, before=old, after=new)


@transaction.atomic
def put_back(*, user: Any, entry: ModelLogEntry) -> None:
    """Give a row the texts back that it had before a logged change; that is logged as a change too.

    Raises ``PermissionDenied`` and, with a sentence to show, ``Refusal``: where the user may not change one of the
    texts, and where they have been changed since.
    """
    model = entry.content_type.model_class()
    if not user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}"):
        raise PermissionDenied
    before, after = entry.data.get("before", {}), entry.data.get("after", {})
    row = model.objects.select_for_update().filter(pk=entry.object_id).first()
    if row is None or not after or not after.items() <= texts_of(row).items():
        raise ChangedSince(gettext("This has been changed since, so nothing was put back."))
    stored = copy(row)
    for name, text in before.items():
        setattr(row, name, text)
    if not row.localized_name():
        raise Refusal(gettext("Enter the name in at least one language."))
    try:
        row.validate_unique()
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from error
    row.save()
    record_change(user=user, row=row, before=stored)


class VocabularyForm(WagtailAdminModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed = closed_texts(user=self.for_user, row=self.instance)
        translated = translated_columns(self._meta.model)
        for name, field in self.fields.items():
            if name in translated:
                base, code = translated[name]
                language = get_language_row(code)
                field.widget.attrs.update({"lang": code, "dir": language.direction})
                plain = capfirst(str(self._meta.model._meta.get_field(base).verbose_name))
                field.label = f"{plain} ({language.name})"
            if name in closed:
                field.disabled = True
                field.help_text = closed[name]

    def clean(self) -> Any:
        data = super().clean() or self.cleaned_data
        names = [data.get(name) for name in columns("name") if name in self.fields]
        if names and not any(name and name.strip() for name in names):
            raise ValidationError(_("Enter the name in at least one language."))
        return data

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Save, and log what changed of texts that readers see. Raises ``Refusal`` where that is closed by now."""
        before = self._meta.model.objects.select_for_update().filter(pk=self.instance.pk).first() if commit else None
        row = super().save(commit=commit)
        if before is not None:
            record_change(user=self.for_user, row=row, before=before)
        return row


class PersonForm(VocabularyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.name_withheld:
            for field in self.fields.values():
                # The panel above the fields says why. A protected name changes only on its own page.
                field.disabled, field.help_text = True, ""


class VocabularySearchForm(BaseFilterForm):
    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"placeholder": _("Search")}))

    def filter(self, objects: Any) -> Any:
        objects = super().filter(objects)
        if text := self.cleaned_data["q"].strip():
            self.is_searching = True
            self.search_query = text
            objects = objects.named(text)
        return objects


class SearchedByName:
    filter_form_class = VocabularySearchForm

    def apply_object_list_ordering(self, objects: Any) -> Any:
        return objects.ordered_by_name()


class VocabularyChooseView(SearchedByName, ChooseView): ...


class VocabularyChooseResultsView(SearchedByName, ChooseResultsView): ...


class VocabularyChooserViewSet(SnippetChooserViewSet):
    choose_view_class = VocabularyChooseView
    choose_results_view_class = VocabularyChooseResultsView
    # Wagtail's own word is translated once, when the server starts.
    page_title = _("Choose")


class VocabularyIndexView(IndexView):
    def order_queryset(self, queryset: Any) -> Any:
        return super().order_queryset(queryset) if self.request.GET.get("ordering") else queryset.ordered_by_name()

    def search_queryset(self, queryset: Any) -> Any:
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


def entry_form(*panels: Panel, form: type[VocabularyForm] = VocabularyForm) -> ObjectList:
    return ObjectList(list(panels), base_form_class=form)


class VocabularyViewSet(SnippetViewSet):
    index_view_class = VocabularyIndexView
    chooser_viewset_class = VocabularyChooserViewSet
    search_fields = list(columns("name"))
    search_backend_name = None
    list_per_page = 50
    inspect_view_enabled = False
    copy_view_enabled = False


class TextChangesPanel(Panel):
    class BoundPanel(Panel.BoundPanel):
        template_name = "chorsu_articles/admin/text_changes_panel.html"

        def is_shown(self) -> bool:
            return bool(self.changes)

        @cached_property
        def changes(self) -> list[Any]:
            return text_changes(row=self.instance, user=self.request.user) if self.instance.pk else []


CHANGES = TextChangesPanel(heading=_("Changed texts that readers see"), classname="collapsed")


@require_POST
def put_text_back(request: HttpRequest, entry_id: int) -> HttpResponse:
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
    edit_handler = entry_form(CHANGES, *language_panels("name", "description"), FieldPanel("slug"))


class CountryViewSet(VocabularyViewSet):
    model = Country
    icon = "site"
    menu_label = _("Countries")
    list_display = ["__str__", "code"]
    edit_handler = entry_form(CHANGES, FieldPanel("code"), *language_panels("name"))


class ProtectionPanel(Panel):
    class BoundPanel(Panel.BoundPanel):
        template_name = "chorsu_articles/admin/protection_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            user, person, shown = self.request.user, self.instance, {}
            if person.name_withheld and (may_see_names(user) or may_keep_names(user)):
                shown["identity"] = identities().filter(person=person).first()
            may_protect = person.pk and not person.name_withheld and may_keep_names(user)
            return {**super().get_context_data(parent_context), **shown, "may_protect": may_protect}


class PersonViewSet(VocabularyViewSet):
    model = Person
    icon = "user"
    menu_label = _("People")
    list_display = [
        "__str__",
        "slug",
        BooleanColumn("name_withheld", label=capfirst(Person._meta.get_field("name_withheld").verbose_name)),
    ]
    list_filter = ["name_withheld"]
    edit_handler = entry_form(
        *(ProtectionPanel(), CHANGES, *language_panels("name", "position", "about")),
        *(FieldPanel("photo"), FieldPanel("slug")),
        form=PersonForm,
    )


class OrganisationViewSet(VocabularyViewSet):
    model = Organisation
    icon = "group"
    menu_label = _("Organisations")
    list_display = ["__str__", "slug"]
    edit_handler = entry_form(
        CHANGES, *language_panels("name", "description"), FieldPanel("website"), FieldPanel("slug")
    )


class VocabularyGroup(SnippetViewSetGroup):
    menu_label = _("Vocabularies")
    menu_icon = "tag"
    menu_order = 310
    items = (TopicViewSet, CountryViewSet, PersonViewSet, OrganisationViewSet)
