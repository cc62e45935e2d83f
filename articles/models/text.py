"""Text as it is stored: NFC in every column, so that the same word is the same bytes for search and comparison."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db import models
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField

from locales.text import nfc


def normalised(value: Any) -> Any:
    """Return ``value`` with every string in it in NFC; lists and dictionaries are copied only where one changed."""
    if isinstance(value, str):
        return value if unicodedata.is_normalized("NFC", value) else nfc(value)
    if isinstance(value, dict):
        copy = {key: normalised(item) for key, item in value.items()}
        return copy if any(copy[key] is not value[key] for key in copy) else value
    if isinstance(value, list):
        items = [normalised(item) for item in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return value


def normalise_instance(instance: models.Model) -> None:
    """Set every text and stream field of ``instance`` to its NFC form; nothing is saved."""
    deferred = instance.get_deferred_fields()
    for field in instance._meta.concrete_fields:
        if field.attname in deferred:
            continue
        if isinstance(field, StreamField):
            stream = getattr(instance, field.attname)
            if isinstance(stream, StreamValue):
                raw = stream.get_prep_value()
                clean = normalised(raw)
                if clean is not raw:
                    setattr(instance, field.attname, StreamValue(field.stream_block, clean, is_lazy=True))
        elif isinstance(field, (models.CharField, models.TextField)):
            value = field.value_from_object(instance)
            clean = normalised(value)
            if clean is not value:
                setattr(instance, field.attname, clean)
