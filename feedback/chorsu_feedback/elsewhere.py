"""The same mistake on other pages, and in other places of the same: found by its words, mended where an editor says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any, Literal

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q, TextField, prefetch_related_objects
from django.db.models.functions import Cast
from wagtail.models import Page
from wagtail.permissions import page_permission_policy
from wagtail.query import PageQuerySet

from chorsu_editorial.reading import text_fields, text_relations
from chorsu_feedback.anchors import Anchor, Match, occurrences
from chorsu_feedback.applying import NotAppliedError, Where, apply_correction, correction_of, mended_trees
from chorsu_feedback.models import TypoReport
from chorsu_feedback.registry import pages_with
from chorsu_feedback.selectors import find_now
from chorsu_feedback.services import anchor_at, store_report
from chorsu_feedback.text import LeafText, read_page

# Shorter words are mistakes only where they stand.
LEAST_LETTERS = 4
# So many pages are read, and so many places shown: reading takes some milliseconds a page.
MOST_PAGES = 50
MOST_PLACES = 100


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A place of the same words. ``key`` is the same as long as place and paragraph are; ``mends``: one may mend it."""

    page: Page
    anchor: Anchor
    language: str
    key: str
    mends: bool


def elsewhere(report: TypoReport, user: Any) -> list[Elsewhere]:
    """Return other places of a report's words, as whole words, on live pages in its language that the user may edit.

    At most ``MOST_PLACES`` on at most ``MOST_PAGES`` pages; none for words of less than ``LEAST_LETTERS``.
    """
    if len(report.selected) < LEAST_LETTERS:
        return []
    mine = page_permission_policy.instances_user_has_permission_for(user, "change")
    pages = mine.filter(locale_id=report.locale_id).live()
    wanted = pages_with(report.selected, report.locale.language_code)
    keys = _in_database(report.selected, pages) if wanted is None else wanted
    found = list(pages.filter(pk__in=list(keys)[:MOST_PAGES]).specific())
    for model in {type(page) for page in found}:
        of_kind = [page for page in found if type(page) is model]
        prefetch_related_objects(of_kind, "locale", *text_relations(model))
    found.sort(key=lambda page: (page.pk != report.page_id, page.title))
    trees = tuple(mended_trees(user))
    places = (place for page in found for place in _places(report, page, mends=page.path.startswith(trees)))
    return list(islice(places, MOST_PLACES))


@transaction.atomic
def mend_elsewhere(*, place: Elsewhere, user: Any, words: str) -> Where | Literal["doubtful"]:
    """Put ``words`` at a place as a report of the words there is applied, and say where it went.

    What is doubtful there (``flags_of``) becomes an open report, for somebody to look at it by itself. Raises as
    ``apply_correction`` does.
    """
    report = store_report(
        page=place.page,
        anchor=place.anchor,
        suggestion=words,
        language=place.language,
        revision=place.page.live_revision,
        step=TypoReport.Step.SAME_LEAF,
        by_editor=True,
    )
    correction = correction_of(report, words)
    token = correction.token if correction else ""
    try:
        return apply_correction(report=report, user=user, words=words, token=token, only_slips=True)
    except NotAppliedError as error:
        if error.reason != "doubtful":
            raise
        return "doubtful"


def _places(report: TypoReport, page: Page, *, mends: bool) -> Iterator[Elsewhere]:
    own = find_now(report, page, revision_id=page.live_revision_id) if page.pk == report.page_id else None
    leaves = read_page(page)
    for leaf in leaves:
        for start in _whole(report.selected, leaf) if leaf.public else ():
            if own and (own.leaf.path, own.start) == (leaf.path, start):
                continue
            first, last = leaf.block_at(start)
            parts = (str(page.pk), leaf.path, str(start), leaf.text[first:last])
            key = sha256("\x1f".join(parts).encode()).hexdigest()
            anchor = anchor_at(Match("A", leaf, start, start + len(report.selected)), leaves)
            yield Elsewhere(page, anchor, leaf.language or page.locale.language_code, key, mends)


def _whole(words: str, leaf: LeafText) -> Iterator[int]:
    for start in occurrences(words, leaf.text):
        end = start + len(words)
        if not leaf.text[max(0, start - 1) : start].isalnum() and not leaf.text[end : end + 1].isalnum():
            yield start


def _in_database(words: str, pages: PageQuerySet) -> list[int]:
    """Return keys of pages whose stored texts hold the words, without any index: every text is looked through."""
    # SQLite stores the letters of a StreamField as escapes.
    stored = Q(stored__contains=words) | Q(stored__contains=json.dumps(words)[1:-1])
    found: list[int] = []
    for kind in ContentType.objects.filter(pk__in=pages.order_by().values("content_type")):
        model: Any = kind.model_class()
        of_kind = model.objects.filter(pk__in=pages.values("pk"))
        for name in _text_names(model) if model else ():
            texts = of_kind.annotate(stored=Cast(name, TextField()))
            found += texts.filter(stored).values_list("pk", flat=True)[:MOST_PAGES]
    return list(dict.fromkeys(found))


def _text_names(model: type[Model]) -> Iterator[str]:
    for field in text_fields(model):
        yield from (f"{field.name}__{name}" for name in _text_names(field.rows)) if field.rows else (field.name,)
