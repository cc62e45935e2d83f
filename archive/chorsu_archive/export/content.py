"""What an object says, with its references as keys that mean the same in every newsroom; and back.

The key of a page is ``TRANSLATION_KEY/LANGUAGE``, that of a picture or document ``medium:`` and the name of its file,
that of a row of a vocabulary or snippet its unique text (a slug, a country's code).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
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

from chorsu_articles.columns import translated_columns
from chorsu_articles.models import Vocabulary
from chorsu_editorial.hashing import PAGE_CONTENT
from chorsu_editorial.markup import BLOCK_TAGS, Token, tokens
from chorsu_editorial.reading import child_relations, model_field, walk

BOOKKEEPING = frozenset(field.name for field in Page._meta.concrete_fields) - PAGE_CONTENT
# Of pictures and documents: made from a file, or of this database's people and folders.
OF_FILES = frozenset(
    {"file", "file_hash", "file_size", "width", "height", "collection", "uploaded_by_user", "created_at"}
)
# What foreign rich text may have.
TAGS = BLOCK_TAGS | {"a", "b", "br", "code", "del", "em", "embed", "i", "s", "small", "strong", "sub", "sup", "u"}
ATTRIBUTES = frozenset(
    {"alt", "data-block-key", "dir", "embedtype", "format", "href", "id", "lang", "linktype", "title", "url"}
)


def vocabularies() -> list[Any]:
    """Return the vocabularies of the plug-in and of the site that have keys, ours first."""
    return [model for model in apps.get_models() if issubclass(model, Vocabulary) and key_field(model)]


@cache
def key_field(model: type[models.Model]) -> str:
    """Return the name of the field that is a row's key; "" for what isn't referred to outside of its database."""
    is_known = model is Locale or issubclass(model, (Vocabulary, *get_snippet_models()))
    fields = [each.name for each in model._meta.concrete_fields if each.unique and isinstance(each, models.CharField)]
    return fields[0] if is_known and fields else ""


def is_closed(file: Any) -> bool:
    """Tell whether a file of the library is a document in a collection that only some may see.

    Pictures of such a collection are shown to everybody.
    """
    return isinstance(file, get_document_model()) and file.collection.get_view_restrictions().exists()


class Mapper:
    """Maps the serialised data of objects, with each reference as ``refer`` gives it.

    ``dropped`` names what could run in a browser and was taken out of foreign data; None where the data are our own.
    """

    dropped: list[str] | None = None

    def refer(self, model: type[models.Model], value: Any) -> Any:
        """Return the key of a row by its primary key, or the other way round; None where there is none."""
        raise NotImplementedError

    def mapped(self, model: type[models.Model], data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the data of an object of a model, but for what is of its database alone.

        A child row whose reference is needed and has no counterpart is left out, and so is one of what is no page (a
        line of a menu) that had any such. Raises ``ValueError`` and others for data of another shape.
        """
        found: dict[str, Any] = {}
        relations = child_relations(model)
        for name, value in data.items():
            field = model_field(model, name)
            if name in relations:
                found[name] = self._child_rows(relations[name], value, of_page=issubclass(model, Page))
            elif field is None or field.auto_created or _is_own(model, field) or name in _of_active_language(model):
                continue
            elif field.many_to_many:
                found[name] = sorted(filter(None, (self.refer(field.related_model, each) for each in value)))
            elif field.is_relation:
                found[name] = None if value is None else self.refer(field.related_model, value)
            elif isinstance(field, StreamField):
                found[name] = self.stream(field.stream_block, value)
            elif isinstance(field, RichTextField):
                found[name] = self.rich_text(value or "")
            else:
                found[name] = value
        return found

    def _child_rows(self, model: type[models.Model], rows: Any, *, of_page: bool) -> list[dict[str, Any]]:
        # Their order says what ``sort_order`` does, which is empty before the first publication.
        ordered = sorted(rows, key=lambda row: (row.get("sort_order") is None, row.get("sort_order") or 0))
        made = [(self.mapped(model, row), {} if of_page else row) for row in ordered]
        return [row for row, said in made if _is_whole(model, row, said)]

    def stream(self, block: Any, value: Any) -> Any:
        """Return raw blocks, given as JSON."""
        holder = {"value": json.loads(value)}
        for each in walk(block, holder, "value", ""):
            stored = each.value
            if stored is None:
                continue
            if isinstance(each.block, blocks.ChooserBlock):
                each.container[each.key] = self.refer(each.block.model_class, stored)
            elif each.kind == "rich_text":
                each.container[each.key] = self.rich_text(stored)
            elif self.dropped is not None and isinstance(each.block, blocks.URLBlock) and check_url(stored) is None:
                self.dropped.append(stored)
                each.container[each.key] = ""
        return holder["value"] or []

    def rich_text(self, html: str) -> str:
        """Return Wagtail's HTML without scripts, each link and picture with what ``refer`` gives for it."""
        parts = []
        for token in tokens(html):
            if token.kind in {"begin", "end"}:
                parts.append(self._tag(token))
            elif token.kind != "raw":
                parts.append(html[token.start : token.end].replace("<", "&lt;"))
        return "".join(parts)

    def _tag(self, token: Token) -> str:
        kept = dict(token.attributes)
        if self.dropped is not None:
            if token.name not in TAGS:
                self.dropped.append(f"<{token.name}>")
                return ""
            kept = {name: value for name, value in kept.items() if name in ATTRIBUTES}
            kept = {name: value for name, value in kept.items() if name not in {"href", "url"} or check_url(value)}
            self.dropped += [f"{name}=" for name in token.attributes.keys() - kept.keys()]
        if token.kind == "end":
            return f"</{token.name}>"
        linked: dict[str, Any] = {"page": Page, "document": get_document_model(), "image": get_image_model()}
        if model := linked.get(kept.get("linktype" if token.name == "a" else "embedtype", "")):
            key = self.refer(model, kept.get("id", ""))
            if key is not None:
                kept["id"] = str(key)
            elif token.name == "embed":
                return ""
            else:  # its text stays
                kept = {name: value for name, value in kept.items() if name not in {"id", "linktype"}}
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
        return f"<{token.name}{attributes}{'/' if token.closed else ''}>"


def _is_own(model: type[models.Model], field: Any) -> bool:
    """Tell whether a field is of the database alone: keys, files, numbers of rows, and what Wagtail keeps of a page."""
    is_kept = field.name in (BOOKKEEPING if issubclass(model, Page) else {"sort_order"})
    return is_kept or field.primary_key or isinstance(field, ParentalKey | models.FileField)


@cache
def _of_active_language(model: type[models.Model]) -> frozenset[str]:
    """Return the translated fields without their language: each says what its column of the active one does."""
    return frozenset(name for name, _code in translated_columns(model).values())


def _is_whole(model: type[models.Model], row: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Tell whether a row has all references that it needs, and all that it ``said``."""
    relations = (field for field in model._meta.concrete_fields if field.is_relation and not _is_own(model, field))
    needed = (field.name for field in relations if not field.null or said.get(field.name) is not None)
    return all(row.get(name) is not None for name in needed)
