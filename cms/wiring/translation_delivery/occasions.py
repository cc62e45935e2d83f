"""What there is to tell about translations, computed from what is stored about them.

Nothing is remembered here of what was told: an occasion has a key, and who was told of it isn't told again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone
from wagtail.models import Locale, Page

from chorsu_translation.models import PublishedVersion, TranslationLink, TranslationRequest
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
    now = timezone.now()
    links = (
        TranslationLink.objects.filter(
            changed_units__gt=0,
            adapted=False,
            target__live=True,
            source__published_units__since__range=(now - SOURCES_TOLD, now - QUIET),
        )
        .annotate(source_digest=F("source__published_units__digest"))
        .select_related(
            "live_baseline__declared_by__message_choice",
            "target__locale",
            "target__owner__message_choice",
        )
        .order_by("pk")
    )
    people = _translators(links)
    for link in links:
        yield Occasion(
            "source_changed",
            f"source:{link.target_id}:{link.source_digest[:16]}",
            locale=link.target.locale,
            page=link.target,
            people=people[link.target_id],
            is_begun=True,
            units=link.changed_units,
            words=link.changed_words,
        )


def _translators(links: Iterable[TranslationLink]) -> dict[int, list[User]]:
    """Return by translation who is to bring it up to date: who has it now, and who made the version that is live."""
    articles = {link.target.translation_key for link in links}
    requests = TranslationRequest.objects.filter(
        done_at__isnull=True, assignee__isnull=False, translation_key__in=articles
    ).select_related("assignee__message_choice")
    versions = PublishedVersion.objects.filter(translation_key__in=articles).order_by("published_at", "pk")
    versions = versions.prefetch_related("translators__message_choice")
    assigned = {(each.translation_key, each.locale_id): each.assignee for each in requests}
    made = {(each.translation_key, each.locale_id): list(each.translators.all()) for each in versions}
    found: dict[int, list[User]] = {}
    for link in links:
        article = (link.target.translation_key, link.target.locale_id)
        declared = link.live_baseline.declared_by if link.live_baseline else None
        people = [assigned.get(article), *(made.get(article) or [declared or link.target.owner])]
        found[link.target_id] = list(dict.fromkeys(person for person in people if person))
    return found
