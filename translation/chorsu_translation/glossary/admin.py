"""The glossary in the admin: who works in a language proposes terms into it, its editors approve them by saving.

Editors of a language may change or publish the pages of its tree; nobody needs a permission for terms.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import Locale, Page
from wagtail.permission_policies.base import BasePermissionPolicy

from chorsu_locales.normal_form import no_formula
from chorsu_locales.wagtail_compat import register_permission_policy
from chorsu_translation.codes import FileError
from chorsu_translation.glossary import files
from chorsu_translation.models import Term
from chorsu_translation.pages import has_desk, rights_of


class TermPolicy(BasePermissionPolicy):
    permission_cache_name = "chorsu_translation_terms"

    def get_all_permissions_for_user(self, user: Any) -> dict[int, bool]:
        """Return the languages into which a user may propose terms, and whether they are an editor of each."""
        rights = rights_of(user)
        edited = {home.locale_id for home in Page.objects.filter(depth=2) if rights.may_plan(home.path)}
        return {locale.pk: locale.pk in edited for locale in Locale.objects.all() if rights.works_in(locale)}

    def user_has_permission(self, user: Any, action: str) -> bool:
        if action in {"change", "delete"}:
            return any(self.get_cached_permissions_for_user(user).values())
        return has_desk(user)

    def user_has_permission_for_instance(self, user: Any, _action: str, instance: Term) -> Any:
        return self.get_cached_permissions_for_user(user).get(instance.target_locale_id, False)


POLICY = TermPolicy(Term)
register_permission_policy(Term, POLICY, exact_class=True)


class TermView:
    """A form of a term. Only editors of its language open one that is there, and what they save is approved."""

    request: Any
    form: Any

    @property
    def rights(self) -> Any:
        return POLICY.get_cached_permissions_for_user(self.request.user)

    def get_queryset(self) -> QuerySet[Term]:
        return Term.objects.filter(target_locale__in=[pk for pk, is_editor in self.rights.items() if is_editor])

    def get_form(self, *args: Any) -> Any:
        form: Any = super().get_form(*args)  # type: ignore[misc]
        if "target_locale" in form.fields:
            form.fields["target_locale"].queryset = Locale.objects.filter(pk__in=self.rights)
        return form

    def save_instance(self) -> Any:
        term = self.form.instance
        term.approved_at = timezone.now() if self.rights[term.target_locale_id] else None
        term.proposed_by = term.proposed_by if term.pk else self.request.user
        return super().save_instance()  # type: ignore[misc]


class TermCreateView(TermView, CreateView):
    def get_initial(self) -> Any:
        """Return what the editor of pages proposes."""
        return self.request.GET.dict()

    def get_success_buttons(self) -> list[Any]:
        return []


class TermIndexView(IndexView):
    queryset = Term.objects.select_related("source_locale", "target_locale", "proposed_by")
    template_name = "chorsu_translation/glossary/list.html"
    FORMATS = (*IndexView.FORMATS, "tbx")
    list_export = ("source_locale.language_code", "target_locale.language_code", *files.FIELDS)
    export_headings = dict(zip(list_export, files.COLUMNS, strict=True))
    custom_field_preprocess = {name: dict.fromkeys(IndexView.FORMATS, no_formula) for name in files.FIELDS}

    def get_edit_url(self, instance: Term) -> Any:
        return super().get_edit_url(instance) if self.user_has_permission_for_instance("change", instance) else None

    def get_delete_url(self, instance: Term) -> Any:
        return super().get_delete_url(instance) if self.user_has_permission_for_instance("delete", instance) else None

    def as_spreadsheet(self, queryset: QuerySet[Term], spreadsheet_format: str) -> Any:
        terms = queryset.filter(approved_at__isnull=False)
        if spreadsheet_format == "tbx":
            response = render(self.request, "chorsu_translation/glossary/tbx.xml", {"terms": terms}, "application/xml")
            response.headers["Content-Disposition"] = 'attachment; filename="glossary.tbx"'
            return response
        return super().as_spreadsheet(terms, spreadsheet_format)

    def post(self, request: HttpRequest) -> Any:
        """Bring in a file, and say above the list what became of its terms."""
        try:
            self.report = bring_in(files.read(request.FILES.get("file") or BytesIO()), request.user)
        except FileError as error:
            self.report = {"error": str(error)}
        return self.get(request)


@transaction.atomic
def bring_in(rows: Iterable[Iterable[str]], user: Any) -> dict[str, Any]:
    """Store new terms as if typed; return how many, how many are there already, and what can't be taken."""
    rights, now = POLICY.get_cached_permissions_for_user(user), timezone.now()
    locales: dict[str, Any] = {each.language_code.lower(): each.pk for each in Locale.objects.all()}
    terms: list[Term] = []
    left: list[Term] = []
    for *codes, source, target, forbidden, note in rows:
        term = Term(source=source, target=target, forbidden=forbidden, note=note, proposed_by=user)
        pks: list[Any] = [locales.get(code) or locales.get(code.partition("-")[0]) for code in map(str.lower, codes)]
        term.source_locale_id, term.target_locale_id = pks
        term.approved_at = now if rights.get(pks[1]) else None
        try:
            term.full_clean(("source_locale", "target_locale", "proposed_by", "approved_at"), False, False)
            (terms if pks[0] and pks[1] in rights else left).append(term)
        except ValidationError:
            left.append(term)
    before = Term.objects.count()
    Term.objects.bulk_create(terms, ignore_conflicts=True)
    new = Term.objects.count() - before
    return {"new": new, "same": len(terms) - new, "left": left}


class TermViewSet(ModelViewSet):
    model = Term
    name = "chorsu_glossary"
    url_prefix = "translations/glossary"
    menu_label = gettext_lazy("Glossary")
    icon = "openquote"
    add_to_admin_menu = True
    menu_order = 152
    permission_policy = POLICY
    index_view_class = TermIndexView
    add_view_class = TermCreateView
    edit_view_class = type("TermEditView", (TermView, EditView), {"submit_button_label": gettext_lazy("Approve")})
    delete_view_class = type("TermDeleteView", (TermView, DeleteView), {})
    copy_view_enabled = False
    list_display = ("source", "target", "source_locale", "target_locale", "note", "proposed_by", "approved_at")
    list_filter = ("source_locale", "target_locale")
    search_fields = ("source", "target", "note")
    ordering = (F("approved_at").asc(nulls_first=True), "source")
    form_fields = ("source_locale", "target_locale", *files.FIELDS)
