"""What a page shows of other objects, beside its own content: files, credits, names.

A model names in ``approval_fields`` its attributes that pages show, such as ``["credit", "licence"]``; properties are
read in the page's language. Of pictures and documents file, crop and title count without being named.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db import models
from django.utils import translation
from django.utils.text import capfirst
from wagtail.models import Page

from chorsu_editorial.uses.files import frozen_fields, references


@dataclass(frozen=True, slots=True)
class Fact:
    """What one object contributes to a page: its name for people, and a hash of what is shown of it."""

    label: str
    digest: str


def facts(page: Page, *, lock: bool = False) -> dict[str, Fact]:
    """Return what a page in memory shows of other objects as these are now, by object.

    With ``lock`` their rows are locked until the transaction ends, so that an approval is of what it looked at.
    """
    found: dict[str, Fact] = {}
    for model, keys in sorted(references(page).items(), key=lambda pair: pair[0]._meta.label):
        names = _names(model)
        if not names:
            continue
        rows: models.QuerySet[Any] = models.QuerySet(model).filter(pk__in=keys).order_by("pk")
        for row in rows.select_for_update() if lock else rows:
            with translation.override(page.locale.language_code):
                shown = [str(getattr(row, name)) for name in names]
            found[quote(f"{model._meta.label_lower}:{row.pk}")] = Fact(_label(row), _digest(shown))
    return found


def changed_facts(seen: dict[str, str], page: Page) -> list[str]:
    """Return for people the objects that show something else on a page than the hashes ``seen`` say."""
    now = facts(page)
    return [fact.label for key, fact in now.items() if key in seen and seen[key] != fact.digest]


def facts_to_text(found: dict[str, Fact]) -> str:
    """Return the hashes as one word, for a form."""
    return ",".join(f"{key}={fact.digest}" for key, fact in found.items())


def text_to_hashes(text: str) -> dict[str, str]:
    """Return the hashes that a form sent back."""
    pairs = (part.partition("=") for part in text.split(","))
    return {key: digest for key, _sign, digest in pairs if key}


def _names(model: type[models.Model]) -> list[str]:
    frozen = frozen_fields().get(model, ())
    return [*frozen, *(["file_hash"] if frozen else []), *getattr(model, "approval_fields", [])]


def _digest(shown: list[str]) -> str:
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def _label(row: models.Model) -> str:
    return f"{capfirst(str(row._meta.verbose_name))} “{row}”"
