"""Other words for those of a query, from the groups that editors keep; some come with us, in ``variants.txt``."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.db.models import Count, Max
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from chorsu_search.analysis import get_analyser
from chorsu_search.models import WordGroup
from chorsu_search.queries import Alternative, Query

Stamp = tuple[int, datetime | None]
Tokens = tuple[str, ...]

LOOK_EVERY = 5.0  # seconds between two looks of a process
_looked: dict[str, tuple[float, Stamp]] = {}


def with_variants(query: Query) -> Query:
    """Return the query with other words for each of its words, in any form of it."""
    stamp = _stamp()
    if not stamp[0]:
        return query
    alternatives = dict(query.alternatives)
    for word in query.words:
        found = dict.fromkeys(
            variant
            for language in query.languages
            for variant in _variants(language, stamp).get(tuple(get_analyser(language).tokens(word)), ())
        )
        if found:
            alternatives[word] = (*alternatives.get(word, ()), *found)
    return replace(query, alternatives=alternatives)


@receiver([post_save, post_delete], sender=WordGroup, dispatch_uid="chorsu_search_group")
def forget_groups(**_kwargs: object) -> None:
    """Read the groups anew: one was saved in this process."""
    _looked.clear()


def _stamp() -> Stamp:
    """Return what differs once a group was added, changed or deleted; another process may be a little behind."""
    at, stamp = _looked.get("groups", (-LOOK_EVERY, (0, None)))
    now = time.monotonic()
    if now - at >= LOOK_EVERY:
        found = WordGroup.objects.aggregate(number=Count("pk"), changed=Max("changed_at"))
        stamp = (found["number"], found["changed"])
        _looked["groups"] = (now, stamp)
    return stamp


@lru_cache(maxsize=32)
def _variants(language: str, stamp: Stamp) -> Mapping[Tokens, tuple[Alternative, ...]]:  # noqa: ARG001 - is the key
    analyser = get_analyser(language)
    found: dict[Tokens, list[Alternative]] = defaultdict(list)
    base = language.partition("-")[0]
    for group in WordGroup.objects.filter(language__in={"", language, base}):
        tokens = {text: tuple(analyser.tokens(text)) for text in group.texts()}
        for own in tokens.values():
            found[own] += [
                Alternative(other, group.weight) for other, others in tokens.items() if others not in {own, ()}
            ]
    found.pop((), None)
    return {own: tuple(alternatives) for own, alternatives in found.items() if alternatives}


def shipped_groups() -> Iterator[tuple[str, str]]:
    """Yield a language (empty: every one) and words that stand for one another, separated by commas."""
    for line in Path(__file__).with_name("variants.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            language, _space, words = line.partition(" ")
            yield ("" if language == "*" else language), words
