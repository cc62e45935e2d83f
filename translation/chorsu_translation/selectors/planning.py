"""What is wanted of articles in languages, and what isn't, for many articles at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils import timezone
from wagtail.models import Locale, Page

from chorsu_translation.models import NotPlanned, NotPlannedRule, TranslationRequest
from chorsu_translation.selectors.rights import PLANS, rights_of

ArticleKey = tuple[uuid.UUID, int]


@dataclass(frozen=True, slots=True)
class Plans:
    """Open requests and decisions by article and locale, and the rules."""

    requests: dict[ArticleKey, TranslationRequest] = field(default_factory=dict)
    decisions: dict[ArticleKey, NotPlanned] = field(default_factory=dict)
    rules: list[NotPlannedRule] = field(default_factory=list)

    def rule_for(self, source: Page, locale_id: int) -> NotPlannedRule | None:
        """Return a rule that keeps an article of this source out of a language."""
        return next((rule for rule in self.rules if rule.locale_id == locale_id and _applies(rule, source)), None)


def all_rules() -> list[NotPlannedRule]:
    """Return the rules, with their sections."""
    return list(NotPlannedRule.objects.select_related("section"))


def plans_of(keys: Collection[uuid.UUID], locales: Iterable[Locale], rules: list[NotPlannedRule]) -> Plans:
    """Return the plans for articles in languages, in two queries."""
    chosen = {"translation_key__in": keys, "locale__in": list(locales)}
    requests = TranslationRequest.objects.select_related("assignee").filter(done_at__isnull=True, **chosen)
    decisions = NotPlanned.objects.filter(**chosen)
    return Plans(
        {(request.translation_key, request.locale_id): request for request in requests},
        {(decision.translation_key, decision.locale_id): decision for decision in decisions},
        rules,
    )


def kept_out(locale: Locale, rules: Iterable[NotPlannedRule]) -> Q:
    """Return the condition by which source pages are kept out of a language by a rule."""
    conditions = [_condition(rule) for rule in rules if rule.locale_id == locale.pk]
    return reduce(or_, conditions, Q(pk__in=[]))


def _condition(rule: NotPlannedRule) -> Q:
    condition = Q()
    if rule.section is not None:
        condition &= Q(path__startswith=rule.section.path)
    if rule.older_than_days is not None:
        condition &= Q(first_published_at__lt=_oldest(rule.older_than_days))
    return condition or Q(pk__in=[])


def _applies(rule: NotPlannedRule, source: Page) -> bool:
    if rule.section is None and rule.older_than_days is None:
        return False
    if rule.section is not None and not source.path.startswith(rule.section.path):
        return False
    published = source.first_published_at
    return rule.older_than_days is None or bool(published and published < _oldest(rule.older_than_days))


def _oldest(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=min(days, 100_000))


def plannable_locales(pages: Iterable[Page], user: Any) -> list[Locale]:
    """Return the languages in which the user may be an editor of one of the articles, or of its source.

    Each article is asked by itself when something is decided about it.
    """
    rights = rights_of(user)
    locales = list(Locale.objects.order_by("pk"))
    if rights.may_plan(*(page.path for page in pages)):
        return locales
    trees = Page.objects.filter(path__in=[path for each in PLANS for path in rights.paths.get(each, ())])
    own = set(trees.values_list("locale", flat=True))
    return [locale for locale in locales if locale.pk in own]
