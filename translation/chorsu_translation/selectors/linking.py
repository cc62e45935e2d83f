"""How the pages of an article hang together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from wagtail.models import Page

from chorsu_editorial.approvers import may_put_live
from chorsu_translation.models import TranslationLink
from chorsu_translation.selectors.states import State, answers


@dataclass(frozen=True, slots=True)
class Member:
    """One page of an article, and what this person may do about its place in it."""

    page: Page
    source: Page | None
    may_edit: bool
    may_unlink: bool
    may_lead: bool


def article_members(article: Page, user: Any) -> list[Member]:
    """Return the pages of an article, the original first; aliases have no text of their own."""
    pages = list(
        Page.objects.filter(translation_key=article.translation_key).select_related("locale", "alias_of").order_by("pk")
    )
    by_key = {page.pk: page for page in pages}
    links = TranslationLink.objects.filter(target__in=by_key).values_list("target_id", "source_id")
    source_of = {target: source for target, source in links if source in by_key}
    editable = {page.pk for page in pages if not page.alias_of_id and page.permissions_for_user(user).can_edit()}

    def may_change(page: Page, *sources: int) -> bool:
        others = [by_key[pk] for pk in sources] or [each for each in pages if each.pk != page.pk][:1]
        return kept_apart_by(user, *others, page) is None

    found = []
    for page in sorted(pages, key=lambda page: (page.pk in source_of, page.pk)):
        above = _above(page.pk, source_of)
        is_source = page.pk in source_of.values()
        may_edit = page.pk in editable
        found.append(
            Member(
                page,
                by_key.get(source_of.get(page.pk, 0)),
                may_edit=may_edit,
                may_unlink=may_edit and not is_source and len(pages) > 1 and may_change(page, *above[:1]),
                may_lead=bool(above) and {page.pk, *above} <= editable and may_change(page, *above),
            )
        )
    return found


def kept_apart_by(user: Any, source: Page, *others: Page) -> Page | None:
    """Return the first of these pages that the user can't put live, where one of ``others`` and another page are live.

    The language menu joins all live pages of an article, so the source may be a draft among them. What is held or
    scheduled has been approved: it counts as live.
    """
    rows = answers({page.translation_key for page in (source, *others)})
    approved = Q(live=True) | Q(pk__in=[row.page_id for row in rows if row.state in {State.HELD, State.SCHEDULED}])
    article = Q(translation_key=source.translation_key) | Q(pk__in=[other.pk for other in others])
    shown = set(Page.objects.filter(approved, article).values_list("pk", flat=True))
    if len(shown) < 2 or shown.isdisjoint(other.pk for other in others):
        return None
    return next((page for page in (source, *others) if not may_put_live(page=page, user=user)), None)


def _above(pk: int, source_of: Mapping[int, int]) -> list[int]:
    """Return the pages that a page was made from, its own source first."""
    found: list[int] = []
    at = source_of.get(pk)
    while at is not None and at not in found:
        found.append(at)
        at = source_of.get(at)
    return found
