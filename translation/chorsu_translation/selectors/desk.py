"""The desk: every article with its state in every language."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.models import Locale, Page

from chorsu_translation.selectors.pages import translatable_pages
from chorsu_translation.selectors.states import State, with_state


@dataclass(frozen=True, slots=True)
class Cell:
    """One article in one language: its page and state, and whether who looks may begin or edit it."""

    locale: Locale
    state: State
    page: Page | None
    is_source: bool
    may_start: bool = False
    may_edit: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One article: the page to translate from, and a cell per language."""

    source: Page
    cells: list[Cell]


def originals_in_state(pages: QuerySet[Page], *, locales: Iterable[Locale], state: State) -> QuerySet[Page]:
    """Keep originals whose page in at least one of the languages is in ``state``."""
    there = translatable_pages().filter(translation_key=OuterRef("translation_key"))
    if state == State.MISSING:
        missing = (~Exists(there.filter(locale=locale)) for locale in locales)
        return pages.filter(reduce(or_, map(Q, missing)))
    found = with_state(there.filter(locale__in=list(locales)))
    return pages.filter(Exists(found.filter(translation_state=state.value)))


def desk_rows(
    sources: Iterable[Page],
    *,
    locales: list[Locale],
    user_id: int | None,
    rights: Mapping[int, frozenset[str]],
    drafts: bool = False,
) -> list[Row]:
    """Return the desk's rows for a page of originals, in two queries however many there are.

    ``rights`` says by locale id what the person who looks may do in that language's tree: "change" is any page,
    "add" is new pages and one's own. ``drafts`` says whether they may begin with anybody's unpublished page.
    """
    sources = list(sources)
    keys: list[uuid.UUID] = [source.translation_key for source in sources]
    pages: Any = with_state(Page.objects.filter(translation_key__in=keys, locale__in=locales, alias_of__isnull=True))
    found = {(page.translation_key, page.locale_id): page for page in pages}
    rows = []
    for source in sources:
        cells = []
        at_source = rights.get(source.locale_id, frozenset())
        may_copy = source.live or drafts or "change" in at_source or ("add" in at_source and source.owner_id == user_id)
        for locale in locales:
            page = found.get((source.translation_key, locale.pk))
            state = State(page.translation_state) if page else State.MISSING
            here = rights.get(locale.pk, frozenset())
            may_edit = page is not None and ("change" in here or ("add" in here and page.owner_id == user_id))
            cells.append(
                Cell(
                    locale,
                    state,
                    page,
                    is_source=locale.pk == source.locale_id,
                    may_start=page is None and may_copy and "add" in here,
                    may_edit=may_edit,
                )
            )
        rows.append(Row(source, cells))
    return rows
