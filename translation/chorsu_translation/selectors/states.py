"""The state of an article in a language: what it follows from, and the one function that says it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Locale, Page, Revision, WorkflowState

from chorsu_editorial.models import HeldApproval
from chorsu_translation.models import (
    ArticleState,
    Baseline,
    NotPlanned,
    NotPlannedRule,
    PublishedUnits,
    PublishedVersion,
    TranslationLink,
    TranslationRequest,
)
from chorsu_translation.models.requests import ArticleInLanguage
from chorsu_translation.snapshots import changed_units, compare, take_snapshot

# The workflow of a page, whether an approval of it is held, and when it goes live.
_Work = tuple[dict[str, Any] | None, bool, dt.datetime | None]
ALWAYS = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


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


# Nobody has these in hand.
AT_REST = (State.LIVE, State.OUTDATED, State.SOURCE_WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a state follows from.

    ``is_refused``: it was decided to plan none. ``workflow`` is the status of the page's workflow, as Wagtail has it.
    ``source_changed``: the source shows readers something else than the baseline that the live version carries.
    """

    has_page: bool
    is_requested: bool = False
    is_refused: bool = False
    workflow: str | None = None
    is_held: bool = False
    is_live: bool = False
    is_scheduled: bool = False
    source_withdrawn: bool = False
    source_changed: bool = False


def state_of(facts: Facts) -> State:
    """Return the state; the first that holds counts. ``state_now`` says what time makes of it."""
    without_page = (
        (State.NOT_PLANNED, facts.is_refused),
        (State.REQUESTED, facts.is_requested),
        (State.MISSING, True),
    )
    with_page = (
        (State.IN_REVIEW, facts.workflow == WorkflowState.STATUS_IN_PROGRESS),
        (State.CHANGES_REQUESTED, facts.workflow == WorkflowState.STATUS_NEEDS_CHANGES),
        (State.HELD, facts.is_held),
        (State.SCHEDULED, not facts.is_live and facts.is_scheduled),
        (State.DRAFT, not facts.is_live),
        (State.SOURCE_WITHDRAWN, facts.source_withdrawn),
        (State.OUTDATED, facts.source_changed),
        (State.LIVE, True),
    )
    return next(state for state, holds in (with_page if facts.has_page else without_page) if holds)


def state_now(state: str, kept_out_from: dt.datetime | None) -> State:
    """Return what a state is now: from ``kept_out_from`` on, a rule makes what is missing not planned."""
    is_kept_out = state == State.MISSING and kept_out_from is not None and kept_out_from <= timezone.now()
    return State.NOT_PLANNED if is_kept_out else State(state)


def in_states(states: Collection[str]) -> Q:
    """Return the condition by which rows of ``ArticleState`` are in one of the states now, as ``state_now`` has it."""
    kept_out = Q(state=State.MISSING, kept_out_from__isnull=False, kept_out_from__lte=timezone.now())
    found = Q(state__in=states)
    if State.NOT_PLANNED in states:
        found |= kept_out
    elif State.MISSING in states:
        found &= ~kept_out
    return found


def answers(keys: Collection[uuid.UUID], locale: int | None = None) -> list[ArticleState]:
    """Return what there is to say of articles in each language, or in one, from what is stored; nothing is written.

    An article without a page has no answer.
    """
    pages = _pages(keys)
    by_article: dict[uuid.UUID, dict[int, dict[str, Any]]] = {}
    for each in pages:
        by_article.setdefault(each["translation_key"], {})[each["locale_id"]] = each
    locales = [locale] if locale else list(Locale.objects.order_by("pk").values_list("pk", flat=True))
    work = _work([each["pk"] for each in pages if locale in (None, each["locale_id"])])
    of_articles = {"translation_key__in": keys, "locale__in": locales}
    requests = {
        (found.translation_key, found.locale_id): found
        for found in TranslationRequest.objects.filter(done_at__isnull=True, **of_articles)
    }
    decisions = set(NotPlanned.objects.filter(**of_articles).values_list("translation_key", "locale_id"))
    rules = list(NotPlannedRule.objects.select_related("section").filter(locale__in=locales))
    rows, changed = [], []
    for key, versions in by_article.items():
        original = next((each for each in versions.values() if each["link"] is None), next(iter(versions.values())))
        for locale_id in locales:
            page, request = versions.get(locale_id), requests.get((key, locale_id))
            facts, row = _answer(page, work, is_requested=request is not None, is_refused=(key, locale_id) in decisions)
            row.translation_key, row.locale_id = key, locale_id
            if request is not None:
                row.due, row.assignee_id = request.due, request.assignee_id
            if row.state == State.MISSING:
                row.kept_out_from = _kept_out_from(original, locale_id, rules)
            if page and facts.is_live and facts.source_changed:
                changed.append((row, page))
            rows.append(row)
    _count_changes(changed)
    return rows


def _answer(
    page: dict[str, Any] | None, work: dict[int, _Work], *, is_requested: bool, is_refused: bool
) -> tuple[Facts, ArticleState]:
    """Return the facts of an article in a language, and the row that says what follows from them."""
    if page is None:
        facts = Facts(has_page=False, is_requested=is_requested, is_refused=is_refused)
        return facts, ArticleState(state=state_of(facts).value, is_requested=is_requested)
    flow, is_held, goes_live = work.get(page["pk"], (None, False, None))
    facts = Facts(
        has_page=True,
        workflow=flow["status"] if flow else None,
        is_held=is_held,
        is_live=page["live"],
        is_scheduled=goes_live is not None,
        source_withdrawn=_is_withdrawn(page),
        source_changed=_has_changed(page),
    )
    state = state_of(facts)
    worker = page["owner_id"] if state not in AT_REST else None
    if flow and state == State.IN_REVIEW:
        worker = flow["submitted_by"] or flow["requested_by"]
    row = ArticleState(
        state=state.value,
        page_id=page["pk"],
        is_original=page["link"] is None,
        is_requested=is_requested,
        in_hand_of_id=worker,
        goes_live=goes_live,
    )
    return facts, row


def answer_for(page: Page) -> ArticleState:
    """Return what there is to say of a page's article in its language now; of an alias that of its page."""
    stored = Page.objects.filter(pk=page.alias_of_id or page.pk).values_list("translation_key", "locale_id")
    key, locale = stored.get()
    (row,) = answers([key], locale)
    return row


def articles_of(fact: Any) -> set[uuid.UUID]:
    """Return the keys of the articles whose state a stored fact counts for; of a page, those made from it too."""
    if isinstance(fact, ArticleInLanguage):
        return {fact.translation_key}
    if isinstance(fact, Page):
        made_of_it = Page.objects.filter(translation_link__source=fact.pk)
        return {fact.translation_key, *made_of_it.values_list("translation_key", flat=True)}
    if isinstance(fact, Revision | WorkflowState):
        is_page = fact.base_content_type_id == ContentType.objects.get_for_model(Page).pk
        page = int(fact.object_id) if is_page else None
    else:
        page = fact.target_id if isinstance(fact, Baseline | TranslationLink) else fact.page_id
    return set(Page.objects.filter(pk=page).values_list("translation_key", flat=True))


def page_state(page: Page) -> State:
    """Return the state of one page."""
    return State(answer_for(page).state)


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


def _pages(keys: Collection[uuid.UUID]) -> list[dict[str, Any]]:
    """Return the articles' pages with what is stored of their links."""
    link, source = "translation_link", "translation_link__source"
    found = Page.objects.filter(translation_key__in=keys, alias_of__isnull=True, depth__gt=1).order_by("pk")
    return list(
        found.values(
            *("pk", "translation_key", "locale_id", "path", "live", "owner_id", "first_published_at"),
            link=F(link),
            source=F(source),
            adapted=F(f"{link}__adapted"),
            baseline=F(f"{link}__live_baseline"),
            followed=F(f"{link}__live_baseline__digest"),
            source_live=F(f"{source}__live"),
            source_first_published=F(f"{source}__first_published_at"),
            shown=F(f"{source}__published_units__digest"),
            shown_since=F(f"{source}__published_units__since"),
        )
    )


def _is_withdrawn(page: dict[str, Any]) -> bool:
    """Return whether the source of a page was taken down, or deleted."""
    if page["source"] is None:
        return page["link"] is not None
    return not page["source_live"] and page["source_first_published"] is not None


def _has_changed(page: dict[str, Any]) -> bool:
    compared = not page["adapted"] and page["followed"] is not None and page["shown"] is not None
    return compared and page["followed"] != page["shown"]


def _work(pages: list[int]) -> dict[int, _Work]:
    """Return what is on its way of those of the pages of which anything is."""
    page_type = ContentType.objects.get_for_model(Page)
    of_pages = {"base_content_type": page_type, "object_id__in": [str(pk) for pk in pages]}
    active = (WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES)
    flows = {
        int(flow["object_id"]): flow
        for flow in WorkflowState.objects.filter(status__in=active, **of_pages).values(
            *("object_id", "status", "requested_by"),
            submitted_by=F("current_task_state__foureyestaskstate__submitted_by"),
        )
    }
    held = set(HeldApproval.objects.filter(page__in=pages).values_list("page_id", flat=True))
    revisions = Revision.objects.filter(approved_go_live_at__isnull=False, **of_pages).order_by("pk")
    times = {int(pk): time for pk, time in revisions.values_list("object_id", "approved_go_live_at")}
    return {pk: (flows.get(pk), pk in held, times.get(pk)) for pk in {*flows, *held, *times}}


def _kept_out_from(source: dict[str, Any], locale: int, rules: Iterable[NotPlannedRule]) -> dt.datetime | None:
    """Return since, or from, when a rule keeps an article out of a language; None if none ever does."""
    moments = []
    for rule in rules:
        is_above = rule.section is None or source["path"].startswith(rule.section.path)
        if rule.locale_id != locale or not is_above:
            continue
        if rule.older_than_days is None:
            moments += [ALWAYS] if rule.section else []
        elif source["first_published_at"]:
            moments.append(source["first_published_at"] + dt.timedelta(days=min(rule.older_than_days, 100_000)))
    return min(moments, default=None)


def _count_changes(rows: list[tuple[ArticleState, dict[str, Any]]]) -> None:
    """Fill in what of the sources changed since the baselines of the live versions, and since when."""
    baselines = Baseline.objects.in_bulk([page["baseline"] for _row, page in rows])
    sources = Page.objects.filter(pk__in={page["source"] for _row, page in rows}).specific()
    texts = {source.pk: take_snapshot(source).units for source in sources} if rows else {}
    for row, page in rows:
        if (baseline := baselines.get(page["baseline"])) is None or page["source"] not in texts:
            continue  # deleted since it was asked for, and so marked again
        changed = compare(baseline.units, texts[page["source"]])
        row.changed_units, row.changed_words = len(changed.units), changed.words
        row.changed_since = _changed_since(baseline, page)


def _changed_since(baseline: Baseline, page: dict[str, Any]) -> Any:
    """Return when the source was first published with another text than the baseline's.

    A baseline whose text was never published is of a draft, or older than the history.
    """
    versions = PublishedVersion.objects.filter(page_id=page["source"]).order_by("pk")
    same = versions.filter(digest=baseline.digest).last()
    later = versions.filter(pk__gt=same.pk) if same else versions.filter(published_at__gt=baseline.declared_at)
    return later.values_list("published_at", flat=True).first() or page["shown_since"]
