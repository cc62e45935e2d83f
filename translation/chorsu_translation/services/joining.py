"""What is wanted of an article goes with the page that joins another one, and comes back when both part."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page

from chorsu_translation.models import NotPlanned, TranslationRequest
from chorsu_translation.services.requests import close_request

Joined = dict[str, Any]


def join_plans(*, page: Page, former: uuid.UUID, user: Any) -> Joined:
    """Give a page's article what was wanted of the page alone, whose key was ``former``; return what parting needs.

    An article's own request, decision or page in a language stands; what was wanted of the other one in that language
    stays with its key, and counts again once the page is parted. A request for the page's own language is done where
    the page is live and up to date.
    """
    key = page.translation_key
    pages = set(Page.objects.filter(translation_key=key).values_list("locale_id", flat=True))
    requests, decisions = _open_requests(key), _decisions(key)
    taken = pages.union(*(plans.values_list("locale_id", flat=True) for plans in (requests, decisions)))
    own = list(requests.filter(locale=page.locale_id).values_list("pk", flat=True))
    found: Joined = {"former_key": str(former), "key": str(key)}
    for name, wanted in (("requests", _open_requests), ("decisions", _decisions)):
        found[name] = _move(wanted(former).exclude(locale__in=taken), key)
    close_request(target=page, user=user)
    closed = TranslationRequest.objects.filter(pk__in=own, done_at__isnull=False)
    return {**found, "closed": list(closed.values_list("pk", flat=True))}


def part_plans(*, page: Page, joined: Joined, article: uuid.UUID) -> None:
    """Give back what ``join_plans`` took over, as far as the article has no page for it by now.

    ``page`` has its own key again, ``article`` is that of the pages that it left.
    """
    pages = list(Page.objects.filter(translation_key=article).values_list("locale_id", flat=True))
    own = page.translation_key
    for name, wanted in (("requests", _open_requests), ("decisions", _decisions)):
        taken = list(wanted(own).values_list("locale_id", flat=True))
        given = wanted(article).filter(pk__in=joined.get(name, [])).exclude(locale__in=pages)
        _move(given.exclude(locale__in=taken), own)
    if _open_requests(article).filter(locale=page.locale_id).exists():
        return
    closed = TranslationRequest.objects.filter(pk__in=joined.get("closed", []), translation_key=article)
    if last := closed.order_by("pk").last():
        last.done_at = None
        last.save(update_fields=["done_at"])


def _open_requests(key: uuid.UUID) -> QuerySet[TranslationRequest]:
    return TranslationRequest.objects.filter(translation_key=key, done_at__isnull=True)


def _decisions(key: uuid.UUID) -> QuerySet[NotPlanned]:
    return NotPlanned.objects.filter(translation_key=key)


def _move(plans: QuerySet[Any], key: uuid.UUID) -> list[int]:
    keys = list(plans.values_list("pk", flat=True))
    plans.model.objects.filter(pk__in=keys).update(translation_key=key)
    return keys
