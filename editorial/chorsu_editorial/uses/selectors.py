"""Where a file of the library is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.models import DraftStateMixin, Page, ReferenceIndex

from chorsu_editorial.uses.models import FileUse, waiting_states

State = Literal["live", "review", "scheduled", "draft"]


@dataclass(frozen=True, slots=True)
class Use:
    """A page, or another object, that uses a file, and in which of its versions.

    ``draft`` is the latest version of a page where it is none of the others. Old versions don't count.
    """

    source: Any
    states: tuple[State, ...]

    @property
    def holds(self) -> bool:
        """Return whether readers see the file there, or would once what waits is published."""
        return self.states != ("draft",)


def in_use(file: Any) -> bool:
    """Return whether readers see a file somewhere, or would once what waits is published."""
    return FileUse.objects.of_file(file).holding().exists() or next(_live_sources(file), None) is not None


def uses(file: Any) -> list[Use]:
    """Return all that uses a file, those that hold it first."""
    states: dict[tuple[int, str], dict[State, None]] = defaultdict(dict)
    for source in _live_sources(file):
        states[_key(source)]["live"] = None
    for (type_id, pk), state in _states_of_revisions(file):
        states[type_id, pk][state] = None
    found = []
    for type_id, keys in _by_type(states).items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        rows: Iterable[Any] = models.QuerySet(model).filter(pk__in=keys) if model else ()
        found += [Use(row, tuple(states[type_id, str(row.pk)])) for row in rows]
    return sorted(found, key=lambda use: not use.holds)


def _states_of_revisions(file: Any) -> Iterator[tuple[tuple[int, str], State]]:
    rows = FileUse.objects.of_file(file).values_list(
        "revision_id",
        "revision__base_content_type_id",
        "revision__object_id",
        "revision__approved_go_live_at",
    )
    revisions = {pk: (type_id, object_id, go_live_at) for pk, type_id, object_id, go_live_at in rows}
    in_review = set(waiting_states().filter(revision__in=revisions).values_list("revision_id", flat=True))
    pages = {
        str(pk): (live and live_id, latest_id)
        for pk, live, live_id, latest_id in Page.objects.filter(
            models.Q(live_revision__in=revisions) | models.Q(latest_revision__in=revisions)
        ).values_list("pk", "live", "live_revision_id", "latest_revision_id")
    }
    page_type = ContentType.objects.get_for_model(Page).pk
    for pk, (type_id, object_id, go_live_at) in revisions.items():
        live_id, latest_id = pages.get(object_id, (None, None)) if type_id == page_type else (None, None)
        if pk == live_id:
            yield (type_id, object_id), "live"
        if pk in in_review:
            yield (type_id, object_id), "review"
        if go_live_at:
            yield (type_id, object_id), "scheduled"
        if pk == latest_id and pk != live_id and pk not in in_review and not go_live_at:
            yield (type_id, object_id), "draft"


def _live_sources(file: Any) -> Iterator[Any]:
    """Yield what Wagtail's reference index finds to use a file, as far as it is live.

    The index follows rows and knows no versions; a live page's row is what readers see. Objects of other kinds, such as
    snippets, are live unless they say that they aren't.
    """
    references = ReferenceIndex.get_references_to(file).values_list("base_content_type_id", "object_id").distinct()
    for type_id, keys in _by_type(references).items():
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model is None:
            continue
        rows: models.QuerySet[Any] = models.QuerySet(model).filter(pk__in=keys)
        yield from rows.filter(live=True) if issubclass(model, DraftStateMixin) else rows


def _by_type(keys: Any) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for type_id, key in keys:
        found[type_id].append(key)
    return found


def _key(source: Any) -> tuple[int, str]:
    parents = source._meta.get_parent_list()
    base = parents[-1] if parents else source
    return ContentType.objects.get_for_model(base, for_concrete_model=False).pk, str(source.pk)
