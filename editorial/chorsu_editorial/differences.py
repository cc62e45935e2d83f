"""What differs between two versions of a page, named as the editor names it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.fields import StreamField
from wagtail.models import Page

from chorsu_editorial.hashing import block_value, content_parts
from chorsu_editorial.leaves import all_leaves
from chorsu_editorial.text_fields import text_fields


@dataclass(frozen=True, slots=True)
class Change:
    """A field, or a block of a StreamField, that differs.

    ``path`` is its content path; ``before`` and ``after`` are its readable text (empty for a picture, a date or what
    the other version has not).
    """

    label: str
    path: str
    before: str = ""
    after: str = ""


def changes(before: Page, after: Page) -> list[Change]:
    """Return what differs between two versions of the same page, in reading order where there is one."""
    old, new = (content_parts(page, everything=True) for page in (before, after))
    texts = _texts(before), _texts(after)
    found: list[Change] = []
    readable = [field.name for field in text_fields(type(after))]
    for name in dict.fromkeys([*readable, *new]):
        if old.get(name) == new.get(name):
            continue
        field = _field(after, name)
        if isinstance(field, StreamField):
            found += _block_changes(before, after, field, texts)
        else:
            found.append(Change(field_label(after, name), name, *(_text_at(side, name) for side in texts)))
    found += [
        Change(field_label(after, name), name)
        for name in ("go_live_at", "expire_at")
        if getattr(before, name, None) != getattr(after, name, None)
    ]
    return found


def _block_changes(before: Page, after: Page, field: Any, texts: tuple[dict[str, str], dict[str, str]]) -> list[Change]:
    name = field.name
    old, new = (field.get_prep_value(getattr(page, name)) for page in (before, after))
    old_by_id, new_by_id = ({item["id"]: item for item in items} for items in (old, new))
    found: list[Change] = []
    for number, item in enumerate(new, start=1):
        former = old_by_id.get(item["id"])
        if former is None or _value(field, former) != _value(field, item):
            found.append(_block_change(after, field, number, item, texts))
    found += [
        _block_change(after, field, number, item, texts)
        for number, item in enumerate(old, start=1)
        if item["id"] not in new_by_id
    ]
    return found or [Change(_("%(field)s: order") % {"field": capfirst(str(field.verbose_name))}, name)]


def _block_change(
    page: Page, field: Any, number: int, item: dict[str, Any], texts: tuple[dict[str, str], dict[str, str]]
) -> Change:
    path = f"{field.name}.{item['id']}"
    block = field.stream_block.child_blocks.get(item["type"])
    label = _("%(field)s: %(block)s (block %(number)d)") % {
        "field": field_label(page, field.name),
        "block": block.label if block else item["type"],
        "number": number,
    }
    return Change(label, path, *(_text_at(side, path) for side in texts))


def _value(field: Any, item: dict[str, Any]) -> Any:
    block = field.stream_block.child_blocks.get(item["type"])
    return (item["type"], block_value(block, item["value"])) if block else None


def _texts(page: Page) -> dict[str, str]:
    return {leaf.path: leaf.text for leaf in all_leaves(page)}


def _text_at(texts: dict[str, str], path: str) -> str:
    return " ".join(text for name, text in texts.items() if name == path or name.startswith(f"{path}."))


def _field(page: Page, name: str) -> Any:
    try:
        return page._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def field_label(page: Page, name: str) -> str:
    """Return what the editor calls a field or child relation of a page."""
    field = _field(page, name)
    related = getattr(field, "related_model", None)
    if field is None:
        return name
    if getattr(field, "one_to_many", False) and related is not None:
        return capfirst(str(related._meta.verbose_name_plural))
    return capfirst(str(getattr(field, "verbose_name", name)))
