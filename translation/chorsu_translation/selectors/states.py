"""States of pages in their languages, computed in SQL from facts."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Page, Revision, WorkflowState

from chorsu_editorial.models import HeldApproval
from chorsu_translation.models import PublishedUnits, TranslationLink
from chorsu_translation.snapshots import changed_units, take_snapshot

# Rows, and the column of them that holds keys of pages.
KeyedRows = tuple[str, QuerySet[Any]]


class State(models.TextChoices):
    """The state of an article in one language."""

    MISSING = "missing", pgettext_lazy("state of a translation", "Missing")
    REQUESTED = "requested", pgettext_lazy("state of a translation", "Requested")
    NOT_PLANNED = "not_planned", pgettext_lazy("state of a translation", "Not planned")
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    HELD = "held", _("Approved and held")
    SCHEDULED = "scheduled", _("Scheduled")
    SOURCE_WITHDRAWN = "source_withdrawn", _("Source withdrawn")
    OUTDATED = "outdated", _("Outdated")
    LIVE = "live", _("Live")


def with_state(pages: QuerySet[Page]) -> QuerySet[Page]:
    """Annotate pages with ``translation_state``, a value of ``State``, and with what is beside it.

    ``has_newer_draft``: live, with changes that readers don't see. ``source_digest``: as in the function of this name.
    """
    whens = [When(condition, then=Value(state.value)) for state, condition in _conditions()]
    digest = PublishedUnits.objects.filter(page__translation_links__target=OuterRef("pk")).values("digest")[:1]
    annotated: QuerySet[Page] = pages.annotate(
        translation_state=Case(*whens, default=Value(State.LIVE.value), output_field=CharField()),
        has_newer_draft=ExpressionWrapper(Q(live=True, has_unpublished_changes=True), output_field=BooleanField()),
        source_digest=Subquery(digest),
    )
    return annotated


def pages_in_state(*states: State) -> Q:
    """Return the condition by which pages are in one of the states, as ``with_state`` has it, to find a few of many.

    Requested and not planned are states of articles that have no page in a language; no page is in them or missing.

    Each state is put together from sets of keys, and each set is found by itself from the few rows that it is about.
    Those to leave out are one set: PostgreSQL expects half of all pages in each, and so an eighth outside of three.
    """
    parts = _parts()
    conditions = []
    for state in states:
        if state in parts:
            sets, rest = parts[state]
            conditions.append(Q(pk__in=_union(*_values(sets))) & rest if sets else rest)
    return reduce(or_, conditions, Q(pk__in=[]))


def keys_in_state(state: State, pages: QuerySet[Page]) -> list[QuerySet[Any, Any]]:
    """Return the translation keys of those of the pages that are in a state, with empty ones among them, as subqueries.

    The pages are looked up one by one: PostgreSQL expects too many, and would read all there are.
    """
    return _keys_of(*_parts()[state], pages)


def _keys_of(sets: list[KeyedRows], rest: Q, pages: QuerySet[Page]) -> list[QuerySet[Any, Any]]:
    found = pages.filter(rest).order_by()
    keys = [
        rows.order_by().values_list(Subquery(found.filter(pk=OuterRef(column)).values("translation_key")[:1]))
        for column, rows in sets
    ]
    return keys or [found.values_list("translation_key")]


def live_pages(pages: QuerySet[Page]) -> QuerySet[Page]:
    """Return the live ones of a few pages, as ``with_state`` has it, each looked at by itself."""
    own = TranslationLink.objects.filter(target=OuterRef("pk"))
    others = [Exists(own.filter(condition)) for condition in (*_withdrawn(), _outdated())]
    found = pages.filter(*(~each for each in others), live=True)
    return found.exclude(pk__in=_union(*_values(_keys_at_work().values())))


def _parts() -> dict[State, tuple[list[KeyedRows], Q]]:
    """Return for each state the sets that its pages are in, and what else holds of them."""
    review, changes, held = _keys_at_work().values()
    scheduled = _scheduled()
    links = TranslationLink.objects
    withdrawn = [("target", links.filter(condition)) for condition in _withdrawn()]
    # What is stored for lists says where to look; the digests decide.
    outdated = ("target", links.filter(_outdated(), changed_since__isnull=False).exclude(_withdrawn()[0]))
    at_work = _in_none_of(review, changes, held)
    return {
        State.IN_REVIEW: ([review], Q()),
        State.CHANGES_REQUESTED: ([changes], _in_none_of(review)),
        State.HELD: ([held], _in_none_of(review, changes)),
        State.SCHEDULED: ([scheduled], Q(live=False) & at_work),
        State.DRAFT: ([], Q(live=False) & _in_none_of(review, changes, held, scheduled)),
        State.SOURCE_WITHDRAWN: (withdrawn, Q(live=True) & at_work),
        State.OUTDATED: ([outdated], Q(live=True) & at_work),
        State.LIVE: ([], Q(live=True) & _in_none_of(review, changes, held, *withdrawn, outdated)),
    }


def _values(sets: Iterable[KeyedRows]) -> list[QuerySet[Any, Any]]:
    return [rows.order_by().values(column) for column, rows in sets]


def _union(first: QuerySet[Any, Any], *others: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return first.union(*others, all=True) if others else first


def _in_none_of(*sets: KeyedRows) -> Q:
    return ~Q(pk__in=_union(*_values(sets)))


def _keys_at_work() -> dict[State, KeyedRows]:
    """Return the keys of the pages in each of the states that a page is in whether it is live or not.

    They are few. Asked of each of many pages the same takes seconds, since these tables hold keys of pages as text.
    """
    page_type = ContentType.objects.get_for_model(Page)
    # Both statuses, as in the condition of Wagtail's partial index.
    active = (WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES)
    workflows = WorkflowState.objects.filter(base_content_type=page_type, status__in=active)
    return {
        State.IN_REVIEW: _page_keys(workflows.filter(status=WorkflowState.STATUS_IN_PROGRESS)),
        State.CHANGES_REQUESTED: _page_keys(workflows.filter(status=WorkflowState.STATUS_NEEDS_CHANGES)),
        State.HELD: ("page", HeldApproval.objects.all()),
    }


def _scheduled() -> KeyedRows:
    page_type = ContentType.objects.get_for_model(Page)
    return _page_keys(Revision.objects.filter(base_content_type=page_type, approved_go_live_at__isnull=False))


def _page_keys(rows: QuerySet[Any]) -> KeyedRows:
    """Return rows of a table that holds keys of pages as text, with these keys."""
    return "page_key", rows.annotate(page_key=Cast("object_id", IntegerField()))


def _withdrawn(link: str = "") -> tuple[Q, Q]:
    """Return the conditions by which the source is withdrawn or deleted; ``link`` leads to the link."""
    source = Q(**{f"{link}source__live": False, f"{link}source__first_published_at__isnull": False})
    return source, Q(**{f"{link}target__isnull": False, f"{link}source__isnull": True})


def _outdated(link: str = "") -> Q:
    """Return the condition by which the source shows readers something else than the live translation's baseline."""
    compared = {
        f"{link}adapted": False,
        f"{link}live_baseline__isnull": False,
        f"{link}source__published_units__isnull": False,
    }
    same = Q(**{f"{link}live_baseline__digest": F(f"{link}source__published_units__digest")})
    return Q(**compared) & ~same


def _conditions() -> list[tuple[State, Q]]:
    """Return the states and what they follow from; the first that holds counts, and a page without any is live.

    A page that nobody translated from another (an original), or that is adapted, is never outdated. A source that was
    deleted is withdrawn too.
    """
    link = "translation_link__"
    source, deleted = _withdrawn(link)
    return [
        *((state, ~_in_none_of(rows)) for state, rows in _keys_at_work().items()),
        (State.SCHEDULED, Q(live=False) & ~_in_none_of(_scheduled())),
        (State.DRAFT, Q(live=False)),
        (State.SOURCE_WITHDRAWN, source | deleted),
        (State.OUTDATED, _outdated(link)),
    ]


def page_state(page: Page) -> State:
    """Return the state of one page."""
    found = with_state(Page.objects.filter(pk=page.pk)).values_list("translation_state", flat=True).get()
    return State(found)


def source_digest(target: Page) -> str:
    """Return the digest of what the source of a translation shows its readers; empty where it shows nothing."""
    published = PublishedUnits.objects.filter(page__translation_links__target=target)
    return published.values_list("digest", flat=True).first() or ""


def outdated_paths(target: Page) -> list[str]:
    """Return the content paths of the source that changed since the live translation's baseline, in reading order."""
    link = TranslationLink.objects.select_related("source", "live_baseline").filter(target=target).first()
    if link is None or link.source is None or link.live_baseline is None or link.adapted:
        return []
    return changed_units(link.live_baseline.units, take_snapshot(link.source.specific).units)
