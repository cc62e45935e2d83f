"""What a version of a page says, as hashes: its content, what it shows of other objects, and the token of a screen.

**The content hash** is equal for two versions exactly where a reader would be shown the same: see
docs/decisions/content-hash.md. A model names in ``unhashed_fields`` what publishing itself fills in, and a block that
readers don't see says ``unhashed = True`` in its ``Meta``; fields that nobody can edit are left out anyway.

**Shown facts** are what it shows of other objects: files, credits, names. A model names in ``approval_fields`` its
attributes that pages show; properties are read in the page's language.

**A screen's token** is carried by an approval, so that no other version is approved than the one that was shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_m2m_relations
from wagtail import blocks
from wagtail.blocks.stream_block import BaseStreamBlock
from wagtail.blocks.struct_block import BaseStructBlock
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, Revision

from chorsu_editorial.file_usage.files import frozen_fields, references
from chorsu_editorial.markup import canonical_html, canonical_text
from chorsu_editorial.reading import as_stored, child_relations, child_rows, parts
from chorsu_locales.request_checks import whole_number

# Of Page itself these are content; all its other fields are Wagtail's bookkeeping.
PAGE_CONTENT = frozenset({"title", "slug", "seo_title", "search_description", "show_in_menus"})


def content_hash(page: Page) -> str:
    """Return the hash (64 hexadecimal digits) of a specific page in memory, such as ``revision.as_object()``."""
    return _digest([page._meta.label_lower, content_parts(page)])


def version_hash(page: Page) -> str:
    """Return the hash of all that a version of a page says: the content and its schedule."""
    schedule = [_plain(getattr(page, name, None)) for name in ("go_live_at", "expire_at")]
    return _digest([page._meta.label_lower, content_parts(page, everything=True), schedule])


def approval_hash(page: Page, shown: dict[str, ShownFact] | None = None) -> str:
    """Return the hash of all that an approver agrees to: the version, and the shown facts, by default those of now."""
    shown = shown_facts(page) if shown is None else shown
    return _digest([version_hash(page), {key: fact.digest for key, fact in shown.items()}])


def content_parts(page: Page, *, everything: bool = False) -> dict[str, Any]:
    """Return the content by field or relation, equal for equal content; ``everything``: ``unhashed_fields`` too."""
    bookkeeping = {field.name for field in Page._meta.concrete_fields} - PAGE_CONTENT
    left_out: list[str] = [] if everything else getattr(page, "unhashed_fields", [])
    return dict(sorted(_object_parts(page, bookkeeping | set(left_out)).items()))


def _digest(value: Any) -> str:
    text = json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _object_parts(instance: models.Model, skipped: Iterable[str]) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    model = type(instance)
    for field in model._meta.concrete_fields:
        if field.name in skipped or field.primary_key or not field.editable or isinstance(field, ParentalKey):
            continue
        parts[field.name] = _field_value(instance, field)
    for field in get_all_child_m2m_relations(model):
        if field.name not in skipped:
            # A page that was loaded from a revision holds them in memory; nothing is fetched for it.
            parts[field.name] = sorted(str(related.pk) for related in getattr(instance, field.name).all())
    for name in child_relations(model):
        if name not in skipped:
            children = child_rows(instance, name)
            parts[name] = [_object_parts(child, {"sort_order"}) for child in children]
            if not (children and hasattr(children[0], "sort_order")):
                parts[name].sort(key=lambda parts: json.dumps(parts, cls=DjangoJSONEncoder, sort_keys=True))
    return parts


def _field_value(instance: models.Model, field: Any) -> Any:
    if isinstance(field, StreamField):
        return block_value(field.stream_block, field.get_prep_value(getattr(instance, field.name)))
    value = getattr(instance, field.attname)
    if isinstance(field, RichTextField):
        return canonical_html(value or "")
    if isinstance(field, models.FileField):
        return value.name if value else ""
    return _plain(value)


def _plain(value: Any) -> Any:
    """Return one form for values that a form, the database or JSON give back in different ones."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return canonical_text(value)
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, int | float) else str(value)


def block_value(block: blocks.Block, value: Any) -> Any:
    """Return the raw value of a block without ids, with absent children of a struct at their defaults."""
    block = as_stored(block, value)
    if isinstance(block, BaseStructBlock):
        value = value or {}
        return {
            name: block_value(child, value[name] if name in value else child.get_prep_value(child.get_default()))
            for name, child in block.child_blocks.items()
            if not getattr(child.meta, "unhashed", False)
        }
    if isinstance(block, BaseTypedTableBlock):
        value = value or {}
        columns = [column for column in value.get("columns", []) if column["type"] in block.child_blocks]
        children = [block.child_blocks[column["type"]] for column in columns]
        rows = (zip(children, row["values"], strict=False) for row in value.get("rows", []))
        return {
            "caption": _plain(value.get("caption")),
            "columns": [[column["type"], _plain(column["heading"])] for column in columns],
            "rows": [[block_value(child, cell) for child, cell in row] for row in rows],
        }
    inside = parts(block, value) if isinstance(block, BaseStreamBlock | blocks.ListBlock) else None
    if inside is not None:
        values = [(holder, block_value(child, holder[key])) for _name, child, holder, key in inside]
        return [[holder["type"], each] if isinstance(block, BaseStreamBlock) else each for holder, each in values]
    return canonical_html(value or "") if isinstance(block, blocks.RichTextBlock) else _plain(value)


class ShownFact(NamedTuple):
    """What one object contributes to a page: its name for people, and a hash of what is shown of it."""

    label: str
    digest: str


def shown_facts(page: Page, *, lock: bool = False) -> dict[str, ShownFact]:
    """Return by object what a page shows of others now; with ``lock`` their rows stay so until the transaction ends.

    Rows that ``load_shown_facts`` reads aren't locked: two approvals would wait for one another; new rows count too.
    """
    found: dict[str, ShownFact] = {}
    for model, keys in sorted(references(page).items(), key=lambda pair: pair[0]._meta.label):
        frozen = frozen_fields().get(model, ())
        names = [*frozen, *(["file_hash"] if frozen else []), *getattr(model, "approval_fields", [])]
        if not names:
            continue
        rows: models.QuerySet[Any] = models.QuerySet(model).filter(pk__in=keys).order_by("pk")
        found_rows = list(rows.select_for_update() if lock else rows)
        with translation.override(page.locale.language_code):
            if load := getattr(model, "load_shown_facts", None):
                load(found_rows)
            texts = [[str(getattr(row, name)) for name in names] for row in found_rows]
        for row, shown in zip(found_rows, texts, strict=True):
            label = f"{capfirst(str(model._meta.verbose_name))} “{row}”"
            digest = hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
            found[quote(f"{model._meta.label_lower}:{row.pk}")] = ShownFact(label, digest)
    return found


def shown_facts_to_text(found: dict[str, ShownFact]) -> str:
    """Return the hashes as one word, for a form."""
    return ",".join(f"{key}={fact.digest}" for key, fact in found.items())


@dataclass(frozen=True, slots=True)
class ScreenToken:
    """The approval hash of a version, its revision and when that was saved; ``shown_facts`` only say what changed."""

    digest: str
    revision_id: int | None = None
    saved_at: datetime | None = None
    shown_facts: str = ""

    def __str__(self) -> str:
        saved_at = self.saved_at.isoformat() if self.saved_at else ""
        return f"{self.digest} {self.revision_id or ''} {saved_at} {self.shown_facts}".strip()


def screen_token(page: Page, revision: Revision) -> ScreenToken:
    """Return the token of a version of a page; ``revision`` is where it is stored."""
    shown = shown_facts(page)
    return ScreenToken(approval_hash(page, shown), revision.pk, revision.created_at, shown_facts_to_text(shown))


def parse_token(token: str) -> ScreenToken:
    """Return the token that a request carries; a malformed one equals the token of no version."""
    digest, revision_id, saved_at, shown = (*token.split(" "), "", "", "", "")[:4]
    return ScreenToken(digest, whole_number(revision_id), parse_moment(saved_at), shown)


def parse_moment(text: str) -> datetime | None:
    """Return the time, with its zone, that a request names, or None where it is none."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
