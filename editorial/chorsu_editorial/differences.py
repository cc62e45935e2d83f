"""What differs between two versions of a page, named as the editor names it; and passage by passage, with marked words.

Of a field or block whose text differs (``changes``) the paragraphs, headings and list items are aligned: those that
stand in both versions are left out; between them the first replaced is paired with the first that replaces it, and so
on. Two passages too long to compare word by word are shown whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.fields import StreamField
from wagtail.models import Page

from chorsu_editorial.alignment import COMPARED, marked_html, runs
from chorsu_editorial.hashing import block_value, content_parts
from chorsu_editorial.reading import Leaf, all_leaves, model_field, text_fields, units


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
        field = model_field(type(after), name)
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
    label = block_label(page, field.name, block.label if block else item["type"], number)
    return Change(label, path, *(_text_at(side, path) for side in texts))


def block_label(page: Page, name: str, block: Any, number: int) -> str:
    """Return what the editor calls the ``number``-th block of a StreamField."""
    text = _("%(field)s: %(block)s (block %(number)d)")
    return text % {"field": field_label(page, name), "block": block, "number": number}


def _value(field: Any, item: dict[str, Any]) -> Any:
    block = field.stream_block.child_blocks.get(item["type"])
    return (item["type"], block_value(block, item["value"])) if block else None


def _texts(page: Page) -> dict[str, str]:
    return {leaf.path: leaf.text for leaf in all_leaves(page)}


def _text_at(texts: dict[str, str], path: str) -> str:
    return " ".join(text for name, text in texts.items() if name == path or name.startswith(f"{path}."))


def field_label(page: Page, name: str) -> str:
    """Return what the editor calls a field or child relation of a page."""
    field = model_field(type(page), name)
    related = getattr(field, "related_model", None)
    if field is None:
        return name
    if getattr(field, "one_to_many", False) and related is not None:
        return capfirst(str(related._meta.verbose_name_plural))
    return capfirst(str(getattr(field, "verbose_name", name)))


# What one screen shows; beyond it people compare the versions side by side.
MOST_PASSAGES = 60


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage that differs; ``html`` is empty where no text does (a picture, a date, the order)."""

    label: str
    path: str
    html: SafeString


def passages(before: Page, after: Page) -> list[Passage]:
    """Return what differs between two versions of a page, in reading order.

    What publishing itself fills in (``unhashed_fields``) is left out.
    """
    old, new = list(all_leaves(before)), list(all_leaves(after))
    left_out = getattr(after, "unhashed_fields", ())
    found = [change for change in changes(before, after) if change.path not in left_out]
    return [passage for change in found for passage in _of_change(change, old, new)]


def marked_words(old: str, new: str) -> SafeString:
    """Return two plain texts as one in HTML, the words that went in ``<del>`` and those that came in ``<ins>``."""
    return mark_safe(marked_html(escape(old), escape(new)))  # noqa: S308 -- escaped, and only marks are added


def _of_change(change: Change, old: list[Leaf], new: list[Leaf]) -> Iterator[Passage]:
    found = False
    sides = [{leaf.path: leaf for leaf in leaves if _is_at(leaf.path, change.path)} for leaves in (old, new)]
    for path in dict.fromkeys([*sides[1], *sides[0]]):
        was, now = ([unit.text for unit in units(side[path])] if path in side else [] for side in sides)
        for gone, come in _replaced_pairs(was, now):
            found = True
            yield Passage(change.label, path, marked_words(gone, come))
    if not found:
        yield Passage(change.label, change.path, SafeString())


def _is_at(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}.")


def _replaced_pairs(was: list[str], now: list[str]) -> Iterator[tuple[str, str]]:
    for equal, i1, i2, j1, j2 in runs(was, now):
        if not equal and (i2 - i1) * (j2 - j1) > COMPARED:
            yield " ".join(was[i1:i2]), " ".join(now[j1:j2])
        elif not equal:
            yield from zip_longest(was[i1:i2], now[j1:j2], fillvalue="")
