"""A new version of a file in use: another object of the library, which drafts show in the place of the old one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.documents.forms import get_document_form
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form
from wagtail.log_actions import log
from wagtail.models import Page

from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.refusals import Refusal
from chorsu_editorial.uses.files import FOCAL_POINT
from chorsu_editorial.uses.listing import may_add_version, obstacle
from chorsu_editorial.uses.replacing import refers_to, replace

# What a new file has of its own.
OWN = {"file", "file_size", "file_hash", "width", "height", "created_at", "uploaded_by_user", *FOCAL_POINT}


class CannotReplace(Refusal):
    """The draft of a page can't be given the new version."""

    status = 409


def successor(file: Any, user: Any) -> Any:
    """Return a copy of a picture or document in memory, which waits for a file of its own."""
    new = type(file).objects.get(pk=file.pk)
    for field in new._meta.concrete_fields:
        if field.unique or field.name in OWN:
            setattr(new, field.attname, field.get_default())
    new._state.adding = True  # noqa: SLF001 - as Django's documentation says it for copies
    new.uploaded_by_user = user
    return new


class VersionFormMixin:
    """Wagtail's form for uploading, or the site's own, asked for the file alone, and for the pages that get it."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, pages: Collection[Page], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file = self.fields["file"]
        # Wagtail fills in the title by the file's name, which isn't asked for here.
        file.widget.attrs = {name: value for name, value in file.widget.attrs.items() if not name.startswith("data-")}
        self.fields.clear()
        self.fields["file"] = file
        self.fields["pages"] = forms.TypedMultipleChoiceField(
            choices=[(page.pk, page.pk) for page in pages],
            coerce=int,
            initial=[page.pk for page in pages],
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": gettext_lazy("Choose at least one page whose draft gets the new version."),
                "invalid_choice": gettext_lazy("One of the pages can't be changed by you, or not any more."),
            },
        )


def version_form(file: Any) -> type[Any]:
    """Return the class of the form for a new version of a file."""
    model = type(file)
    form_class = get_image_form(model) if model is get_image_model() else get_document_form(model)
    return type(form_class.__name__, (VersionFormMixin, form_class), {})


@transaction.atomic
def put_new_version(*, user: Any, file: Any, form: Any, pages: Collection[int]) -> Any:
    """Save the new file of a valid form and put it into a new draft of each page; return the new picture or document.

    Pages that are live stay as they are: the drafts go through their approval. Raises ``PermissionDenied`` for who may
    not add files to the collection, and ``CannotReplace``; then nothing is saved.
    """
    if not may_add_version(file=file, user=user):
        raise PermissionDenied
    drafts = [_draft(page, user, file) for page in lock_pages(pages).values()]
    tags = list(file.tags.all())
    new = form.save()
    new.tags.set(tags)
    log(instance=new, action="wagtail.create", user=user)
    for draft in drafts:
        replace(draft, file, new)
        if refers_to(draft, file):
            raise CannotReplace(
                _("“%(page)s” shows it in a way that is not known here: choose the new version in its editor.")
                % {"page": draft.get_admin_display_title()}
            )
        # A draft may lack what its editor demands.
        draft.save_revision(user=user, log_action=True, clean=False)
    return new


def _draft(page: Page, user: Any, file: Any) -> Page:
    if why := obstacle(page, user):
        raise CannotReplace(_("A page can't be changed: %(why)s Nothing was saved.") % {"why": why})
    draft: Page = page.specific.get_latest_revision_as_object()
    if not refers_to(draft, file):
        raise CannotReplace(
            _("The draft of “%(page)s” doesn't show it any more. Nothing was saved.")
            % {"page": draft.get_admin_display_title()}
        )
    return draft
