"""What there is to tell about translations, computed from what is stored about them.

Nothing is remembered here of what was told: an occasion has a key, and who was told of it isn't told again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone
from wagtail.models import Locale, Page

from chorsu_translation.models import ArticleState, PublishedVersion, TranslationRequest
from chorsu_translation.services import write_marked
from cms.models import User

# Who gives twenty publications an afternoon tells of one: when the source rested for so long.
QUIET = timedelta(minutes=15)
# Older ones aren't told to who is added, or to a chat that is entered, later.
SOURCES_TOLD = timedelta(days=3)
REQUESTS_TOLD = timedelta(days=2)
OVERDUE_TOLD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something to tell to ``people``, and to the team of ``locale``; ``kind`` as in ``MessageChoice``, or "requested".

    ``page`` is the translation, or its source where there is none yet; ``units`` and ``words`` are what changed.
    """

    kind: str
    key: str
    locale: Locale
    page: Page
    people: list[User] = field(default_factory=list)
    to_team: bool = True
    is_begun: bool = False
    due: dt.date | None = None
    note: str = ""
    units: int = 0
    words: int = 0


def occasions() -> list[Occasion]:
    """Return what there is to tell now, in the order of importance."""
    found = [*_of_requests(), *_of_sources()]
    order = ("overdue", "due", "assigned", "requested", "source_changed")
    return sorted(found, key=lambda occasion: order.index(occasion.kind))


def _of_requests() -> Iterator[Occasion]:
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    told = Q(assignee__isnull=False) | Q(requested_at__gt=timezone.now() - REQUESTS_TOLD)
    told |= Q(due__range=(today - OVERDUE_TOLD, today + timedelta(days=1)))
    requests = list(
        TranslationRequest.objects.filter(told, done_at__isnull=True)
        .select_related("assignee__message_choice", "locale")
        .order_by("due", "pk")
    )
    pages = _pages({request.translation_key for request in requests})
    for request in requests:
        versions = pages.get(request.translation_key, {})
        page = versions.get(request.locale_id) or next(iter(versions.values()), None)
        if page is None:  # the article was deleted
            continue
        people = [request.assignee] if request.assignee else []
        facts = {"locale": request.locale, "page": page, "people": people, "due": request.due, "note": request.note}
        facts["is_begun"] = request.locale_id in versions
        if people:
            yield Occasion("assigned", f"assigned:{request.pk}", to_team=False, **facts)
        if request.requested_at > timezone.now() - REQUESTS_TOLD:
            yield Occasion("requested", f"requested:{request.pk}", **{**facts, "people": []})
        if request.due and today <= request.due <= today + timedelta(days=1):
            yield Occasion("due", f"due:{request.pk}:{request.due}", **facts)
        elif request.due and today - OVERDUE_TOLD <= request.due < today:
            yield Occasion("overdue", f"overdue:{request.pk}:{request.due}", **facts)


def _pages(keys: set[UUID]) -> dict[UUID, dict[int, Page]]:
    """Return each article's pages by locale, the first one first."""
    found: dict[UUID, dict[int, Page]] = {}
    for page in Page.objects.filter(translation_key__in=keys, alias_of__isnull=True).order_by("pk"):
        found.setdefault(page.translation_key, {})[page.locale_id] = page
    return found


def _of_sources() -> Iterator[Occasion]:
    write_marked()
    now = timezone.now()
    link = "page__translation_link"
    rows = list(
        ArticleState.objects.filter(
            changed_units__gt=0,
            page__live=True,
            **{f"{link}__source__published_units__since__range": (now - SOURCES_TOLD, now - QUIET)},
        )
        .annotate(source_digest=F(f"{link}__source__published_units__digest"))
        .select_related(
            *("locale", "page__owner__message_choice", "assignee__message_choice"),
            f"{link}__live_baseline__declared_by__message_choice",
        )
        .order_by("page")
    )
    articles = {row.translation_key for row in rows}
    versions = PublishedVersion.objects.filter(translation_key__in=articles).order_by("published_at", "pk")
    versions = versions.prefetch_related("translators__message_choice")
    made = {(each.translation_key, each.locale_id): list(each.translators.all()) for each in versions}
    for row in rows:
        page: Any = row.page
        baseline = page.translation_link.live_baseline
        # Who has it now, and who made the version that is live.
        declared = baseline.declared_by if baseline else None
        people = [row.assignee, *(made.get((row.translation_key, row.locale_id)) or [declared or page.owner])]
        yield Occasion(
            "source_changed",
            f"source:{page.pk}:{row.source_digest[:16]}",
            locale=row.locale,
            page=page,
            people=list(dict.fromkeys(person for person in people if person)),
            is_begun=True,
            units=row.changed_units,
            words=row.changed_words,
        )
