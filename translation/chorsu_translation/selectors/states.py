"""States of pages in their languages, computed in SQL from facts."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
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
    """Annotate pages with ``translation_state``, a value of ``State``.

    Outdated: the source shows its readers something else than the baseline of the live translation. A page that
    nobody translated from another (an original), or that is adapted, is never outdated. Requested and not planned are
    states of articles that have no page in a language.
    """
    this_page = {
        "base_content_type": ContentType.objects.get_for_model(Page),
        "object_id": Cast(OuterRef("pk"), CharField()),
    }
    workflow = WorkflowState.objects.filter(**this_page)
    scheduled = Revision.objects.filter(**this_page, approved_go_live_at__isnull=False)
    link = TranslationLink.objects.filter(target=OuterRef("pk"))
    source_digest = PublishedUnits.objects.filter(page__translation_links__target=OuterRef("pk"))
    annotated: QuerySet[Page] = pages.annotate(
        is_in_review=Exists(workflow.filter(status=WorkflowState.STATUS_IN_PROGRESS)),
        needs_changes=Exists(workflow.filter(status=WorkflowState.STATUS_NEEDS_CHANGES)),
        is_held=Exists(HeldApproval.objects.filter(page=OuterRef("pk"))),
        is_scheduled=Exists(scheduled),
        source_is_withdrawn=Exists(link.filter(source__live=False, source__first_published_at__isnull=False)),
        source_digest=Subquery(source_digest.values("digest")[:1]),
    ).annotate(
        translation_state=Case(
            When(is_in_review=True, then=Value(State.IN_REVIEW.value)),
            When(needs_changes=True, then=Value(State.CHANGES_REQUESTED.value)),
            When(is_held=True, then=Value(State.HELD.value)),
            When(live=False, is_scheduled=True, then=Value(State.SCHEDULED.value)),
            When(live=False, then=Value(State.DRAFT.value)),
            When(source_is_withdrawn=True, then=Value(State.SOURCE_WITHDRAWN.value)),
            When(
                Q(translation_link__live_baseline__isnull=False, source_digest__isnull=False)
                & Q(translation_link__adapted=False)
                & ~Q(translation_link__live_baseline__digest=F("source_digest")),
                then=Value(State.OUTDATED.value),
            ),
            default=Value(State.LIVE.value),
            output_field=CharField(),
        )
    )
    return annotated


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
