"""The desk: every article with its state in every language, and what who looks can do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import starmap
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from wagtail.models import Locale, Page, Revision

from chorsu_translation.models import NotPlannedRule
from chorsu_translation.selectors.desk_cells import AT_REST, Cell, Facts, Version, Words, cell_of
from chorsu_translation.selectors.planning import all_rules, plans_of
from chorsu_translation.selectors.reviewing import is_held_for, reviews_of
from chorsu_translation.selectors.rights import Rights, rights_of
from chorsu_translation.selectors.starting import places_of_missing
from chorsu_translation.selectors.states import State, with_state
from chorsu_translation.selectors.withdrawals import may_withdraw, withdrawn_at

# The fields of ``Version``, in its order.
_VERSION = (
    *("pk", "translation_key", "locale_id", "path", "title", "live", "owner_id", "translation_state"),
    *("has_newer_draft", "goes_live", "is_held_for_me", "has_link"),
    *(f"translation_link__changed_{name}" for name in ("units", "words", "since")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One article: the page to translate from, whether who looks may edit it, and a cell per language.

    ``withdrawn_at``: when it was taken down in every language; ``may_withdraw``: may who looks do, or undo, that.
    """

    source: Page
    cells: list[Cell]
    may_edit: bool = False
    edit_address: str = ""
    withdrawn_at: dt.datetime | None = None
    may_withdraw: bool = False

    @property
    def is_live(self) -> bool:
        """Return whether readers see, or will see, it in one of the languages that are shown."""
        return any(cell.page is not None and (cell.page.live or cell.page.goes_live) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the desk, and what a view of it asks for once: their rights, all languages, all rules."""

    user: Any
    rights: Rights
    locales: list[Locale]
    rules: list[NotPlannedRule]

    @property
    def own_locales(self) -> list[Locale]:
        """Return the languages in whose trees the person may add or change pages."""
        return [locale for locale in self.locales if self.rights.works_in(locale)]


def viewer_of(user: Any) -> Viewer:
    """Return what the desk asks once about who looks at it."""
    return Viewer(user, rights_of(user), list(Locale.objects.order_by("pk")), all_rules())


def pages_for_rows(keys: list[int]) -> list[Page]:
    """Return the pages with these keys as ``desk_rows`` needs them, in this order."""
    pages = Page.objects.select_related("locale", "published_units").annotate(withdrawn_at=withdrawn_at())
    found = pages.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def desk_rows(
    sources: Iterable[Page], *, viewer: Viewer, locales: list[Locale], back: str = "", names: Mapping[int, str] = {}
) -> list[Row]:
    """Return the desk's rows for source pages (see ``pages_for_rows``), in six or seven queries however many there are.

    ``back`` is where the editor leads to after a page was submitted or published; ``names`` are those of people by key,
    as far as they are known.
    """
    sources = list(sources)
    rights = viewer.rights
    keys = [source.translation_key for source in sources]
    versions = Page.objects.filter(translation_key__in=keys, locale__in=locales, alias_of__isnull=True)
    pages = with_state(versions).annotate(
        goes_live=Subquery(_schedule()),
        is_held_for_me=is_held_for(viewer.user),
        has_link=Q(translation_link__isnull=False),
    )
    found = {(page.translation_key, page.locale_id): page for page in starmap(Version, pages.values_list(*_VERSION))}
    in_review = [page.pk for page in found.values() if page.state == State.IN_REVIEW]
    facts = Facts(
        user=viewer.user,
        rights=rights,
        plans=plans_of(keys, locales, viewer.rules),
        places=places_of_missing(sources, found, locales, rights),
        reviews=reviews_of(in_review, viewer.user),
        names={**names},
        words=Words(back),
    )
    facts.names.update(_unknown_names(facts, found.values()))
    may_end = may_withdraw(viewer.user)
    rows = []
    for source in sources:
        cells = [cell_of(source, locale, found.get((source.translation_key, locale.pk)), facts) for locale in locales]
        withdrawn_at = getattr(source, "withdrawn_at", None)
        rows.append(
            Row(source, cells, rights.may_edit(source), facts.words.edit(source), withdrawn_at, may_withdraw=may_end)
        )
    return rows


def _schedule() -> QuerySet[Revision, dict[str, Any]]:
    """Return when a page is scheduled to go live, for a subquery."""
    revisions = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        object_id=Cast(OuterRef("pk"), CharField()),
        approved_go_live_at__isnull=False,
    )
    moments: QuerySet[Revision, dict[str, Any]] = revisions.order_by("-pk").values("approved_go_live_at")[:1]
    return moments


def _unknown_names(facts: Facts, pages: Iterable[Version]) -> dict[Any, str]:
    """Return the names of those who have something in hand and aren't known yet."""
    known = {request.assignee.pk: request.assignee for request in facts.plans.requests.values() if request.assignee}
    keys = {page.owner_id for page in pages if page.state not in AT_REST}
    keys |= {review.submitted_by for review in facts.reviews.values()}
    if unknown := [key for key in keys - {None, *known, *facts.names} if key is not None]:
        known |= get_user_model().objects.in_bulk(unknown)
    return {key: person.get_full_name() or person.get_username() for key, person in known.items()}
