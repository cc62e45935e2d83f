"""Bring the child rows with text of a translation to those of its source, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.text import capfirst
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel, get_all_child_relations
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, TranslatableMixin

from chorsu_editorial.differences import field_label
from chorsu_editorial.leaves import without_texts
from chorsu_editorial.richtext import readable_text
from chorsu_editorial.text_fields import child_rows, edit_order, row_key, text_fields
from chorsu_translation.selectors.structure_sources import key_in_language
from chorsu_translation.structure import Merge
from chorsu_translation.structure_grids import Former, follow
from chorsu_translation.structure_steps import UNKNOWN, Place, Sides, Step, shortened
from chorsu_translation.structure_tables import Lines, arrange

Show = Callable[[Any, str], str]


@dataclass
class RowsMerge:
    """What is known about the rows of one relation: of the source, of the translation, and of the source before.

    ``former`` are earlier versions of the source, the likeliest first; ``show`` gives a field as a person knows it.
    """

    merge: Merge
    name: str
    source: Page
    target: Page
    former: Sequence[Page]
    show: Show
    ours: list[Any] = field(init=False)
    theirs: list[Any] = field(init=False)

    def __post_init__(self) -> None:
        """Read the rows of both sides."""
        self.ours, self.theirs = (child_rows(page, self.name) for page in (self.source, self.target))
        label = field_label(self.target, self.name)
        self.at = Place(self.name, (label,))

    def run(self) -> None:
        """Give the translation its rows."""
        found = self._follow()
        if found is None:
            self.merge.does(Step("by_hand", self.name, self.at.labels, self._words(None, 0) if self.theirs else ""))
            return
        follows, before = found
        rows = arrange(self.merge, follows, len(self.theirs), self._lines())
        merged = []
        for number, mine in rows:
            row = self._copy(self.ours[number or 0]) if mine is None else self.theirs[mine]
            if mine is not None and number is not None:
                self._bring_in_values(self.ours[number], row, before.get(number), mine)
            merged.append(row)
        for place, row in enumerate(merged):
            if hasattr(row, "sort_order"):
                row.sort_order = place
        getattr(self.target, self.name).set(merged)

    def _follow(self) -> tuple[Former, dict[int, Any]] | None:
        """Return of each row of the source which one of the translation it is, and the row that it was before."""
        if any(isinstance(row, TranslatableMixin) for row in (*self.ours, *self.theirs)):
            mine = {row_key(row): number for number, row in enumerate(self.theirs)}
            known = {row_key(row): row for row in child_rows(self.former[0], self.name)} if self.former else {}
            keys = [row_key(row) for row in self.ours]
            return [mine.get(key) for key in keys], {n: known[key] for n, key in enumerate(keys) if key in known}
        for page in (*self.former, self.source):
            rows = child_rows(page, self.name)
            if len(rows) == len(self.theirs):
                follows = follow([_cells(row) for row in rows], [_cells(row) for row in self.ours])
                return follows, {n: rows[was] for n, was in enumerate(follows) if was is not None}
        return None

    def _lines(self) -> Lines:
        return Lines(
            at=self.at,
            label=lambda number: str(number + 1),
            words=self._words,
            translated=lambda number: self.merge.was_translated(self._path(number)),
            own=self._is_own,
        )

    def _path(self, number: int) -> str:
        """Return the content path of a row of the translation."""
        return f"{self.name}.{row_key(self.theirs[number]) or f'new{number}'}"

    def _is_own(self, number: int) -> bool:
        row = self.theirs[number]
        if not isinstance(row, TranslatableMixin):
            return False
        known = {row_key(each) for page in self.former for each in child_rows(page, self.name)}
        return row_key(row) not in known and not self.merge.from_source(f"{self.name}.{row_key(row)}")

    def _words(self, number: int | None, mine: int | None) -> str:
        row = self.ours[number or 0] if mine is None else self.theirs[mine]
        texts = []
        for each in text_fields(type(row)):
            value = getattr(row, each.name) if each.rows is None else None
            if isinstance(value, str):
                rich = isinstance(row._meta.get_field(each.name), RichTextField)
                texts.append(readable_text(value, rich=rich))
        return shortened(texts) or str(row)

    def _copy(self, row: Any) -> Any:
        """Return a copy of a row of the source, as the translation gets it."""
        new = row.copy_cluster()[0] if isinstance(row, ClusterableModel) else copy(row)
        new.pk = None
        parent = next(
            each for each in get_all_child_relations(type(self.source)) if each.get_accessor_name() == self.name
        )
        setattr(new, parent.field.attname, self.target.pk)
        if isinstance(new, TranslatableMixin):
            new.locale_id = self.target.locale_id
        for each in _values(new):
            if isinstance(each, models.ForeignKey):
                setattr(new, each.attname, _in_language(each, getattr(new, each.attname), self.target))
        return without_texts(new) if self.merge.empty else new

    def _bring_in_values(self, source: Any, target: Any, before: Any, number: int) -> None:
        """Bring what isn't text in a row to what it is in the source's."""
        at = self.at.inside(str(number), str(number + 1))
        for each in _values(target):
            place = at.inside(each.name, str(capfirst(each.verbose_name)))
            if isinstance(each, StreamField):
                self._bring_in_blocks(each, (source, target, before), place)
                continue
            theirs, mine = getattr(source, each.attname), getattr(target, each.attname)
            wanted = _in_language(each, theirs, self.target)
            if mine in (theirs, wanted):
                continue
            own = before is not None and getattr(before, each.attname) == theirs
            shown = self.show(target, each.name), self.show(source, each.name)
            chosen = before is not None and not own
            step = Step("set", place.path, place.labels, before=shown[0], after=shown[1], chosen=chosen, own=own)
            if self.merge.does(step):
                setattr(target, each.attname, wanted)

    def _bring_in_blocks(self, each: StreamField, rows: tuple[Any, Any, Any], place: Place) -> None:
        raw = [UNKNOWN if row is None else each.get_prep_value(getattr(row, each.name)) or [] for row in rows]
        merged = self.merge.value(each.stream_block, Sides(*raw), place)
        if merged != raw[1]:
            setattr(rows[1], each.name, merged)


def _values(row: Any) -> Iterator[Any]:
    """Yield the fields of a row that a person edits and that aren't text to translate; blocks are both."""
    texts = {each.name for each in text_fields(type(row)) if each.compared}
    model: type[models.Model] = type(row)
    edited = set(edit_order(model))
    for each in row._meta.concrete_fields:
        is_text = each.name in texts and not isinstance(each, StreamField)
        if each.name in edited and not is_text and not each.primary_key and not isinstance(each, ParentalKey):
            yield each


def _in_language(each: models.Field[Any, Any], value: Any, target: Page) -> Any:
    """Return the key of the same thing in the target's language, where a field points at something translated."""
    model: Any = each.related_model if isinstance(each, models.ForeignKey) else None
    if value is None or model is None or not issubclass(model, TranslatableMixin):
        return value
    return key_in_language(model, value, target)


def _cells(row: Any) -> list[Any]:
    """Return what a row says, by which it is known again: its own key may be another one in each version."""
    left_out = {"sort_order", "locale", "translation_key"}
    return [
        each.value_to_string(row)
        for each in row._meta.concrete_fields
        if each.name not in left_out and not each.primary_key and not isinstance(each, ParentalKey)
    ]
