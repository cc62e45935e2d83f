"""Wagtail's pages of a picture or document in use: where it is used, and *Replace in this draft*.

That puts a new file, another object of the library, in the place of one in use, in one page's draft.
Wagtail's reference index finds references and can't change them. What is changed here: foreign keys, choosers in the
blocks of StreamFields, pictures and links in rich text, and all of these in child rows. Where anything else refers to
the file, such as the cell of a table, nothing is saved.
"""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from re import Match
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.forms.models import BaseModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.views import generic
from wagtail.blocks import Block, ChooserBlock, RichTextBlock
from wagtail.documents import get_document_model
from wagtail.documents.forms import get_document_form
from wagtail.documents.views import documents
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form
from wagtail.images.views import images
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.permissions import page_permission_policy
from wagtail.rich_text import get_rewriter

from chorsu_editorial.file_usage.files import (
    FOCAL_POINT,
    check_change,
    explain_use,
    frozen_fields,
    in_use,
    reference_paths,
    uses,
)
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.reading import child_relations, child_rows, walk
from chorsu_editorial.refusals import Refusal
from chorsu_locales.wagtail_compat import policy_registry

REPLACE_PICTURE, REPLACE_DOCUMENT = "chorsu_editorial_replace_picture", "chorsu_editorial_replace_document"


class FrozenInUse(BaseModelForm):  # type: ignore[type-arg]  # a plain class at run time
    """Refuse, in a form of a picture or document, another file, crop or title while pages use it."""

    def clean(self) -> Any:
        """Say at the field, or above the form where it is a hidden one, why it can't be changed."""
        data = super().clean()
        changed = [name for name in self.changed_data if name in frozen_fields()[type(self.instance)]]
        if changed and self.instance.pk and in_use(self.instance):
            hidden = self.fields[changed[0]].widget.is_hidden
            self.add_error(None if hidden else changed[0], explain_use(self.instance))
        return data

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Save, unless it came into use since: Wagtail deletes a document's old file before it saves the new one."""
        if commit:
            check_change(self.instance)
        return super().save(commit=commit)


class EditMixin(generic.EditView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().get(request, *args, **kwargs)
        self._link_to_uses()
        return response

    def form_invalid(self, form: Any) -> Any:
        self._link_to_uses()
        return super().form_invalid(form)

    def _link_to_uses(self) -> None:
        if in_use(self.object):
            button = messages.button(self.object.usage_url, _("Where it is used, new version"))
            messages.warning(self.request, explain_use(self.object), buttons=[button])

    def get_form_class(self) -> Any:
        """Return Wagtail's form, or the site's own, with the file frozen."""
        form_class = super().get_form_class()
        return type(form_class.__name__, (FrozenInUse, form_class), {})


class DeleteMixin(generic.DeleteView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show where a file is used: Wagtail would deny the right. Who may not change it is told nothing of it."""
        file = get_object_or_404(self.model, pk=kwargs[self.pk_url_kwarg])
        policy = policy_registry.get_by_type(self.model)
        if policy.user_has_permission_for_instance(request.user, "change", file) and in_use(file):
            messages.error(request, explain_use(file))
            return redirect(file.usage_url)
        return super().dispatch(request, *args, **kwargs)


class UsageMixin(generic.UsageView):
    template_name = "chorsu_editorial/file_usage/file_uses.html"
    page_title = gettext_lazy("Where it is used")
    paginate_by = None
    replace_name: str

    def get_queryset(self) -> list[dict[str, Any]]:
        return listed_uses(file=self.object, user=self.request.user)

    def get_table(self, object_list: Any, **kwargs: Any) -> Any:  # noqa: ARG002 -- the template has its own
        return super().get_table([], **kwargs)

    def get_context_data(self, *args: Any, **kwargs: Any) -> Any:
        replace = self.replace_name if may_replace(file=self.object, user=self.request.user) else ""
        return super().get_context_data(*args, in_use=in_use(self.object), replace=replace, **kwargs)


def replace_file(request: HttpRequest, file_id: int, page_id: int, *, model: Any) -> HttpResponse:
    user, file, page = request.user, get_object_or_404(model, pk=file_id), get_object_or_404(Page, pk=page_id)
    if not may_replace(file=file, user=user):
        raise PermissionDenied
    if why := obstacle(page, user):
        messages.error(request, _("A page can't be changed: %(why)s Nothing was saved.") % {"why": why})
        return redirect(file.usage_url)
    form = replacement_form(file, user, *((request.POST, request.FILES) if request.method == "POST" else ()))
    status = 200
    if form.is_valid():
        try:
            new = replace_in_draft(user=user, file=file, form=form, page=page)
        except CannotReplace as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            edit = messages.button(reverse("wagtailadmin_pages:edit", args=[page.pk]), _("Edit it"))
            text = _("The new version is in the draft. Readers see the old one until it is approved.")
            messages.success(request, text, buttons=[edit])
            return redirect(new.usage_url)
    context = {"file": file, "page": page, "form": form, "page_title": _("Replace in this draft"), "media": form.media}
    return TemplateResponse(request, "chorsu_editorial/file_usage/replace_in_draft.html", context, status=status)


class PictureUsageView(UsageMixin, images.UsageView):
    replace_name = REPLACE_PICTURE


class DocumentUsageView(UsageMixin, documents.UsageView):
    replace_name = REPLACE_DOCUMENT


class PictureEditView(EditMixin, images.EditView):
    pass


class PictureDeleteView(DeleteMixin, images.DeleteView):
    model = get_image_model()


class DocumentEditView(EditMixin, documents.EditView):
    pass


class DocumentDeleteView(DeleteMixin, documents.DeleteView):
    model = get_document_model()


@hooks.register("register_admin_urls", order=-1)
def register_file_urls() -> list[URLPattern]:
    """Stand in for Wagtail's pages of pictures and documents: the first match answers."""
    picture, document = {"model": get_image_model()}, {"model": get_document_model()}
    return [
        path("images/<int:image_id>/", PictureEditView.as_view()),
        path("images/<int:image_id>/delete/", PictureDeleteView.as_view()),
        path("images/usage/<int:image_id>/", PictureUsageView.as_view()),
        path("images/<int:file_id>/replace/<int:page_id>/", replace_file, picture, name=REPLACE_PICTURE),
        path("documents/<int:file_id>/replace/<int:page_id>/", replace_file, document, name=REPLACE_DOCUMENT),
        path("documents/usage/<int:document_id>/", DocumentUsageView.as_view()),
        path("documents/edit/<int:document_id>/", DocumentEditView.as_view()),
        path("documents/delete/<int:document_id>/", DocumentDeleteView.as_view()),
    ]


# What a new file has of its own.
OWN = {"file", "file_size", "file_hash", "width", "height", "created_at", "uploaded_by_user", *FOCAL_POINT}


class CannotReplace(Refusal):
    """The draft of a page can't be given another file."""

    status = 409


def may_replace(*, file: Any, user: Any) -> bool:
    """Return whether a person may put a file beside this one: into its collection, whose readers are the same."""
    policy = policy_registry.get_by_type(type(file))
    may_change = policy.user_has_permission_for_instance(user, "change", file)
    collections = policy.collections_user_has_permission_for(user, "add")
    return bool(may_change and collections.filter(pk=file.collection_id).exists())


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


def replacement_form(file: Any, user: Any, *data: Any) -> Any:
    """Return Wagtail's form for uploading, or the site's own, asked for the file alone; the rest is the old one's."""
    new = type(file).objects.get(pk=file.pk)
    for field in new._meta.concrete_fields:
        if field.unique or field.name in OWN:
            setattr(new, field.attname, field.get_default())
    new._state.adding = True  # noqa: SLF001 - as Django's documentation says it for copies
    new.uploaded_by_user = user
    model = type(file)
    form_class: Any = get_image_form(model) if model is get_image_model() else get_document_form(model)
    form = form_class(*data, instance=new, user=user)
    form.fields = {"file": form.fields["file"]}
    # Wagtail fills in the title by the file's name, which isn't asked for here.
    widget = form.fields["file"].widget
    widget.attrs = {name: value for name, value in widget.attrs.items() if not name.startswith("data-")}
    return form


@transaction.atomic
def replace_in_draft(*, user: Any, file: Any, form: Any, page: Page) -> Any:
    """Save the new file of a valid form, put it into a new draft of a page, and return the picture or document.

    Raises ``PermissionDenied`` for who may not add files to the collection, and ``CannotReplace``.
    """
    if not may_replace(file=file, user=user):
        raise PermissionDenied
    fresh = lock_pages([page.pk])[page.pk]
    if why := obstacle(fresh, user):
        raise CannotReplace(_("A page can't be changed: %(why)s Nothing was saved.") % {"why": why})
    draft: Any = fresh.specific.get_latest_revision_as_object()
    title = {"page": draft.get_admin_display_title()}
    if not reference_paths(draft, file):
        raise CannotReplace(_("The draft of “%(page)s” doesn't show it any more. Nothing was saved.") % title)
    tags = list(file.tags.all())
    new = form.save()
    new.tags.set(tags)
    log(instance=new, action="wagtail.create", user=user)
    replace(draft, file, new)
    if reference_paths(draft, file):
        text = _("“%(page)s” shows it in a way that is not known here: choose the new version in its editor.")
        raise CannotReplace(text % title)
    # A draft may lack what its editor demands.
    draft.save_revision(user=user, log_action=True, clean=False)
    return new


def replace(instance: Any, old: models.Model, new: models.Model) -> None:
    """Let an object in memory refer to ``new`` wherever it refers to ``old``, as far as that can be changed."""
    relations = child_relations(type(instance))
    for name in {place.partition(".")[0] for place in reference_paths(instance, old)} - relations.keys():
        field, value = instance._meta.get_field(name), getattr(instance, name)
        if isinstance(field, StreamField):
            value = _in_block(field.stream_block, field.get_prep_value(value), old, new)
        else:
            value = _in_rich_text(value, old, new) if isinstance(field, RichTextField) else new
        setattr(instance, name, value)
    for relation in relations:
        rows = child_rows(instance, relation)
        if any(reference_paths(row, old) for row in rows):
            for row in rows:
                replace(row, old, new)
            # The relation hands out other objects each time else.
            getattr(instance, relation).set(rows)


def _in_block(block: Block, stored: Any, old: models.Model, new: models.Model) -> Any:
    raw = {"value": deepcopy(stored)}
    for each in walk(block, raw, "value", ""):
        if isinstance(each.block, ChooserBlock) and isinstance(old, each.block.model_class):
            if str(each.value) == str(old.pk):
                each.container[each.key] = new.pk
        elif isinstance(each.block, RichTextBlock) and each.value:
            each.container[each.key] = _in_rich_text(each.value, old, new)
    return raw["value"]


def _in_rich_text(html: str, old: models.Model, new: models.Model) -> str:
    def in_tag(rewriter: Any, match: Match[str]) -> str:
        tag = match.group(0)
        for model, key, *_paths in rewriter.extract_references(tag):
            if isinstance(old, model) and str(key) == str(old.pk):
                return tag.replace(f' id="{key}"', f' id="{new.pk}"')
        return tag

    for rewriter in get_rewriter().rewriters:
        html = rewriter.get_opening_tag_regex().sub(partial(in_tag, rewriter), html)
    return html


def listed_uses(*, file: Any, user: Any) -> list[dict[str, Any]]:
    """Return what uses a file, unnamed where the person may not see it; ``page``: whose draft the person can save."""
    found = uses(file)
    keys = [use.source.pk for use in found if isinstance(use.source, Page)]
    pages: Any = Page.objects.filter(pk__in=keys).annotate_approved_schedule().prefetch_workflow_states()
    by_key = {page.pk: page for page in pages.select_related("locale")}
    seen = set(page_permission_policy.explorable_instances(user).filter(pk__in=keys).values_list("pk", flat=True))
    finder = AdminURLFinder(user)
    names = {"live": _("live"), "review": _("in review"), "scheduled": _("scheduled"), "draft": _("draft")}
    listed = []
    for use in found:
        row: dict[str, Any] = {"states": [names[state] for state in use.states]}
        kind = str(use.source._meta.verbose_name)
        if not isinstance(use.source, Page):
            if url := finder.get_edit_url(use.source):
                row |= {"name": str(use.source), "kind": capfirst(kind), "url": url}
            else:
                row["name"] = _("Another object (%(kind)s)") % {"kind": kind}
        else:
            page = by_key[use.source.pk]
            row |= {"name": _("Another page"), "language": page.locale.get_display_name()}
            if page.pk in seen:
                row |= {
                    "name": page.get_admin_display_title(),
                    "kind": capfirst(str(page.cached_content_type.name)),
                    "url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
                    "page": None if obstacle(page, user) else page.pk,
                }
        listed.append(row)
    return listed
