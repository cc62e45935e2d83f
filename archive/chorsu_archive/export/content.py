"""What an object says, with its references as keys that mean the same in every newsroom; and back.

The key of a page is ``TRANSLATION_KEY/LANGUAGE``, that of a picture or document ``medium:`` and the name of its file
where it was first, that of a row of a vocabulary or snippet its unique text (a slug, a country's code).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from typing import Any

from django.apps import apps
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.models import Locale, Page
from wagtail.snippets.models import get_snippet_models
from wagtail.whitelist import check_url

from chorsu_articles.models import Vocabulary
from chorsu_editorial.hashing import PAGE_CONTENT
from chorsu_editorial.markup import BLOCK_TAGS, Token, tokens
from chorsu_editorial.reading import child_relations, model_field, walk

# Returns the key of a row, or the row of a key; None where there is none.
Refer = Callable[[type[models.Model], Any], Any]

BOOKKEEPING = frozenset(field.name for field in Page._meta.concrete_fields) - PAGE_CONTENT
# Of pictures and documents: made from a file, or of this database's people and folders.
OF_FILES = frozenset(
    {"file", "file_hash", "file_size", "width", "height", "collection", "uploaded_by_user", "created_at"}
)
INLINE_TAGS = frozenset(
    {"a", "abbr", "b", "br", "code", "del", "em", "embed", "i", "ins", "kbd", "mark", "q", "s", "small", "strong"}
    | {"sub", "sup", "u"}
)
ATTRIBUTES = frozenset(
    {"alt", "data-block-key", "dir", "embedtype", "format", "href", "id", "lang", "linktype", "title", "url"}
)
_PLAIN_TAG = re.compile(r'</?[a-z0-9]+( [a-z-]+="[^"<>]*")*\s*/?>')


def vocabularies() -> list[type[models.Model]]:
    """Return the vocabularies of the plug-in and of the site, ours first."""
    return [model for model in apps.get_models() if issubclass(model, Vocabulary)]


def table_of(model: type[models.Model]) -> str:
    """Return the name of a vocabulary's file, such as "topics"; that of a site's own is its label."""
    name = str(model._meta.model_name)
    plural = {"person": "people", "country": "countries"}.get(name, f"{name}s")
    return plural if model._meta.app_label == "chorsu_articles" else str(model._meta.label_lower)


@cache
def key_field(model: type[models.Model]) -> str | None:
    """Return the name of the field that is a row's key; None for what isn't referred to outside of its database."""
    is_known = model is Locale or issubclass(model, (Vocabulary, *get_snippet_models()))
    fields = [each.name for each in model._meta.concrete_fields if each.unique and isinstance(each, models.CharField)]
    return fields[0] if is_known and fields else None


def mapped(
    model: type[models.Model], data: Mapping[str, Any], refer: Refer, dropped: list[str] | None = None
) -> dict[str, Any]:
    """Return serialised data of a model with each reference as ``refer`` gives it, and StreamFields as lists.

    A child row whose reference is needed and has no counterpart is left out. ``dropped``: the data are foreign: what
    could run in a browser is taken out, and what that was is added there. Raises ``ValueError`` and others for data
    of another shape.
    """
    found: dict[str, Any] = {}
    relations = child_relations(model)
    for name, value in sorted(data.items()):
        field = model_field(model, name)
        if name in relations:
            # Their order says what ``sort_order`` does, which is empty before the first publication.
            rows = sorted(value, key=lambda row: (row.get("sort_order") is None, row.get("sort_order") or 0))
            made = [mapped(relations[name], row, refer, dropped) for row in rows]
            found[name] = [row for row in made if _is_whole(relations[name], row)]
        elif field is None or field.auto_created or _is_own(model, field):
            continue
        elif field.many_to_many:
            keys = (refer(field.related_model, each) for each in value)
            found[name] = sorted(key for key in keys if key is not None)
        elif field.is_relation:
            found[name] = None if value is None else refer(field.related_model, value)
        elif isinstance(field, StreamField):
            found[name] = _stream(field.stream_block, value, refer, dropped)
        elif isinstance(field, RichTextField):
            found[name] = rich_text(value or "", refer, dropped)
        else:
            found[name] = value
    return found


def _is_own(model: type[models.Model], field: Any) -> bool:
    """Tell whether a field is of the database alone: keys, files, numbers of rows, and what Wagtail keeps of a page."""
    is_parent = isinstance(field, ParentalKey) or getattr(field.remote_field, "parent_link", False)
    is_kept = issubclass(model, Page) and field.name in BOOKKEEPING
    is_order = field.name == getattr(model, "sort_order_field", None)
    return field.primary_key or is_parent or is_kept or is_order or isinstance(field, models.FileField)


def _is_whole(model: type[models.Model], row: Mapping[str, Any]) -> bool:
    return not any(
        value is None and (field := model_field(model, name)).is_relation and not field.null
        for name, value in row.items()
    )


def _stream(block: Any, value: Any, refer: Refer, dropped: list[str] | None) -> list[Any]:
    holder: dict[str, Any] = {"value": json.loads(value if isinstance(value, str) else json.dumps(value))}
    for each in walk(block, holder, "value", ""):
        stored = each.value
        if isinstance(each.block, blocks.ChooserBlock):
            new = None if stored is None else refer(each.block.model_class, stored)
        elif each.kind == "rich_text":
            new = rich_text(stored or "", refer, dropped)
        elif dropped is not None and isinstance(each.block, blocks.URLBlock) and check_url(stored or "") is None:
            dropped.append(stored)
            new = ""
        else:
            continue
        if each.value is not new:
            each.container[each.key] = new
    return list(holder["value"] or [])


def rich_text(html: str, refer: Refer, dropped: list[str] | None = None) -> str:
    """Return Wagtail's HTML with the keys of its links and pictures as ``refer`` gives them; see ``mapped``."""
    parts = []
    for token in tokens(html):
        source = html[token.start : token.end]
        if token.kind in {"begin", "end"}:
            parts.append(_tag(token, source, refer, dropped))
        elif dropped is None:
            parts.append(source)
        elif token.kind == "text":
            parts.append(source.replace("<", "&lt;"))
    return "".join(parts)


def _tag(token: Token, source: str, refer: Refer, dropped: list[str] | None) -> str:
    if dropped is not None and token.name not in BLOCK_TAGS | INLINE_TAGS:
        dropped.append(f"<{token.name}>")
        return ""
    if token.kind == "end":
        return source if dropped is None else f"</{token.name}>"
    kept = dict(token.attributes)
    if dropped is not None:
        kept = {name: value for name, value in kept.items() if name in ATTRIBUTES}
        kept = {name: value for name, value in kept.items() if name not in {"href", "url"} or check_url(value)}
        dropped += [f"{name}=" for name in token.attributes.keys() - kept.keys()]
    models_by_kind: dict[str, Any] = {"page": Page, "document": get_document_model(), "image": get_image_model()}
    kind = kept.get("linktype" if token.name == "a" else "embedtype", "")
    if kind in models_by_kind:
        key = refer(models_by_kind[kind], kept.get("id", ""))
        if key is None and token.name == "embed":
            return ""
        kept = {name: value for name, value in kept.items() if name not in {"id", "linktype"}} if key is None else kept
        kept |= {} if key is None else {"id": str(key)}
    if kept == token.attributes and (dropped is None or _PLAIN_TAG.fullmatch(source)):
        return source
    inner = "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
    return f"<{token.name}{inner}{'/' if token.closed else ''}>"
