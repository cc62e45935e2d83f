"""What differs between two versions of a page, named as the editor names it; and passage by passage, with marked words.

In a field or block whose text differs, what stands between paragraphs of both versions is paired in order: the first
replaced one with the first that replaces it. Two passages too long to compare word by word are shown whole.
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

from chorsu_editorial.alignment import COMPARED, marked_html, runs, tokens
from chorsu_editorial.hashing import block_value, content_parts
from chorsu_editorial.reading import Leaf, all_leaves, model_field, text_fields, units


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
    texts = [{leaf.path: leaf.text for leaf in all_leaves(page)} for page in (before, after)]
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
        found.append(Change(label, path, *(_text_at(side, path) for side in texts)))
    return found or [Change(_("%(field)s: order") % {"field": capfirst(str(field.verbose_name))}, name)]


def block_label(page: Page, name: str, block: Any, number: int) -> str:
    text = _("%(field)s: %(block)s (block %(number)d)")
    return text % {"field": field_label(page, name), "block": block, "number": number}


def block_content(field: Any, item: dict[str, Any]) -> Any:
    block = field.stream_block.child_blocks.get(item["type"])
    return (item["type"], block_value(block, item["value"])) if block else None


def _text_at(texts: dict[str, str], path: str) -> str:
    return " ".join(text for name, text in texts.items() if _is_at(name, path))


def _is_at(path: str, ancestor: str) -> bool:
    return path == ancestor or path.startswith(f"{ancestor}.")


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
    """One passage that differs; ``html`` is empty where no text does (a picture, a date, the order)."""

    label: str
    path: str
    html: SafeString


def passages(before: Page, after: Page) -> list[Passage]:
    """Return what differs between two versions, in reading order, but for the ``unhashed_fields``."""
    old, new = ({leaf.path: leaf for leaf in all_leaves(page)} for page in (before, after))
    found: list[Passage] = []
    for change in changes(before, after):
        if change.path not in getattr(after, "unhashed_fields", ()):
            paths = [path for path in dict.fromkeys([*new, *old]) if _is_at(path, change.path)]
            pairs = [(path, *pair) for path in paths for pair in _replaced_pairs(old.get(path), new.get(path))]
            texts = [Passage(change.label, path, marked_words(gone, come)) for path, gone, come in pairs]
            found += texts or [Passage(change.label, change.path, SafeString())]
    return found


def marked_words(old: str, new: str) -> SafeString:
    """Return two plain texts as one in HTML, the words that went in ``<del>`` and those that came in ``<ins>``."""
    return mark_safe(marked_html(escape(old), escape(new)))  # noqa: S308 -- escaped, and only marks are added


def _compared_units(leaf: Leaf) -> Iterator[str]:
    """Yield what an approver has to see of each unit: its words, that it is a heading, and where its links lead."""
    for unit in units(leaf):
        mark = ["##"] if leaf.kind == "rich_text" and unit.role == "heading" else []
        links = [f"[{token[3:-1]}]" for token in tokens(unit.html) if token.startswith("<a ")]
        yield " ".join([*mark, unit.text, *links])


def _replaced_pairs(old: Leaf | None, new: Leaf | None) -> Iterator[tuple[str, str]]:
    was, now = ([*_compared_units(leaf)] if leaf else [] for leaf in (old, new))
    for equal, i1, i2, j1, j2 in runs(was, now):
        if not equal and (i2 - i1) * (j2 - j1) > COMPARED:
            yield " ".join(was[i1:i2]), " ".join(now[j1:j2])
        elif not equal:
            yield from zip_longest(was[i1:i2], now[j1:j2], fillvalue="")
