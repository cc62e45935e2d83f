"""States of pages in their languages, computed in SQL from facts."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    CharField,
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

    ``has_newer_draft``: live, with changes that readers don't see. ``has_places_to_check`` and ``source_digest``: as in
    the functions of these names.
    """
    whens = [When(condition, then=Value(state.value)) for state, condition in _conditions()]
    digest = PublishedUnits.objects.filter(page__translation_links__target=OuterRef("pk")).values("digest")[:1]
    annotated: QuerySet[Page] = pages.annotate(
        translation_state=Case(*whens, default=Value(State.LIVE.value), output_field=CharField()),
        has_newer_draft=ExpressionWrapper(Q(live=True, has_unpublished_changes=True), output_field=BooleanField()),
        has_places_to_check=ExpressionWrapper(
            Q(translation_link__adapted=False, translation_link__live_baseline__isnull=False)
            & ~Q(translation_link__live_baseline__to_check=[]),
            output_field=BooleanField(),
        ),
        source_digest=Subquery(digest),
    )
    return annotated


def pages_in_state(state: State) -> Q:
    """Return the condition by which pages are in a state: as ``with_state`` has it, for filtering many pages.

    Requested and not planned are states of articles that have no page in a language; no page is in them or missing.
    """
    earlier = Q()
    for each, condition in _conditions():
        if each == state:
            return condition & ~earlier
        earlier |= condition
    return ~earlier if state == State.LIVE else Q(pk__in=[])


def _conditions() -> list[tuple[State, Q]]:
    """Return the states and what they follow from; the first that holds counts, and a page without any is live.

    Outdated: the source shows its readers something else than the baseline of the live translation. A page that
    nobody translated from another (an original), or that is adapted, is never outdated. A source that was deleted is
    withdrawn too.

    The few rows in review, held or scheduled are found first, each set by one query: asked of each of many pages the
    same takes seconds, since their tables hold keys of pages as text.
    """
    page_type = {"base_content_type": ContentType.objects.get_for_model(Page)}
    key = Cast("object_id", IntegerField())
    # Both statuses, as in the condition of Wagtail's partial index.
    active = (WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES)
    workflows = WorkflowState.objects.filter(**page_type, status__in=active).annotate(page_key=key)
    scheduled = Revision.objects.filter(**page_type, approved_go_live_at__isnull=False).annotate(page_key=key)
    source = Q(translation_link__source__live=False, translation_link__source__first_published_at__isnull=False)
    deleted = Q(translation_link__isnull=False, translation_link__source__isnull=True)
    outdated = Q(
        translation_link__adapted=False,
        translation_link__live_baseline__isnull=False,
        translation_link__source__published_units__isnull=False,
    ) & ~Q(translation_link__live_baseline__digest=F("translation_link__source__published_units__digest"))

    def is_one_of(rows: QuerySet[Any]) -> Q:
        return Q(pk__in=rows.values("page_key"))

    return [
        (State.IN_REVIEW, is_one_of(workflows.filter(status=WorkflowState.STATUS_IN_PROGRESS))),
        (State.CHANGES_REQUESTED, is_one_of(workflows.filter(status=WorkflowState.STATUS_NEEDS_CHANGES))),
        (State.HELD, Q(pk__in=HeldApproval.objects.values("page"))),
        (State.SCHEDULED, Q(live=False) & is_one_of(scheduled)),
        (State.DRAFT, Q(live=False)),
        (State.SOURCE_WITHDRAWN, source | deleted),
        (State.OUTDATED, outdated),
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
