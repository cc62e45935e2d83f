"""The state of an article in a language: computed from facts by ``state_of``, and stored in rows for lists.

Rows of ``ArticleState`` are marked in the transaction that changes a fact, and written after it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Locale, Page, Revision, WorkflowState

from chorsu_editorial.models import HeldApproval
from chorsu_translation.models import (
    ArticleInLanguage,
    ArticleState,
    Baseline,
    NotPlanned,
    NotPlannedRule,
    PublishedUnits,
    PublishedVersion,
    StateMark,
    TranslationLink,
    TranslationRequest,
)
from chorsu_translation.snapshots import compare, take_snapshot

ALWAYS = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
BATCH = 200
_KEY = ("translation_key", "locale_id")
_COMPUTED = [
    field.attname for field in ArticleState._meta.concrete_fields if not field.primary_key and field.attname not in _KEY
]


class State(models.TextChoices):
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


def state_of(facts: Mapping[str, Any]) -> State:
    """Return the state of an article in a language; the first that holds counts. ``state_now`` adds what time does."""
    without_page = (
        (State.NOT_PLANNED, facts.get("is_refused")),
        (State.REQUESTED, facts.get("is_requested")),
        (State.MISSING, True),
    )
    if facts.get("source") is None:
        source_gone = facts.get("link") is not None
    else:
        source_gone = not facts["source_live"] and facts["source_first_published"] is not None
    with_page = (
        (State.IN_REVIEW, facts.get("workflow") == WorkflowState.STATUS_IN_PROGRESS),
        (State.CHANGES_REQUESTED, facts.get("workflow") == WorkflowState.STATUS_NEEDS_CHANGES),
        (State.HELD, facts.get("is_held")),
        (State.SCHEDULED, not facts.get("live") and facts.get("goes_live")),
        (State.DRAFT, not facts.get("live")),
        (State.SOURCE_WITHDRAWN, source_gone),
        (State.OUTDATED, source_changed(facts)),
        (State.LIVE, True),
    )
    return next(state for state, holds in (with_page if facts.get("page") else without_page) if holds)


def source_changed(facts: Mapping[str, Any]) -> bool:
    """Return whether readers of the source see another text than the one the live version follows."""
    followed, shown = facts.get("followed"), facts.get("shown")
    return bool(followed and shown and followed != shown and not facts["adapted"])


def state_now(state: str, kept_out_from: dt.datetime | None) -> State:
    """Return the state at this moment: from ``kept_out_from`` on, a rule makes what is missing not planned."""
    is_kept_out = state == State.MISSING and kept_out_from is not None and kept_out_from <= timezone.now()
    return State.NOT_PLANNED if is_kept_out else State(state)


def in_states(states: Collection[str]) -> Q:
    """Return the condition that a row of ``ArticleState`` is in one of the states now, as ``state_now`` has it."""
    kept_out = Q(state=State.MISSING, kept_out_from__isnull=False, kept_out_from__lte=timezone.now())
    found = Q(state__in=states)
    if State.NOT_PLANNED in states:
        found |= kept_out
    elif State.MISSING in states:
        found &= ~kept_out
    return found


def article_states(keys: Collection[uuid.UUID], locale: int | None = None) -> list[ArticleState]:
    """Compute the states of articles that have a page, in each language or in one; nothing is written."""
    versions = _pages(keys)
    locales = [locale] if locale else list(Locale.objects.order_by("pk").values_list("pk", flat=True))
    rules = list(NotPlannedRule.objects.select_related("section").filter(locale__in=locales))
    _add_plans(versions, {"translation_key__in": keys, "locale__in": locales})
    _add_work({facts["page"]: facts for found in versions.values() for facts in found.values() if "page" in facts})
    rows, changed = [], []
    for key, found in versions.items():
        pages = [facts for facts in found.values() if "page" in facts]
        original = next((page for page in pages if page["link"] is None), pages[0])
        for locale_id in locales:
            facts = found.get(locale_id, {})
            state = state_of(facts)
            row = ArticleState(
                translation_key=key,
                locale_id=locale_id,
                state=state.value,
                page_id=facts.get("page"),
                is_original="page" in facts and facts["link"] is None,
                is_requested=facts.get("is_requested", False),
                due=facts.get("due"),
                assignee_id=facts.get("assignee"),
                in_hand_of_id=facts.get("submitted_by" if state == State.IN_REVIEW else "owner_id"),
                goes_live=facts.get("goes_live"),
                kept_out_from=_kept_out_from(original, locale_id, rules) if state == State.MISSING else None,
            )
            if state in AT_REST:
                row.in_hand_of_id = None
            if facts.get("live") and source_changed(facts):
                changed.append((row, facts))
            rows.append(row)
    _count_changes(changed)
    return rows


def state_row_of(page: Page) -> ArticleState:
    """Compute the state of a page's article in its language; of an alias that of its page."""
    stored = Page.objects.filter(pk=page.alias_of_id or page.pk).values_list("translation_key", "locale_id")
    key, locale = stored.get()
    (row,) = article_states([key], locale)
    return row


def articles_of(fact: Any) -> set[uuid.UUID]:
    """Return the keys of the articles whose state a fact counts for; of a page, also those translated from it."""
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
    return State(state_row_of(page).state)


def source_digest(target: Page) -> str:
    """Return the digest of what the source of a translation shows its readers; empty where it shows nothing."""
    published = PublishedUnits.objects.filter(page__translation_links__target=target)
    return published.values_list("digest", flat=True).first() or ""


def outdated_paths(target: Page) -> list[str]:
    """Return the content paths of the source that changed since the live translation's baseline, in reading order."""
    link = TranslationLink.objects.select_related("source", "live_baseline").filter(target=target).first()
    if link is None or link.source is None or link.live_baseline is None or link.adapted:
        return []
    changes = compare(link.live_baseline.units, take_snapshot(link.source.specific).units)
    return list(dict.fromkeys(path for path, _index in changes.units))


def _pages(keys: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[int, dict[str, Any]]]:
    link, source = "translation_link", "translation_link__source"
    pages = Page.objects.filter(translation_key__in=keys, alias_of__isnull=True, depth__gt=1).order_by("pk")
    found: dict[uuid.UUID, dict[int, dict[str, Any]]] = {}
    for facts in pages.values(
        *("translation_key", "locale_id", "path", "live", "first_published_at", "owner_id"),
        page=F("pk"),
        link=F(link),
        source=F(source),
        adapted=F(f"{link}__adapted"),
        baseline=F(f"{link}__live_baseline"),
        followed=F(f"{link}__live_baseline__digest"),
        source_live=F(f"{source}__live"),
        source_first_published=F(f"{source}__first_published_at"),
        shown=F(f"{source}__published_units__digest"),
        shown_since=F(f"{source}__published_units__since"),
    ):
        found.setdefault(facts["translation_key"], {})[facts["locale_id"]] = facts
    return found


def _add_plans(found: dict[uuid.UUID, dict[int, dict[str, Any]]], chosen: dict[str, Any]) -> None:
    requests = TranslationRequest.objects.filter(done_at__isnull=True, **chosen)
    for key, locale, due, assignee in requests.values_list("translation_key", "locale", "due", "assignee"):
        if key in found:
            found[key].setdefault(locale, {}).update(is_requested=True, due=due, assignee=assignee)
    for key, locale in NotPlanned.objects.filter(**chosen).values_list("translation_key", "locale"):
        if key in found:
            found[key].setdefault(locale, {}).update(is_refused=True)


def _add_work(pages: dict[int, dict[str, Any]]) -> None:
    page_type = ContentType.objects.get_for_model(Page)
    of_pages = {"base_content_type": page_type, "object_id__in": [str(pk) for pk in pages]}
    active = (WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES)
    flows = WorkflowState.objects.filter(status__in=active, **of_pages).annotate(
        submitter=Coalesce("current_task_state__foureyestaskstate__submitted_by", "requested_by")
    )
    for pk, status, submitter in flows.values_list("object_id", "status", "submitter"):
        pages[int(pk)].update(workflow=status, submitted_by=submitter)
    for pk in HeldApproval.objects.filter(page__in=pages).values_list("page_id", flat=True):
        pages[pk].update(is_held=True)
    scheduled = Revision.objects.filter(approved_go_live_at__isnull=False, **of_pages).order_by("pk")
    for pk, time in scheduled.values_list("object_id", "approved_go_live_at"):
        pages[int(pk)].update(goes_live=time)


def _kept_out_from(source: dict[str, Any], locale: int, rules: Iterable[NotPlannedRule]) -> dt.datetime | None:
    """Return from when on a rule keeps an article out of a language; None if none ever does."""
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
    baselines = Baseline.objects.in_bulk([page["baseline"] for _row, page in rows])
    sources = Page.objects.filter(pk__in={page["source"] for _row, page in rows}).specific()
    texts = {source.pk: take_snapshot(source).units for source in sources} if rows else {}
    for row, page in rows:
        if (baseline := baselines.get(page["baseline"])) is None or page["source"] not in texts:
            continue  # deleted meanwhile, and so marked again
        changed = compare(baseline.units, texts[page["source"]])
        row.changed_units, row.changed_words = len(changed.units), changed.words
        # A baseline whose text was never published is of a draft, or older than the history.
        versions = PublishedVersion.objects.filter(page_id=page["source"]).order_by("pk")
        same = versions.filter(digest=baseline.digest).last()
        later = versions.filter(pk__gt=same.pk) if same else versions.filter(published_at__gt=baseline.declared_at)
        row.changed_since = later.values_list("published_at", flat=True).first() or page["shown_since"]


def mark_articles(keys: Iterable[uuid.UUID]) -> None:
    """Have states written once this transaction is committed; if many, the rest by ``write_marked``."""
    if marks := [StateMark(translation_key=key) for key in sorted(set(keys))]:
        StateMark.objects.bulk_create(marks, batch_size=1000)
        transaction.on_commit(_write_batch, robust=True)


def write_marked() -> bool:
    """Write the states that are marked, and return whether any were; called before a list is read."""
    found = False
    while _write_batch():
        found = True
    return found


@transaction.atomic
def write_states(keys: list[uuid.UUID]) -> list[str]:
    """Compute and write states, and return what differed.

    Rows are locked in order before facts are read: the second of two writers reads what the first one couldn't.
    """
    keys = sorted(set(keys))
    rows = ArticleState.objects.filter(translation_key__in=keys)
    there = set(rows.values_list(*_KEY))
    wanted = [(key, locale) for key in keys for locale in Locale.objects.order_by("pk").values_list("pk", flat=True)]
    ArticleState.objects.bulk_create(
        [ArticleState(translation_key=key, locale_id=locale) for key, locale in wanted if (key, locale) not in there],
        ignore_conflicts=True,
        batch_size=500,
    )
    locked = rows.select_for_update().order_by(*_KEY)
    stored = {(row.translation_key, row.locale_id): row for row in locked}
    differing, lines = [], []
    for computed in article_states(keys):
        row = stored.pop((computed.translation_key, computed.locale_id), None)
        others = [name for name in _COMPUTED if row is None or getattr(row, name) != getattr(computed, name)]
        if others:
            differing.append(computed)
            was = ", ".join(f"{name} {getattr(row, name, None)} → {getattr(computed, name)}" for name in others)
            lines.append(f"{computed}: {was}")
    ArticleState.objects.bulk_create(
        differing, update_conflicts=True, unique_fields=_KEY, update_fields=_COMPUTED, batch_size=500
    )
    # The articles have no page any more.
    ArticleState.objects.filter(pk__in=[row.pk for row in stored.values()]).delete()
    return lines


def _write_batch() -> bool:
    marks = dict(StateMark.objects.order_by("translation_key").values_list("pk", "translation_key")[:BATCH])
    if marks:
        with transaction.atomic():
            write_states(list(marks.values()))
            StateMark.objects.filter(pk__in=marks).delete()
    return bool(marks)


def all_keys() -> set[uuid.UUID]:
    pages = Page.objects.filter(depth__gt=1, alias_of__isnull=True)
    return set(pages.order_by().values_list("translation_key", flat=True))
