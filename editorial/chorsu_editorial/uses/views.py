"""Wagtail's pages of a picture or document: where it is used, how pages get another one, and what can't be changed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.documents import get_document_model
from wagtail.documents.views import documents
from wagtail.images import get_image_model
from wagtail.images.views import images

from chorsu_editorial.refusals import Refusal
from chorsu_editorial.uses.forms import frozen_form
from chorsu_editorial.uses.listing import MOST_LISTED, ListedUse, listed_uses, may_add_version
from chorsu_editorial.uses.selectors import in_use
from chorsu_editorial.uses.services import explain_use
from chorsu_editorial.uses.versions import put_new_version, successor, version_form
from chorsu_locales.wagtail_compat import policy_registry


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
        return frozen_form(super().get_form_class())  # type: ignore[misc]


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
    """Where a file is used, and the way to give drafts of pages a new version of it."""

    template_name = "chorsu_editorial/file_uses.html"
    page_title = gettext_lazy("Where it is used")
    paginate_by = None

    object: Any
    request: HttpRequest

    @cached_property
    def uses(self) -> list[ListedUse]:
        """Return all uses."""
        return listed_uses(file=self.object, user=self.request.user)

    @cached_property
    def form(self) -> Any:
        """Return the form for a new version, or None where this person can give none to any page."""
        user = self.request.user
        pages = [use.page for use in self.uses[:MOST_LISTED] if use.page]
        if not pages or not may_add_version(file=self.object, user=user):
            return None
        data = (self.request.POST, self.request.FILES) if self.request.method == "POST" else ()
        return version_form(self.object)(*data, instance=successor(self.object, user), user=user, pages=pages)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Save the new version and the drafts that show it."""
        if self.form is None:
            raise PermissionDenied
        status = 200
        if self.form.is_valid():
            try:
                return self._put()
            except Refusal as refusal:
                self.form.add_error(None, str(refusal))
                status = refusal.status
        self.object_list = self.get_queryset()
        response: HttpResponse = self.render_to_response(self.get_context_data())  # type: ignore[attr-defined]
        response.status_code = status
        return response

    def _put(self) -> HttpResponse:
        pages = self.form.cleaned_data["pages"]
        new = put_new_version(user=self.request.user, file=self.object, form=self.form, pages=pages)
        text = ngettext(
            "The new version is in the draft of %(count)d page. Readers see the old one until it is approved.",
            "The new version is in the drafts of %(count)d pages. Readers see the old one until they are approved.",
            len(pages),
        )
        button = messages.button(self.get_edit_url(new), _("Edit it"))  # type: ignore[attr-defined]
        messages.success(self.request, text % {"count": len(pages)}, buttons=[button])
        return redirect(new.usage_url)

    def get_queryset(self) -> list[ListedUse]:
        """Return what is listed."""
        return self.uses[:MOST_LISTED]

    def get_table(self, object_list: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        """Leave the table to the template."""
        return super().get_table([], **kwargs)  # type: ignore[misc]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the form, and whether the file is in use."""
        context = {
            "form": self.form,
            "in_use": in_use(self.object),
            "may_add": may_add_version(file=self.object, user=self.request.user),
            "more": max(0, len(self.uses) - MOST_LISTED),
            **kwargs,
        }
        found: dict[str, Any] = super().get_context_data(*args, **context)  # type: ignore[misc]
        return found


class PictureUsageView(UsageMixin, images.UsageView):
    """Where a picture is used."""


class DocumentUsageView(UsageMixin, documents.UsageView):
    """Where a document is used."""


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
    """Return the addresses of Wagtail's own pages that these stand in for."""
    return [
        path("images/<int:image_id>/", PictureEditView.as_view()),
        path("images/<int:image_id>/delete/", PictureDeleteView.as_view()),
        path("images/usage/<int:image_id>/", PictureUsageView.as_view()),
        path("documents/usage/<int:document_id>/", DocumentUsageView.as_view()),
        path("documents/edit/<int:document_id>/", DocumentEditView.as_view()),
        path("documents/delete/<int:document_id>/", DocumentDeleteView.as_view()),
    ]
