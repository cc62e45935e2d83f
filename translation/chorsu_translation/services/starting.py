"""Start translations."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction, ParentNotTranslatedError
from wagtail.models import Locale, Page, Revision

from chorsu_translation.selectors import may_read_drafts


class TranslationError(Exception):
    """A translation can't be made; the text tells the translator why."""


def may_start(*, user: Any, source: Page, locale: Locale) -> bool:
    """Return whether the user may add a translation, by two rules.

    The right to add pages is asked of the target's tree, not the source's. What readers can't see yet is copied only
    by who may edit the source or holds ``chorsu_translation.add_translationlink``, as translators and editors do: a
    copy is as good as reading the draft.
    """
    if not (source.live or may_read_drafts(user) or source.permissions_for_user(user).can_edit()):
        return False
    parent = _parent_in(source, locale)
    return parent is not None and parent.permissions_for_user(user).can_add_subpage()


def _parent_in(source: Page, locale: Locale) -> Page | None:
    """Return the page below which a translation belongs; front pages of all languages stand below the root."""
    parent: Page = source.get_parent()
    return parent if parent.is_root() else parent.get_translation_or_none(locale)


@transaction.atomic
def start_translation(*, source: Page, locale: Locale, user: Any) -> Page:
    """Make the draft of a translation, owned by ``user``, and return it; an existing one is returned as it is.

    The source may be unpublished. Raises ``TranslationError`` where the section has no page in that language, and
    ``PermissionDenied`` where the user may not: see ``may_start``.
    """
    # Who begins the same translation at the same moment waits here, and then finds it.
    Page.objects.select_for_update().get(pk=source.pk)
    existing: Page | None = source.get_translation_or_none(locale)
    if existing is not None:
        return existing
    parent = _parent_in(source, locale)
    if parent is None:
        raise TranslationError(
            _("“%(section)s” has no page in %(language)s yet; a chief editor has to make it first.")
            % {"section": source.get_parent().title, "language": locale.get_display_name()}
        )
    if not may_start(user=user, source=source, locale=locale):
        raise PermissionDenied
    action = CopyPageForTranslationAction(source.specific, locale, user=user)
    try:
        # The action's own check asks for rights on the source and for another plug-in's permission.
        target: Page = action.execute(skip_permission_checks=True)
    except ParentNotTranslatedError as error:  # a section that is deleted at this moment
        raise TranslationError(str(error)) from error
    # The action leaves both without a person, and then nobody could submit or be told of the draft.
    Page.objects.filter(pk=target.pk).update(owner=user)
    Revision.objects.filter(pk=target.latest_revision_id).update(user=user)
    target.refresh_from_db()
    return target
