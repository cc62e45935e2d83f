"""Aliases that become translations."""

from __future__ import annotations

from typing import Any

from modelcluster.models import get_all_child_relations
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.models import COMMENTS_RELATION_NAME, Page, TranslatableMixin


def turn_alias_into_page(*, alias: Page, content: Page, user: Any) -> Page:
    """Make a page of an alias, with a draft of this content, and return it.

    What readers see of it stays: the words of the page that it followed. The caller checks rights, and links it.
    """
    # Before the conversion, which stores a revision of the page.
    alias.owner = user
    alias.save(update_fields=["owner"], clean=False)
    page: Page = Page.objects.get(pk=alias.pk).specific
    ConvertAliasPageAction(page, user=user).execute(skip_permission_checks=True)
    draft = page.with_content_json(content.serializable_data())
    # The rows of the content belong to another page: these are new ones.
    content.copy_all_child_relations(target=draft, exclude=[COMMENTS_RELATION_NAME])
    for relation in get_all_child_relations(type(draft)):
        for row in getattr(draft, relation.get_accessor_name()).all():
            if isinstance(row, TranslatableMixin):
                row.locale = draft.locale
    for name in ("slug", *content.exclude_fields_in_copy):
        setattr(draft, name, getattr(page, name))
    draft.save_revision(user=user, clean=False)
    return Page.objects.get(pk=alias.pk)
