"""Keep the rows of ``ArticleState``: mark them in the transaction that changes a fact, write them after it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator

from django.db import transaction
from wagtail.models import Locale, Page

from chorsu_translation.models import ArticleState, StateMark
from chorsu_translation.selectors.states import answers
from chorsu_translation.services.published import refresh_links

BATCH = 200
_KEY = ("translation_key", "locale_id")
_ANSWER = [
    field.attname for field in ArticleState._meta.concrete_fields if not field.primary_key and field.attname not in _KEY
]


def mark_articles(keys: Iterable[uuid.UUID]) -> None:
    """Have the rows of articles written once this transaction has been committed.

    What it changes after this counts too. Of many articles some are written at once, the rest by ``write_marked``.
    """
    if marks := [StateMark(translation_key=key) for key in sorted(set(keys))]:
        StateMark.objects.bulk_create(marks, batch_size=1000)
        transaction.on_commit(_write_batch, robust=True)


def mark_without_page() -> None:
    """Mark the articles that lack a page in some language, as where a rule changes."""
    rows = ArticleState.objects.filter(page__isnull=True)
    mark_articles(rows.order_by().values_list("translation_key", flat=True).distinct())


def mark_all() -> None:
    """Mark each article that has a page."""
    mark_articles(_all_keys())


def write_marked() -> bool:
    """Write the rows of all articles that are marked; return whether there was any.

    Who reads a list calls this first, so that it shows what is true, whoever died before writing.
    """
    found = False
    while _write_batch():
        found = True
    return found


def refresh_translations() -> Iterator[str]:
    """Write every row that isn't what the facts say, and yield for each what differed: nothing should."""
    if differing := refresh_links():
        yield f"{differing} links knew another baseline of the live version."
    write_marked()
    keys = sorted({*_all_keys(), *ArticleState.objects.order_by().values_list("translation_key", flat=True)})
    for first in range(0, len(keys), BATCH):
        yield from write_states(keys[first : first + BATCH])


@transaction.atomic
def write_states(keys: list[uuid.UUID]) -> list[str]:
    """Write the rows of articles from what is stored, and return what differed.

    Rows are locked in the order of their keys before facts are read: of two who write the same row, the second one
    reads them after the first has written.
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
    differing, told = [], []
    for answer in answers(keys):
        row = stored.pop((answer.translation_key, answer.locale_id), None)
        others = [name for name in _ANSWER if row is None or getattr(row, name) != getattr(answer, name)]
        if others:
            differing.append(answer)
            was = ", ".join(f"{name} {getattr(row, name, None)} → {getattr(answer, name)}" for name in others)
            told.append(f"{answer}: {was}")
    ArticleState.objects.bulk_create(
        differing, update_conflicts=True, unique_fields=_KEY, update_fields=_ANSWER, batch_size=500
    )
    # The articles have no page any more.
    ArticleState.objects.filter(pk__in=[row.pk for row in stored.values()]).delete()
    return told


def _write_batch() -> bool:
    """Write the rows of some articles that are marked, and return whether there were any."""
    marks = dict(StateMark.objects.order_by("translation_key").values_list("pk", "translation_key")[:BATCH])
    if marks:
        with transaction.atomic():
            write_states(list(marks.values()))
            StateMark.objects.filter(pk__in=marks).delete()
    return bool(marks)


def _all_keys() -> set[uuid.UUID]:
    pages = Page.objects.filter(depth__gt=1, alias_of__isnull=True)
    return set(pages.order_by().values_list("translation_key", flat=True))
