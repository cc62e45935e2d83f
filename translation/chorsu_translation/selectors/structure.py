"""What of a source's structure a translation has not: blocks, their order, pictures and other values, fields."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page, Revision, TranslatableMixin

from chorsu_editorial.differences import field_label
from chorsu_editorial.hashing import content_parts, version_hash
from chorsu_editorial.reading import all_leaves, child_relations, child_rows, edit_order, text_fields
from chorsu_translation.conf import get_settings
from chorsu_translation.models import Baseline, TranslationLink
from chorsu_translation.selectors.baselines import carried_baseline
from chorsu_translation.selectors.pages import current_text
from chorsu_translation.snapshots import take_snapshot
from chorsu_translation.structure import UNKNOWN, Merge, Place, Sides, Step, without_words

SEARCHED_VERSIONS = 10
ROW_BOOKKEEPING = {"sort_order", "locale", "translation_key"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done: ``result`` is the latest version of the target with ``done`` of the steps done to it.

    ``token`` is of what both pages said.
    """

    source: Page
    result: Page
    steps: list[Step]
    token: str
    done: list[Step] = field(default_factory=list)


def structure_plan(target: Page, *, wanted: Collection[str] | None = None) -> Plan | None:
    """Return what brings a translation to its source's structure; None where it has no source of its own type.

    ``wanted``: keys of the steps to do, or None for those that are chosen by default. Of a live source what readers see
    counts. Nothing is saved.
    """
    link = TranslationLink.objects.select_related("source").filter(target=target).first()
    if link is None or link.source is None or link.source.content_type_id != target.content_type_id:
        return None
    source = current_text(link.source)
    result = Page.objects.get(pk=target.pk).get_latest_revision_as_object()
    token = structure_token(source, result)
    baseline = carried_baseline(target, target.latest_revision_id)
    base = _source_at(baseline, link.source) if baseline else None
    merge = Merge(
        wanted=wanted,
        empty=get_settings().start_with == "empty",
        from_source=_paths_of(baseline).__contains__,
        was_translated=_Changed(target, result, baseline),
        localised=lambda block, value: localised(block, value, target),
        describe=describe,
    )
    for each in text_fields(type(result)):
        model_field = result._meta.get_field(each.name) if each.rows is None else None
        if each.compared and isinstance(model_field, StreamField):
            raw = [_raw(page, each.name) if page is not None else UNKNOWN for page in (source, result, base)]
            sides = Sides(raw[0], raw[1]) if base is None else Sides(*raw)
            at = Place(each.name, (field_label(result, each.name),))
            merged = merge.value(model_field.stream_block, sides, at)
            if merged != raw[1]:
                setattr(result, each.name, merged)
        elif each.compared and each.rows is not None:
            rows = [_rows_without_words(page, each.name) for page in (source, result, base or result)]
            if rows[0] not in rows[1:]:
                merge.does(Step("by_hand", each.name, (field_label(result, each.name),), _shown(result, each.name)))
    fields = _field_steps(source, result, base)
    steps = [*merge.steps, *fields]
    done = [step for step in steps if step.is_done(wanted)]
    for step in fields:
        if step in done:
            _take_over(source, result, step.path)
    return Plan(source, result, steps, token, done)


def structure_token(source: Page, target: Page) -> str:
    """Return the token of what both versions say, ids of blocks included."""
    raw = [
        [
            version_hash(page),
            {f.name: _raw(page, f.name) for f in page._meta.concrete_fields if isinstance(f, StreamField)},
        ]
        for page in (source, target)
    ]
    return hashlib.sha256(json.dumps(raw, sort_keys=True, default=str).encode()).hexdigest()


def localised(block: blocks.Block, value: Any, target: Page) -> Any:
    """Return the key of the same thing in the target's language, where a block points at something translated."""
    model: Any = getattr(block, "target_model", None) if isinstance(block, blocks.ChooserBlock) else None
    if value is None or model is None or not issubclass(model, TranslatableMixin):
        return value
    keys = model.objects.filter(pk=value).values("translation_key")
    found = model.objects.filter(translation_key__in=keys, locale_id=target.locale_id)
    return found.values_list("pk", flat=True).first() or value


def describe(block: blocks.Block, value: Any) -> str:
    """Return a block's value as a person knows it."""
    if value in (None, "", [], {}):
        return _("nothing")
    if isinstance(block, blocks.ChooserBlock):
        found = block.to_python(value)
        return str(found) if found is not None else _("something that was deleted")
    if isinstance(block, blocks.BooleanBlock):
        return _("yes") if value else _("no")
    for choice, label in getattr(getattr(block, "field", None), "choices", None) or ():
        if choice == value:
            return str(label)
    return str(value) if isinstance(value, str | int | float) else str(getattr(block, "label", "") or _("other"))


class _Changed:
    """Whether a translation's text below a path was changed since it was live, or since it was begun."""

    def __init__(self, target: Page, result: Page, baseline: Baseline | None) -> None:
        since = target.get_specific() if target.live else None
        if since is None and baseline is not None and baseline.revision_id:
            since = baseline.revision.as_object() if baseline.revision else None
        self.known = since is not None
        self.before = {leaf.path: leaf.source for leaf in all_leaves(since)} if since else {}
        self.now = {leaf.path: leaf.source for leaf in all_leaves(result)}

    def __call__(self, path: str) -> bool:
        """Return whether it was; True where nobody can tell."""
        before, now = (
            {name: text for name, text in texts.items() if name == path or name.startswith(f"{path}.")}
            for texts in (self.before, self.now)
        )
        return bool(now) and (not self.known or before != now)


def _paths_of(baseline: Baseline | None) -> set[str]:
    """Return the content paths of a baseline, and of the blocks around."""
    found: set[str] = set()
    for path, _index, _html in baseline.units if baseline else ():
        parts = str(path).split(".")
        found.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
    return found


def _source_at(baseline: Baseline, source: Page) -> Page | None:
    """Return the version of the source whose text a baseline is; None where it isn't kept any more."""
    versions = Revision.objects.filter(
        base_content_type=source.get_base_content_type(), object_id=str(source.pk), created_at__lte=baseline.declared_at
    ).order_by("-created_at", "-pk")
    for revision in versions[:SEARCHED_VERSIONS]:
        page: Page = revision.as_object()
        if take_snapshot(page).digest == baseline.digest:
            return page
    return None


def _rows_without_words(page: Page, name: str) -> list[dict[str, Any]]:
    """Return what child rows hold beside their texts."""
    found = []
    for row in child_rows(page, name):
        left_out = ROW_BOOKKEEPING | {each.name for each in text_fields(type(row)) if each.compared}
        values: dict[str, Any] = {}
        for each in row._meta.concrete_fields:
            if isinstance(each, StreamField):
                values[each.name] = without_words(each.stream_block, _raw(row, each.name))
            elif each.name not in left_out and not each.primary_key and not isinstance(each, ParentalKey):
                values[each.name] = each.value_from_object(row)
        found.append(values)
    return found


def _raw(page: Page, name: str) -> Any:
    return page._meta.get_field(name).get_prep_value(getattr(page, name)) or []


def _field_steps(source: Page, target: Page, base: Page | None) -> list[Step]:
    """Return the fields without translated text that differ; one that the source has as before is the target's own."""
    new, old = content_parts(source), content_parts(target)
    former = content_parts(base) if base is not None else {}
    texts = {each.name for each in text_fields(type(target)) if each.compared}
    page_fields = {each.name for each in Page._meta.concrete_fields}
    left_out = {*texts, *page_fields, *type(target).exclude_fields_in_copy}
    relations = child_relations(type(target))
    steps = []
    model: Any = type(target)
    for name in edit_order(model):
        if name in left_out or name not in new or new[name] == old.get(name):
            continue
        if name in relations and issubclass(relations[name], TranslatableMixin):
            continue
        own = name in former and former[name] == new[name]
        chosen = base is not None and not own
        before, after = _shown(target, name), _shown(source, name)
        steps.append(Step("field", name, (field_label(target, name),), "", before, after, chosen=chosen, own=own))
    return steps


def _shown(page: Page, name: str) -> str:
    """Return the value of a field or relation as a person knows it."""
    if name in child_relations(type(page)):
        return ", ".join(str(row) for row in child_rows(page, name)) or _("nothing")
    value = getattr(page, name)
    if hasattr(value, "all"):
        return ", ".join(str(each) for each in value.all()) or _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    display = getattr(page, f"get_{name}_display", None)
    shown = display() if display else value
    if shown in (None, ""):
        return _("nothing")
    if isinstance(page._meta.get_field(name), StreamField):
        return str(page._meta.get_field(name).verbose_name)
    return str(shown)


def _take_over(source: Page, target: Page, name: str) -> None:
    """Give the target the source's value of a field or relation."""
    if name in child_relations(type(target)):
        source.copy_child_relation(name, target)
        return
    value = getattr(source, name)
    if hasattr(value, "all"):
        setattr(target, name, list(value.all()))
    elif isinstance(target._meta.get_field(name), models.ForeignKey):
        attname = target._meta.get_field(name).attname
        setattr(target, attname, getattr(source, attname))
    else:
        setattr(target, name, value)
