"""Hold the stored text of models in Unicode's normal form C.

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

from locales.text import nfc

_MARKUP = re.compile(r"(</?[a-zA-Z][a-zA-Z0-9:-]*(?:[\s/][^<>]*)?>|[<>])")
_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://\S+\Z")


def nfc_markup(text: str) -> str:
    """Return plain text or HTML in normal form C, every tag as it was.

    A combining character after "<" or ">" must not melt into it ("≯" is one character in normal form C), so what stands
    between them is normalised piece by piece. Tags hold addresses, and an address in another form is another address:
    they stay, and so does a text that is just an address.
    """
    if text.isascii() or _ADDRESS.match(text):
        return text
    pieces = _MARKUP.split(text)
    pieces[::2] = map(nfc, pieces[::2])
    return "".join(pieces)


def nfc_data(data: Any) -> Any:
    """Return JSON-like data (StreamField's stored form) with every text in normal form C; ids and keys stay."""
    if isinstance(data, str):
        return nfc_markup(data)
    if isinstance(data, dict):
        return {key: nfc_data(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [nfc_data(value) for value in data]
    return data


def normalise_instance(instance: models.Model) -> list[str]:
    """Bring the loaded text fields of a model instance into normal form C; return the names of those that changed.

    Works on any model: text, rich text and StreamFields. Values are read and written in the instance's ``__dict__``,
    because a translated field of modeltranslation would give, and then store, another language's fallback.
    """
    values = vars(instance)
    changed: list[str] = []
    for field in instance._meta.concrete_fields:
        value = values.get(field.attname)
        if isinstance(field, StreamField) and isinstance(value, StreamValue):
            new_value = _normal_stream(value)
        elif isinstance(field, models.CharField | models.TextField) and isinstance(value, str):
            new_value = value if isinstance(field, models.URLField) else nfc_markup(value)
        else:
            continue
        if new_value is not value and new_value != value:
            values[field.attname] = new_value
            changed.append(field.name)
    return changed


def _normal_stream(value: StreamValue) -> StreamValue:
    data = value.get_prep_value()
    normal = nfc_data(data)
    return value if normal == data else StreamValue(value.stream_block, normal, is_lazy=True)
