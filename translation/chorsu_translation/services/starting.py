"""Start translations."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify as django_slugify
from django.utils.translation import gettext as _
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.coreutils import find_available_slug
from wagtail.log_actions import LogContext
from wagtail.models import Locale, Page, TranslatableMixin
from wagtail.signals import copy_for_translation_done

from chorsu_editorial.lock_order import lock_articles, lock_pages
from chorsu_editorial.reading import all_leaves, with_leaf, without_texts
from chorsu_locales.text import slugify
from chorsu_translation.conf import get_settings
from chorsu_translation.models import Baseline
from chorsu_translation.selectors.starting import may_start, missing_parents, parent_in
from chorsu_translation.services.aliases import turn_alias_into_page
from chorsu_translation.services.baselines import declare_untranslated, link_translation
from chorsu_translation.services.errors import ParentsMissingError, TranslationError

COPY, EMPTY = "copy", "empty"


@transaction.atomic
def start_translation(
    *,
    source: Page,
    locale: Locale,
    user: Any,
    start_with: str = "",
    parents: bool = False,
    draft: bool = False,
) -> Page:
    """Make the draft of a translation, owned by ``user``, and return it; an existing one is returned as it is.

    ``start_with``: "copy" of the source's text, or "empty" blocks with the source's ids; by default what the settings
    say. Of a live source what readers see is taken, and of another one its latest draft; ``draft`` takes that of a live
    source too. ``parents`` makes the pages above that are missing, as drafts. An alias in that language becomes a page.

    Raises ``ParentsMissingError`` where such pages are missing, and ``PermissionDenied`` where the user may not: see
    ``selectors.starting.may_start``.
    """
    source = lock_article(source)
    existing: Page | None = source.get_translation_or_none(locale)
    if existing is not None and not existing.alias_of_id:
        return existing
    missing = missing_parents(source, locale)
    if missing and not parents:
        raise ParentsMissingError(
            _("“%(section)s” has no page in %(language)s yet; it has to be made first.")
            % {"section": missing[-1].title, "language": locale.get_display_name()}
        )
    if not may_start(user=user, source=source, locale=locale, parents=parents, draft=draft):
        raise PermissionDenied
    for page in missing:
        # Else Wagtail's history would show, of all pages that one request makes, the entry of the last alone.
        with LogContext(user=user):
            start_translation(source=page, locale=locale, user=user, start_with=COPY)
    content = _version(source, draft)
    if (start_with or get_settings().start_with) == EMPTY:
        _empty(content)
    if existing is not None:
        target = turn_alias_into_page(alias=existing, content=content, user=user)
        link_translation(
            source=source, target=target, user=user, how=Baseline.How.STARTED, text=_version(source, draft)
        )
        if target.live:
            declare_untranslated(target=target)
        return target
    target = _copy(source=source, content=content, locale=locale, user=user)
    if draft and source.live:
        # The signal's receiver took what readers see, which isn't what was copied.
        link_translation(
            source=source, target=target, user=user, how=Baseline.How.STARTED, text=_version(source, draft)
        )
    return target


def lock_article(page: Page) -> Page:
    """Return the page as it is now; who changes which pages belong to its article waits until this transaction ends.

    All pages of the article are locked, since each can be the source. Raises ``TranslationError`` for a deleted page.
    """
    found = lock_articles([page.translation_key]).get(page.pk)
    if found is None:
        raise TranslationError(_("This page has been deleted, or is no longer part of this article."))
    return found


def _version(source: Page, draft: bool) -> Page:
    """Return the version of the source that is copied, as an object of its own."""
    page: Page = source.get_specific() if source.live and not draft else source.get_latest_revision_as_object()
    return page


def _empty(page: Page) -> None:
    """Empty the texts that are translated; a page without a title can't be stored."""
    kept = [leaf for leaf in all_leaves(page) if leaf.path == "title" or not leaf.compared]
    without_texts(page)
    for leaf in kept:
        with_leaf(page, leaf.path, leaf.source)


def _copy(*, source: Page, content: Page, locale: Locale, user: Any) -> Page:
    """Make the page as Wagtail's ``CopyPageForTranslationAction`` does, but for its owner and its slug.

    That action also asks for rights on the source, and for a permission of another plug-in.
    """
    place = parent_in(source, locale)
    if place is None:
        raise TranslationError(_("The page that it belongs below has been deleted."))
    # Whoever adds another page below it at this moment is waited for: both would get the same place in the tree.
    parent = lock_pages([place.pk])[place.pk]
    target: Page = content.copy(
        to=parent,
        user=user,
        update_attrs={"locale": locale, "slug": find_available_slug(parent, _slug(content, source, parent, locale))},
        copy_revisions=False,
        keep_live=False,
        reset_translation_key=False,
        process_child_object=lambda _page, _copy, _relation, child: _into(child, locale),
        log_action="wagtail.copy_for_translation",
    )
    copy_for_translation_done.send(sender=CopyPageForTranslationAction, source_obj=source.specific, target_obj=target)
    return target


def _slug(content: Page, source: Page, parent: Page, locale: Locale) -> str:
    """Return the slug that the editor's script would make of the title: only such a slug follows the translated title.

    Wagtail's own script keeps the letters of the title where the site allows it. Front pages stand beside each other,
    and get their language's code.
    """
    if parent.is_root():
        return f"{source.slug}-{locale.language_code}"
    if source.slug == django_slugify(content.title, allow_unicode=True):
        return str(source.slug)
    return slugify(content.title, locale.language_code)


def _into(child: Any, locale: Locale) -> None:
    if isinstance(child, TranslatableMixin):
        child.locale = locale
