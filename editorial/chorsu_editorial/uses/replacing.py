"""*Replace in this draft*: a new file, another object of the library, in the place of one in use, in one page's draft.

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
from django.utils.translation import gettext as _
from wagtail.blocks import Block, ChooserBlock, RichTextBlock
from wagtail.documents.forms import get_document_form
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.rich_text import get_rewriter

from chorsu_editorial.block_texts import walk
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.refusals import Refusal
from chorsu_editorial.text_fields import child_relations, child_rows
from chorsu_editorial.uses.files import FOCAL_POINT, reference_paths
from chorsu_locales.wagtail_compat import policy_registry

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
    attrs = form.fields["file"].widget.attrs
    form.fields["file"].widget.attrs = {name: value for name, value in attrs.items() if not name.startswith("data-")}
    return form


@transaction.atomic
def replace_in_draft(*, user: Any, file: Any, form: Any, page: Page) -> Any:
    """Save the new file of a valid form and put it into a new draft of a page; return the new picture or document.

    A page that is live stays as it is: the draft goes through its approval. Raises ``PermissionDenied`` for who may
    not add files to the collection, and ``CannotReplace``; then nothing is saved.
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
        raise CannotReplace(
            _("“%(page)s” shows it in a way that is not known here: choose the new version in its editor.") % title
        )
    # A draft may lack what its editor demands.
    draft.save_revision(user=user, log_action=True, clean=False)
    return new


def replace(instance: Any, old: models.Model, new: models.Model) -> None:
    """Let an object in memory refer to ``new`` wherever it refers to ``old``, as far as that can be changed."""
    relations = child_relations(type(instance))
    for name in {path.partition(".")[0] for path in reference_paths(instance, old)} - relations.keys():
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
    for rewriter in get_rewriter().rewriters:
        html = rewriter.get_opening_tag_regex().sub(partial(_in_tag, rewriter, old, new), html)
    return html


def _in_tag(rewriter: Any, old: models.Model, new: models.Model, match: Match[str]) -> str:
    tag = match.group(0)
    for model, key, *_paths in rewriter.extract_references(tag):
        if isinstance(old, model) and str(key) == str(old.pk):
            return tag.replace(f' id="{key}"', f' id="{new.pk}"')
    return tag
