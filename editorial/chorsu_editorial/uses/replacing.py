"""Putting one file of the library in the place of another on a page in memory.

Wagtail's reference index finds references and can't change them. What is changed here: foreign keys, choosers in the
blocks of StreamFields, pictures and links in rich text, and all of these in child rows. Whatever else refers to the
file, such as a block with a reading of its own, keeps it: ``refers_to`` tells.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from re import Match
from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.rich_text import get_rewriter

from chorsu_editorial.block_texts import walk
from chorsu_editorial.text_fields import child_relations, child_rows
from chorsu_editorial.uses.references import references


def refers_to(instance: Any, file: models.Model) -> bool:
    """Return whether an object in memory refers to a file."""
    return str(file.pk) in references(instance).get(type(file), ())


def replace(instance: Any, old: models.Model, new: models.Model) -> None:
    """Let an object in memory refer to ``new`` wherever it refers to ``old``, as far as that can be changed."""
    swap = Swap(old, new)
    for field in instance._meta.get_fields():
        if isinstance(field, GenericForeignKey | models.ForeignKey) and not isinstance(field, ParentalKey):
            if swap.in_key(field, instance):
                setattr(instance, field.name, new)
        elif isinstance(field, StreamField):
            stored = field.get_prep_value(getattr(instance, field.name))
            changed = swap.in_block(field.stream_block, deepcopy(stored))
            if changed != stored:
                setattr(instance, field.name, changed)
        elif isinstance(field, RichTextField):
            setattr(instance, field.name, swap.in_rich_text(getattr(instance, field.name)))
    for relation in child_relations(type(instance)):
        rows = child_rows(instance, relation)
        if not any(refers_to(row, old) for row in rows):
            continue
        for row in rows:
            replace(row, old, new)
        # The relation hands out other objects each time else.
        getattr(instance, relation).set(rows)


@dataclass(frozen=True, slots=True)
class Swap:
    """One file for another in what is stored: blocks as StreamFields store them, and rich text."""

    old: models.Model
    new: models.Model

    def of_model(self, model: Any) -> bool:
        """Return whether what refers to this model can refer to the file."""
        return isinstance(self.old, model)

    def is_old(self, key: Any) -> bool:
        """Return whether a primary key is that of the old file."""
        return str(key) == str(self.old.pk)

    def in_key(self, field: Any, instance: models.Model) -> bool:
        """Return whether a foreign key, plain or generic, points at the old file."""
        if isinstance(field, GenericForeignKey):
            return bool(getattr(instance, field.name) == self.old)
        return self.of_model(field.related_model) and self.is_old(field.value_from_object(instance))

    def in_block(self, block: blocks.Block, value: Any) -> Any:
        """Return the stored form of a block with the new file; ``value`` may be changed."""
        holder = {"value": value}
        for each in walk(block, holder, "value", ""):
            new = self._in_single(each.block, each.value)
            if new != each.value:
                each.container[each.key] = new
        return holder["value"]

    def _in_single(self, block: blocks.Block | None, value: Any) -> Any:
        if isinstance(block, blocks.RichTextBlock) and isinstance(value, str):
            return self.in_rich_text(value)
        if isinstance(block, blocks.ChooserBlock) and self.of_model(block.model_class) and self.is_old(value):
            return self.new.pk
        return value

    def in_rich_text(self, html: str) -> str:
        """Return rich text with the new file in its pictures and links."""
        for rewriter in get_rewriter().rewriters:
            html = rewriter.get_opening_tag_regex().sub(lambda tag, reader=rewriter: self._in_tag(reader, tag), html)
        return html

    def _in_tag(self, rewriter: Any, match: Match[str]) -> str:
        tag = match.group(0)
        for model, key, *_paths in rewriter.extract_references(tag):
            if self.of_model(model) and self.is_old(key):
                return tag.replace(f' id="{key}"', f' id="{self.new.pk}"')
        return tag
