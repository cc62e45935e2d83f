"""The one form in which models store text: permitted characters (``characters.py``), in Unicode's normal form C.

Text that looks the same must be the same, or search, typo reports and comparisons of versions miss it: a Mac pastes
"й" as two characters, a phone as one. A model calls ``normalise_instance`` wherever it is about to be stored: in
``save`` and, for what a revision stores, in ``serializable_data`` (if only ``save`` did, the page that goes live could
differ from the revision that was reviewed).
"""

from __future__ import annotations

import re
from typing import Any

from django.db import models
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField

from chorsu_locales.characters import LOST, permitted
from chorsu_locales.text import nfc

_MARKUP = re.compile(r"(</?[a-zA-Z][a-zA-Z0-9:-]*(?:[\s/][^<>]*)?>|[<>])")
_ADDRESS = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:/)?/\S+\Z")


def normal_text(text: str) -> str:
    """Return plain text or HTML in its stored form; its tags stay, and so does a text that is an address.

    A combining character after "<" or ">" must not melt into it ("≯" is one character in normal form C), so what stands
    between them is normalised piece by piece. Tags hold addresses, and an address in another form is another address.

    What isn't permitted leaves a mark in tags, addresses and behind a "<" that begins no tag: "java\u202escript:" and
    "<\0script>" passed as harmless, and would become what was kept out.
    """
    if text.isascii() and text.isprintable():
        return text
    if _ADDRESS.match(text):
        return permitted(text, LOST)
    pieces = _MARKUP.split(text)
    before = ["", *pieces[1::2]]
    pieces[1::2] = [permitted(piece, LOST) for piece in pieces[1::2]]
    pieces[::2] = [
        nfc(permitted(piece, LOST if mark == "<" else "")) for piece, mark in zip(pieces[::2], before, strict=True)
    ]
    return "".join(pieces)


def normal_data(data: Any) -> Any:
    """Return JSON-like data (StreamField's stored form) with every text in its stored form; ids and keys stay."""
    if isinstance(data, str):
        return normal_text(data)
    if isinstance(data, dict):
        return {key: normal_data(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [normal_data(value) for value in data]
    return data


def normalise_instance(instance: models.Model) -> list[str]:
    """Bring the loaded text fields of a model instance into their stored form; return the names of the changed ones.

    Works on any model: text, rich text, StreamFields and JSON. Values are read and written in the instance's
    ``__dict__``: a translated field of modeltranslation would give, and then store, another language's fallback.
    """
    values = vars(instance)
    changed: list[str] = []
    for field in instance._meta.concrete_fields:
        value = values.get(field.attname)
        if isinstance(field, StreamField) and isinstance(value, StreamValue):
            new_value = _normal_stream(value)
        elif isinstance(field, models.CharField | models.TextField) and isinstance(value, str):
            new_value = permitted(value, LOST) if isinstance(field, models.URLField) else normal_text(value)
        elif isinstance(field, models.JSONField) and isinstance(value, str | dict | list):
            new_value = normal_data(value)
        else:
            continue
        if new_value is not value and new_value != value:
            values[field.attname] = new_value
            changed.append(field.name)
    return changed


def _normal_stream(value: StreamValue) -> StreamValue:
    data = value.get_prep_value()
    normal = normal_data(data)
    return value if normal == data else StreamValue(value.stream_block, normal, is_lazy=True)
