"""What differs between two versions of a page, named as the editor names it; and in the text, with marked words.

Which passage became which says ``alignment``. Two passages too long to compare word by word are shown whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.fields import StreamField
from wagtail.models import Page

from chorsu_editorial.alignment import align, marked_html, tokens
from chorsu_editorial.hashing import block_value, content_parts
from chorsu_editorial.reading import all_leaves, model_field, text_fields, units


@dataclass(frozen=True, slots=True)
class Change:
    """A field or block that differs, at its content path; a picture, a date or what isn't there has no text."""

    label: str
    path: str
    before: str = ""
    after: str = ""


def changes(before: Page, after: Page) -> list[Change]:
    """Return what differs between two versions of the same page, in reading order where there is one."""
    old, new = (content_parts(page, everything=True) for page in (before, after))
    texts = [_texts(page) for page in (before, after)]
    found: list[Change] = []
    readable = [field.name for field in text_fields(type(after))]
    for name in dict.fromkeys([*readable, *new]):
        if old.get(name) == new.get(name):
            continue
        field = model_field(type(after), name)
        if isinstance(field, StreamField):
            found += _block_changes(before, after, field, texts)
        else:
            found.append(Change(field_label(after, name), name, *(side.get(name, "") for side in texts)))
    found += [
        Change(field_label(after, name), name)
        for name in ("go_live_at", "expire_at")
        if getattr(before, name, None) != getattr(after, name, None)
    ]
    return found


def _block_changes(before: Page, after: Page, field: Any, texts: list[dict[str, str]]) -> list[Change]:
    name = field.name
    old, new = (field.get_prep_value(getattr(page, name)) for page in (before, after))
    old_by_id, new_by_id = ({item["id"]: item for item in items} for items in (old, new))
    differing = [
        (number, item)
        for number, item in enumerate(new, start=1)
        if item["id"] not in old_by_id or block_content(field, old_by_id[item["id"]]) != block_content(field, item)
    ]
    differing += [(number, item) for number, item in enumerate(old, start=1) if item["id"] not in new_by_id]
    found: list[Change] = []
    for number, item in differing:
        path = f"{name}.{item['id']}"
        block = field.stream_block.child_blocks.get(item["type"])
        label = block_label(after, name, block.label if block else item["type"], number)
        found.append(Change(label, path, *(side.get(path, "") for side in texts)))
    both = old_by_id.keys() & new_by_id
    kept = [[item["id"] for item in items if item["id"] in both] for items in (old, new)]
    if kept[0] != kept[1] or not found:
        found.append(Change(_("%(field)s: order") % {"field": capfirst(str(field.verbose_name))}, name))
    return found


def block_label(page: Page, name: str, block: Any, number: int) -> str:
    text = _("%(field)s: %(block)s (block %(number)d)")
    return text % {"field": field_label(page, name), "block": block, "number": number}


def block_content(field: Any, item: dict[str, Any]) -> Any:
    block = field.stream_block.child_blocks.get(item["type"])
    return (item["type"], block_value(block, item["value"])) if block else None


def _texts(page: Page) -> dict[str, str]:
    """Return the text of each field and of each block of a page, by their content paths."""
    found: dict[str, list[str]] = defaultdict(list)
    for leaf in all_leaves(page):
        for place in {*_places(leaf.path)}:
            found[place].append(leaf.text)
    return {place: " ".join(texts) for place, texts in found.items()}


def field_label(page: Page, name: str) -> str:
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
    """One passage of a text, with marked words where it differs; ``html`` is empty where no text does."""

    label: str
    path: str
    html: SafeString
    is_changed: bool = True


def passages(before: Page, after: Page) -> list[Passage]:
    """Return the text of the later version in reading order, with what is gone where it stood.

    What differs without words (a picture, the order) comes before the text at its place, or at the end. What only
    differs in the ``unhashed_fields`` is unchanged.
    """
    unhashed = getattr(after, "unhashed_fields", ())
    labels = {change.path: change.label for change in changes(before, after) if change.path not in unhashed}
    fields = {path.partition(".")[0] for path in labels}
    found: list[Passage] = []
    for unit in align(*([*_compared_units(page)] for page in (before, after))):
        field, block = _places(unit.path)
        label = labels.get(block) or field_label(after, field)
        if unit.state == "moved" and field in fields:
            label = _("%(place)s: moved here") % {"place": label}
        html = mark_safe(marked_html(unit.was, unit.html))  # noqa: S308 -- escaped, and only marks are added
        found.append(Passage(label, unit.path, html, unit.state != "unchanged" and field in fields))
    told = {place for passage in found if passage.is_changed for place in _places(passage.path)}
    # What differs of a whole stream is the order of its blocks.
    told -= {name for name in fields if isinstance(model_field(type(after), name), StreamField)}
    textless = {path: Passage(label, path, SafeString()) for path, label in labels.items() if path not in told}
    read = []
    for passage in found:
        read += [*(textless.pop(place) for place in _places(passage.path) if place in textless), passage]
    return [*read, *textless.values()]


def _places(path: str) -> tuple[str, str]:
    """Return the field of a content path, and its block or the field again."""
    return path.partition(".")[0], ".".join(path.split(".")[:2])


def _compared_units(page: Page) -> Iterator[list[str | int]]:
    """Yield path, number and what an approver has to see of each unit: words, that it is a heading, where links lead.

    It is escaped: tags that somebody typed are words.
    """
    for leaf in all_leaves(page):
        for number, unit in enumerate(units(leaf)):
            mark = [_("Heading:")] if leaf.kind == "rich_text" and unit.role == "heading" else []
            links = [f"[{token[3:-1]}]" for token in tokens(unit.html) if token.startswith("<a ")]
            yield [leaf.path, number, escape(" ".join([*mark, unit.text, *links]))]
