"""Joins translation and delivery: people and teams hear of what they are to translate, each of everything once.

What there is to tell is computed by a sweep from what is stored about translations, so that a change by whatever way is
told, and one message has it all. An occasion has a key, and who was told of it isn't told again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Locale, Page, PageLogEntry
from wagtail.users.models import UserProfile

from chorsu_articles.models import Publication
from chorsu_delivery.services import send
from chorsu_delivery.telegram import is_on
from chorsu_editorial.drafts import DraftReader, draft_reader
from chorsu_editorial.links import editor_url
from chorsu_locales.limits import CLOCKS_DIFFER
from chorsu_translation.editor.units import changed_sentences
from chorsu_translation.models import ArticleState, PublishedVersion, TranslationRequest
from chorsu_translation.services import write_marked
from chorsu_translation.signals import translation_assigned
from chorsu_translation.starting import starting_points
from cms.models import LanguageChats, MessageChoice, ToldOccasion, User
from cms.newsroom.messages import choice_of, mail_people, mail_to, person, render_mail, team, update_post
from cms.reader.frame import outlet_name

# Who gives twenty publications an afternoon tells of one: when the source rested for so long.
QUIET = timedelta(minutes=15)
# Older ones aren't told to who is added, or to a chat that is entered, later.
SOURCES_TOLD = timedelta(days=3)
REQUESTS_TOLD = timedelta(days=2)
OVERDUE_TOLD = timedelta(days=14)
MOST_TOLD = 30  # in one message
MOST_SENTENCES = 10  # of one translation


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


def _of_requests() -> Iterator[Occasion]:
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    told = Q(assignee__isnull=False) | Q(requested_at__gt=timezone.now() - REQUESTS_TOLD)
    told |= Q(due__range=(today - OVERDUE_TOLD, today + timedelta(days=1)))
    requests = list(
        TranslationRequest.objects.filter(told, done_at__isnull=True)
        .select_related("assignee__message_choice", "locale")
        .order_by("due", "pk")
    )
    # Each article's pages by locale, the first one first.
    pages: dict[UUID, dict[int, Page]] = {}
    keys = {request.translation_key for request in requests}
    for page in Page.objects.filter(translation_key__in=keys, alias_of__isnull=True).order_by("pk"):
        pages.setdefault(page.translation_key, {})[page.locale_id] = page
    for request in requests:
        versions = pages.get(request.translation_key, {})
        if not versions:  # the article was deleted
            continue
        people = [request.assignee] if request.assignee else []
        facts = {"locale": request.locale, "people": people, "due": request.due, "note": request.note}
        facts["page"] = versions.get(request.locale_id) or next(iter(versions.values()))
        facts["is_begun"] = request.locale_id in versions
        if people:
            yield Occasion("assigned", f"assigned:{request.pk}", to_team=False, **facts)
        if request.requested_at > timezone.now() - REQUESTS_TOLD:
            yield Occasion("requested", f"requested:{request.pk}", **{**facts, "people": []})
        if request.due and today <= request.due <= today + timedelta(days=1):
            yield Occasion("due", f"due:{request.pk}:{request.due}", **facts)
        elif request.due and today - OVERDUE_TOLD <= request.due < today:
            yield Occasion("overdue", f"overdue:{request.pk}:{request.due}", **facts)


def _of_sources() -> Iterator[Occasion]:
    write_marked()
    now = timezone.now()
    since = "page__translation_link__source__published_units__since"
    # What a clock that ran ahead wrote would be told days later.
    rested = Q(**{f"{since}__range": (now - SOURCES_TOLD, now - QUIET)}) | Q(**{f"{since}__gt": now + CLOCKS_DIFFER})
    link = "page__translation_link"
    rows = list(
        ArticleState.objects.filter(rested, changed_units__gt=0, page__live=True)
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


@receiver(translation_assigned, dispatch_uid="chorsu_wiring.translation_assigned")
def taken(*, request: TranslationRequest, user: User, **_: Any) -> None:
    """Tell nobody of what they took themselves."""
    if request.assignee == user:
        ToldOccasion.objects.get_or_create(recipient=person(user), occasion=f"assigned:{request.pk}")


def writers_of(page: Page) -> QuerySet[User]:
    """Return who began a page, and who wrote a version of it that readers saw; of an original, its authors."""
    wrote = PublishedVersion.objects.filter(page_id=page.pk).values("translators")
    return User.objects.filter(Q(pk=page.owner_id) | Q(pk__in=wrote), is_active=True)


@receiver(post_save, sender=PageLogEntry, dispatch_uid="chorsu_wiring.act_logged")
def act_logged(instance: PageLogEntry, created: bool, raw: bool = False, **_: Any) -> None:
    """Tell once of an act on an article in all languages: who may confirm it, and whom it concerns once it is done.

    Posts of pages that were down before, or stay down, follow too: they say what the address does.
    """
    if raw or not created or not instance.action.startswith("chorsu_translation.") or "act" not in instance.data:
        return
    for publication in Publication.objects.filter(pk=instance.page_id, live=False):
        update_post(publication)
    page, url = instance.page, editor_url(instance.page)
    told = Q(pk__in=User.objects.with_perm("chorsu_translation.withdraw_everywhere"))
    _name, _propose, act = instance.action.partition("propose_")
    if act:
        told &= ~Q(pk=instance.user_id)
        url = reverse(f"chorsu_translation:{act}", args=[page.pk])
    else:
        proposals = PageLogEntry.objects.filter(page=page, action__startswith="chorsu_translation.propose_")
        told |= Q(pk__in=writers_of(page)) | Q(pk__in=proposals.order_by("-pk").values("user")[:1])
    context = {
        "what": lambda: instance.formatter.format_message(instance),
        "page": page,
        "entry": instance,
        "is_proposal": bool(act),
        "url": f"{settings.WAGTAILADMIN_BASE_URL}{url}",
    }
    mail_people(User.objects.filter(told, is_active=True), "article_act", context, key=f"act:{instance.data['act']}")


def tell_translators() -> int:
    """Store a message to each person and team with what they weren't told yet; return how many.

    Several processes may do this at once: who was told is recorded with the message.
    """
    importance = ("overdue", "due", "assigned", "requested", "source_changed")
    found = sorted([*_of_requests(), *_of_sources()], key=lambda each: importance.index(each.kind))
    known = set(
        ToldOccasion.objects.filter(occasion__in={each.key for each in found}).values_list("recipient", "occasion")
    )
    chats = LanguageChats.objects.exclude(team_chat="").values_list("locale__language_code", flat=True)
    teams = set(chats) if is_on() else set()
    people: dict[User, list[Occasion]] = {}
    of_team: dict[str, list[Occasion]] = {}
    for each in found:
        for user in each.people:
            if user.is_active and (person(user), each.key) not in known:
                people.setdefault(user, []).append(each)
        code = each.locale.language_code
        if each.to_team and code in teams and (team(code), each.key) not in known:
            of_team.setdefault(code, []).append(each)
    stored = sum(_tell(user, theirs) for user, theirs in people.items())
    return stored + sum(_tell_team(code, theirs) for code, theirs in of_team.items())


@transaction.atomic
def _tell(user: User, found: list[Occasion]) -> int:
    """Store what somebody wants to be told, by mail and by Telegram; return how many messages that are."""
    choice = choice_of(user)
    language = UserProfile.get_for_user(user).get_preferred_language()
    by_way: dict[str, list[Occasion]] = {}
    for each in _not_told_yet(person(user), found):
        way = str(getattr(choice, each.kind))
        if way == MessageChoice.Way.TELEGRAM and not (is_on() and choice.telegram_chat):
            way = MessageChoice.Way.MAIL
        by_way.setdefault(way, []).append(each)
    by_way.pop(MessageChoice.Way.NEVER, None)
    for way, new in by_way.items():
        if way == MessageChoice.Way.MAIL:
            mail_to(user, **_message(language, new, user=user))
        else:
            send(channel="telegram", recipient=person(user), **_message(language, new, user=user, is_chat=True))
    return len(by_way)


@transaction.atomic
def _tell_team(code: str, found: list[Occasion]) -> int:
    new = _not_told_yet(team(code), found)
    if new:
        send(channel="telegram", recipient=team(code), **_message(code, new, is_chat=True))
    return bool(new)


def _not_told_yet(recipient: str, found: Iterable[Occasion]) -> list[Occasion]:
    """Record that somebody is told, and return what another process hasn't told them meanwhile."""
    told = ToldOccasion.objects
    return [each for each in found if told.get_or_create(recipient=recipient, occasion=each.key)[1]]


def _path(each: Occasion, user: User | None) -> str:
    """Return where the translation is, or begins; the desk where this person may not begin it."""
    if each.is_begun:
        return str(editor_url(each.page))
    if user and not starting_points(article=each.page, locale=each.locale, user=user):
        return reverse("chorsu_translation:desk")
    return reverse("chorsu_translation:start", args=[each.page.pk, each.locale.language_code])


def _message(
    language: str, found: list[Occasion], *, user: User | None = None, is_chat: bool = False
) -> dict[str, str]:
    """Return what is stored for a message, with the key of its occasions."""
    site = settings.WAGTAILADMIN_BASE_URL
    # What readers can't see yet stays in the newsroom.
    drafts = draft_reader(user) if user and not is_chat else DraftReader()
    desk_url = f"{site}{reverse('chorsu_translation:desk')}"
    with translation.override(language), timezone.override(timezone.get_default_timezone()):
        told: list[dict[str, Any]] = [
            {
                "occasion": each,
                "title": drafts.headline(each.page) if each.page.live or drafts.sees(each.page) else "",
                "note": "" if is_chat else each.note,
                "changes": changed_sentences(each.page)[:MOST_SENTENCES] if each.is_begun and not is_chat else [],
                "url": f"{site}{_path(each, user)}",
            }
            for each in found[:MOST_TOLD]
        ]
        context = {
            "groups": [(kind, list(group)) for kind, group in groupby(told, key=lambda each: each["occasion"].kind)],
            "first": told[0],
            "count": len(found),
            "more": max(0, len(found) - MOST_TOLD),
            "is_chat": is_chat,
            "site_name": outlet_name(),
            "desk_url": desk_url,
        }
        message = render_mail("translations", context)
    if is_chat:
        message["body"] = f"{message['subject']}\n\n{message['body']}"
    keys = " ".join(sorted(each.key for each in found))
    return {**message, "key": f"translations:{hashlib.sha256(keys.encode()).hexdigest()}"}
