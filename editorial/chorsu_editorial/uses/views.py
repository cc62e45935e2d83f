"""Wagtail's pages of a picture or document in use, and *Replace in this draft*."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.documents import get_document_model
from wagtail.documents.views import documents
from wagtail.images import get_image_model
from wagtail.images.views import images
from wagtail.models import Page

from chorsu_editorial.uses.files import frozen_fields
from chorsu_editorial.uses.listing import ListedUse, listed_uses
from chorsu_editorial.uses.replacing import CannotReplace, may_replace, obstacle, replace_in_draft, replacement_form
from chorsu_editorial.uses.selectors import in_use
from chorsu_editorial.uses.services import check_change, explain_use
from chorsu_locales.wagtail_compat import policy_registry


class FrozenInUse:
    """Refuse, in a form of a picture or document, another file, crop or title while pages use it."""

    instance: Any
    changed_data: list[str]

    def clean(self) -> Any:
        """Say at the field, or above the form where it is a hidden one, why it can't be changed."""
        data = super().clean()  # type: ignore[misc]
        frozen = frozen_fields()[type(self.instance)]
        changed = [name for name in self.changed_data if name in frozen]
        if changed and self.instance.pk and in_use(self.instance):
            name = changed[0]
            field = None if self.fields[name].widget.is_hidden else name  # type: ignore[attr-defined]
            self.add_error(field, explain_use(self.instance))  # type: ignore[attr-defined]
        return data

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Save, unless it came into use since: Wagtail deletes a document's old file before it saves the new one."""
        if commit:
            check_change(self.instance)
        return super().save(commit=commit)  # type: ignore[misc]


class EditMixin:
    """The editor of a file."""

    object: Any
    request: HttpRequest

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say beforehand that the file is in use, and where."""
        response: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[misc]
        self._show_way()
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say it again where the form was refused."""
        self._show_way()
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        return response

    def _show_way(self) -> None:
        if in_use(self.object):
            button = messages.button(self.object.usage_url, _("Where it is used, new version"))
            messages.warning(self.request, explain_use(self.object), buttons=[button])

    def get_form_class(self) -> Any:
        """Return Wagtail's form, or the site's own, with the file frozen."""
        form_class = super().get_form_class()  # type: ignore[misc]
        return type(form_class.__name__, (FrozenInUse, form_class), {})


class DeleteMixin:
    """The question whether to delete a file."""

    model: Any
    pk_url_kwarg: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show where the file is used instead, if it is: Wagtail would say that one has no right to this area.

        Who may not change it is told nothing of it.
        """
        file = get_object_or_404(self.model, pk=kwargs[self.pk_url_kwarg])
        policy = policy_registry.get_by_type(self.model)
        if policy.user_has_permission_for_instance(request.user, "change", file) and in_use(file):
            messages.error(request, explain_use(file))
            return redirect(file.usage_url)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class UsageMixin:
    """Where a file is used, and the ways to replace it in drafts."""

    template_name = "chorsu_editorial/file_uses.html"
    page_title = gettext_lazy("Where it is used")
    paginate_by = None
    replace_name: str

    object: Any
    request: HttpRequest

    def get_queryset(self) -> list[ListedUse]:
        """Return what is listed."""
        return listed_uses(file=self.object, user=self.request.user)

    def get_table(self, object_list: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        """Leave the table to the template."""
        return super().get_table([], **kwargs)  # type: ignore[misc]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add whether the file is in use, and how this person may replace it."""
        context = {
            "in_use": in_use(self.object),
            "replace": self.replace_name if may_replace(file=self.object, user=self.request.user) else "",
            **kwargs,
        }
        found: dict[str, Any] = super().get_context_data(*args, **context)  # type: ignore[misc]
        return found


def replace(request: HttpRequest, file_id: int, page_id: int, *, model: Any) -> HttpResponse:
    """Ask for another file, and put it into the draft of a page."""
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
    return TemplateResponse(request, "chorsu_editorial/replace_in_draft.html", context, status=status)


class PictureUsageView(UsageMixin, images.UsageView):
    """Where a picture is used."""

    replace_name = "chorsu_editorial_replace_picture"


class DocumentUsageView(UsageMixin, documents.UsageView):
    """Where a document is used."""

    replace_name = "chorsu_editorial_replace_document"


class PictureEditView(EditMixin, images.EditView):
    """The editor of a picture."""


class PictureDeleteView(DeleteMixin, images.DeleteView):
    """The question whether to delete a picture."""

    model = get_image_model()


class DocumentEditView(EditMixin, documents.EditView):
    """The editor of a document."""


class DocumentDeleteView(DeleteMixin, documents.DeleteView):
    """The question whether to delete a document."""

    model = get_document_model()


def urlpatterns() -> list[URLPattern]:
    """Return the addresses of Wagtail's own pages that these stand in for, and those of replacing."""
    return [
        path("images/<int:image_id>/", PictureEditView.as_view()),
        path("images/<int:image_id>/delete/", PictureDeleteView.as_view()),
        path("images/usage/<int:image_id>/", PictureUsageView.as_view()),
        path(
            "images/<int:file_id>/replace/<int:page_id>/",
            replace,
            {"model": get_image_model()},
            name="chorsu_editorial_replace_picture",
        ),
        path(
            "documents/<int:file_id>/replace/<int:page_id>/",
            replace,
            {"model": get_document_model()},
            name="chorsu_editorial_replace_document",
        ),
        path("documents/usage/<int:document_id>/", DocumentUsageView.as_view()),
        path("documents/edit/<int:document_id>/", DocumentEditView.as_view()),
        path("documents/delete/<int:document_id>/", DocumentDeleteView.as_view()),
    ]
