"""What a translation can be started from, and where it will stand."""

from __future__ import annotations

import uuid
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wagtail.models import Locale, Page

from chorsu_translation.selectors.rights import Rights, may_read


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """A version of a page that a translation can be made from: what readers see, or the draft of ``saved_at``.

    ``value`` names it in a form.
    """

    page: Page
    draft: bool = False
    saved_at: datetime | None = None

    @property
    def value(self) -> str:
        """Return the page's key, with a mark for the draft of a live page."""
        return f"{self.page.pk}:draft" if self.draft else str(self.page.pk)


def parent_in(source: Page, locale: Locale) -> Page | None:
    """Return the page below which a translation belongs; front pages of all languages stand below the root."""
    parent: Page = source.get_parent()
    return parent if parent.is_root() else parent.get_translation_or_none(locale)


def missing_parents(source: Page, locale: Locale) -> list[Page]:
    """Return the pages above a source that have no page in this language, the uppermost first."""
    above: list[Page] = list(source.get_ancestors().filter(depth__gt=1).order_by("depth"))
    keys = [page.translation_key for page in above]
    there = set(Page.objects.filter(locale=locale, translation_key__in=keys).values_list("translation_key", flat=True))
    missing: list[Page] = []
    # Those above the lowest one that is there aren't needed.
    for page in reversed(above):
        if page.translation_key in there:
            break
        missing.insert(0, page)
    return missing


def may_start(*, user: Any, source: Page, locale: Locale, parents: bool = False, draft: bool = False) -> bool:
    """Return whether the user may add a translation, by two rules.

    The right to add pages is asked of the target's tree, not the source's; the text by ``may_read``. With
    ``parents`` the same holds for every page above that would be made too.
    """
    missing = missing_parents(source, locale)
    if missing and not parents:
        return False
    if not may_read(user=user, page=source, draft=draft):
        return False
    place = parent_in(missing[0] if missing else source, locale)
    if place is None or not place.permissions_for_user(user).can_add_subpage():
        return False
    return all(may_read(user=user, page=page) for page in missing)


def starting_points(*, article: Page, locale: Locale, user: Any) -> list[StartingPoint]:
    """Return what the user may translate an article from: its pages in the other languages, this one first."""
    pages = Page.objects.filter(translation_key=article.translation_key, alias_of__isnull=True)
    others = pages.exclude(locale=locale).select_related("locale").order_by("pk")
    found = []
    for page in sorted(others, key=lambda page: page.pk != article.pk):
        if may_read(user=user, page=page):
            found.append(StartingPoint(page))
        if page.live and page.has_unpublished_changes and may_read(user=user, page=page, draft=True):
            found.append(StartingPoint(page, draft=True, saved_at=page.latest_revision_created_at))
    return found


def places_of_missing(
    sources: list[Page], found: Container[tuple[uuid.UUID, int]], locales: list[Locale], rights: Rights
) -> dict[tuple[int, int], str]:
    """Return by source and locale the path below which a missing page would be made, the pages above it too.

    Left out is where the person may not copy the text of a page above that is missing too.
    """
    step = Page.steplen
    wanted = [source for source in sources if any((source.translation_key, each.pk) not in found for each in locales)]
    paths = {source.path[:end] for source in wanted for end in range(2 * step, len(source.path), step)}
    keys = Page.objects.filter(path__in=paths).order_by().values("translation_key")
    pages = list(Page.objects.filter(translation_key__in=keys))
    above = {page.path: page for page in pages if page.path in paths}
    translated = {(page.translation_key, page.locale_id): page.path for page in pages if not page.alias_of_id}
    places: dict[tuple[int, int], str] = {}
    for source in wanted:
        for locale in locales:
            place, may_copy = source.path[:step], True
            for end in range(len(source.path) - step, step, -step):
                page = above.get(source.path[:end])
                path = translated.get((page.translation_key, locale.pk)) if page else None
                if path is not None:
                    place = path
                    break
                may_copy = may_copy and page is not None and rights.may_copy(page)
            if may_copy:
                places[source.pk, locale.pk] = place
    return places
