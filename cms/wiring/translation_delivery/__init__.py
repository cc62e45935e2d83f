"""Joins translation and delivery: people and teams hear of what they are to translate, each of everything once.

What there is to tell is computed by a sweep, so that a change by whatever way is told, and one message has it all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.users.models import UserProfile

from chorsu_delivery.services import send
from chorsu_delivery.telegram import is_on
from chorsu_editorial.links import editor_url
from chorsu_translation.models import TranslationRequest
from chorsu_translation.signals import translation_assigned
from cms.models import LanguageChats, MessageChoice, ToldOccasion, User
from cms.newsroom.chats import person, team
from cms.newsroom.mail import mail_to, render_mail
from cms.newsroom.message_choices import choice_of
from cms.outlet.selectors import outlet_name
from cms.wiring.translation_delivery.occasions import Occasion, occasions

__all__ = ["tell_translators"]

MOST_TOLD = 30  # in one message


@receiver(translation_assigned, dispatch_uid="chorsu_wiring.translation_assigned")
def taken(*, request: TranslationRequest, user: User, **_: Any) -> None:
    """Tell nobody of what they took themselves."""
    if request.assignee == user:
        ToldOccasion.objects.get_or_create(recipient=person(user), occasion=f"assigned:{request.pk}")


def tell_translators() -> int:
    """Store a message to each person and team with what they weren't told yet; return how many.

    Several processes may do this at once: who was told is recorded with the message.
    """
    found = occasions()
    known = set(
        ToldOccasion.objects.filter(occasion__in={each.key for each in found}).values_list("recipient", "occasion")
    )
    stored = 0
    for user, theirs in _by_person(found):
        new = [each for each in theirs if (person(user), each.key) not in known]
        stored += _tell(user, new) if new else 0
    for code, theirs in _by_team(found):
        new = [each for each in theirs if (team(code), each.key) not in known]
        stored += _tell_team(code, new) if new else 0
    return stored


def _by_person(found: Iterable[Occasion]) -> list[tuple[User, list[Occasion]]]:
    people: dict[User, list[Occasion]] = {}
    for each in found:
        for user in each.people:
            if user.is_active:
                people.setdefault(user, []).append(each)
    return list(people.items())


def _by_team(found: Iterable[Occasion]) -> list[tuple[str, list[Occasion]]]:
    if not is_on():
        return []
    teams: dict[str, list[Occasion]] = {
        chats.locale.language_code: [] for chats in LanguageChats.objects.select_related("locale").exclude(team_chat="")
    }
    for each in found:
        if each.to_team and each.locale.language_code in teams:
            teams[each.locale.language_code].append(each)
    return list(teams.items())


@transaction.atomic
def _tell(user: User, found: list[Occasion]) -> int:
    """Store what somebody wants to be told, by mail and by Telegram; return how many messages that are."""
    choice = choice_of(user)
    language = UserProfile.get_for_user(user).get_preferred_language()
    stored = 0
    for each_way in (MessageChoice.Way.MAIL, MessageChoice.Way.TELEGRAM, MessageChoice.Way.NEVER):
        chosen = [each for each in found if _way(choice, each) == each_way]
        new = _not_told_yet(person(user), chosen)
        if new and each_way == MessageChoice.Way.MAIL:
            mail_to(user, **_message(language, new))
        elif new and each_way == MessageChoice.Way.TELEGRAM:
            send(channel="telegram", recipient=person(user), **_message(language, new, is_chat=True))
        stored += bool(new and each_way)
    return stored


def _way(choice: MessageChoice, occasion: Occasion) -> str:
    way = str(getattr(choice, occasion.kind))
    by_mail = way == MessageChoice.Way.TELEGRAM and not (is_on() and choice.telegram_chat)
    return MessageChoice.Way.MAIL if by_mail else way


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


def _message(language: str, found: list[Occasion], *, is_chat: bool = False) -> dict[str, str]:
    """Return what is stored for a message, with the key of its occasions."""
    with translation.override(language), timezone.override(timezone.get_default_timezone()):
        message = _text(found, is_chat=is_chat)
    if is_chat:
        message["body"] = f"{message['subject']}\n\n{message['body']}"
    keys = " ".join(sorted(each.key for each in found))
    return {**message, "key": f"translations:{hashlib.sha256(keys.encode()).hexdigest()}"}


def _text(found: list[Occasion], *, is_chat: bool) -> dict[str, str]:
    site = settings.WAGTAILADMIN_BASE_URL
    told: list[dict[str, Any]] = [
        {
            "occasion": each,
            # What readers can't see yet stays in the newsroom.
            "title": each.page.get_admin_display_title() if each.page.live or not is_chat else "",
            "note": "" if is_chat else each.note,
            "url": f"{site}{editor_url(each.page) if each.is_begun else reverse('chorsu_translation:desk')}",
        }
        for each in found[:MOST_TOLD]
    ]
    groups = [(kind, list(group)) for kind, group in groupby(told, key=lambda each: each["occasion"].kind)]
    context = {
        "groups": groups,
        "first": told[0],
        "count": len(found),
        "more": max(0, len(found) - MOST_TOLD),
        "is_chat": is_chat,
        "site_name": outlet_name(),
        "desk_url": f"{site}{reverse('chorsu_translation:desk')}",
    }
    return render_mail("translations", context)
