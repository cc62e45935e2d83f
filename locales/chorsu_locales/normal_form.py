"""The one form in which models store text: permitted characters, in Unicode's normal form C.

docs/decisions/characters.md
Text that looks the same must be the same, or search, typo reports and comparisons of versions miss it: a Mac pastes
"й" as two characters, a phone as one. A model calls ``normalise_instance`` wherever it is about to be stored: in
``save`` and, for what a revision stores, in ``serializable_data`` (if only ``save`` did, the page that goes live could
differ from the revision that was reviewed).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.db import models
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField

from chorsu_locales.text import nfc

LOST = "\ufffd"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
LINE_BREAKS = frozenset("\v\f\x1c\x1d\x1e\x85\u2028\u2029")
# Embeddings, overrides and isolates turn round what stands behind them where they aren't closed; ALM, LRM and RLM stay,
# which touch their neighbours alone. With them what Unicode deprecated, marks of annotations, and the byte order mark.
_FORMATS = frozenset(
    map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x2070), *range(0xFFF9, 0xFFFC), 0xFEFF, 0xE0001))
)
# Letters that nobody sees; behind a black flag they spell a region, such as England.
_TAGS = re.compile("(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f)|[\U000e0020-\U000e007f]+")
_SELECTORS = re.compile("([\ufe00-\ufe0f\U000e0100-\U000e01ef])[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_UNSEEN = frozenset({"Cc", "Cf", "Me", "Mn", "Zl", "Zp", "Zs"})
# Letters and a sign that are drawn as nothing: fillers of Hangul, the blank of Braille, blanks of hieroglyphs.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0\U00013441\U00013442")
# Blocks of pictographs: an emoji newer than this Python's table is unassigned to it.
_PICTOGRAPHS = range(0x1F000, 0x1FB00)


def permitted(text: str, lost: str = "") -> str:
    """Return the text with ``lost`` in the place of every character that no text needs; line breaks become spaces.

    Those are controls other than tab, line feed and carriage return, halves of surrogate pairs, what isn't assigned or
    is for private use, formats that turn the direction of what follows, tags outside of flags, and each variation
    selector behind another one.
    """
    if not text.isprintable():
        text = text.translate({ord(found): _instead(found, lost) for found in set(text) if not found.isprintable()})
        text = _TAGS.sub(lambda found: found[1] or lost, text)
    return text if text.isascii() else _SELECTORS.sub(rf"\1{lost}", text)


def seen(text: str) -> Iterator[str]:
    """Yield what people see of a text, character by character in its plain form (NFKC): for checks, never to be stored.

    Not the whole text at once, since to fold many marks behind one letter takes time by the square of their number.
    """
    visible = (each for each in text if each not in _BLANKS)
    return (unicodedata.normalize("NFKC", each) for each in visible if unicodedata.category(each) not in _UNSEEN)


def clean_reason(text: str) -> str:
    """Return what somebody had to write, in its stored form and without space around it.

    An empty string where no letter of it is seen. Every reason that the newsroom asks for is read so.
    """
    reason = permitted(text).strip()
    has_letter = any(character.isalpha() for character in "".join(seen(reason)))
    return reason if has_letter else ""


class ReasonField(forms.CharField):
    """A field for a reason; one without a letter that is seen counts as left empty."""

    def to_python(self, value: Any) -> str:
        return clean_reason(super().to_python(value) or "")


def no_formula(text: str) -> str:
    """Return a cell of a CSV file so that no spreadsheet takes it for a formula, whatever stands before it unseen."""
    return f"'{text}" if text.startswith(FORMULAS) or next(seen(text), "").startswith(FORMULAS) else text


def _instead(character: str, lost: str) -> str:
    if character in "\t\n\r":
        return character
    if character in LINE_BREAKS:
        return " "
    category = unicodedata.category(character)
    if category == "Cn" and ord(character) in _PICTOGRAPHS:
        return character
    return lost if category in {"Cc", "Cs", "Co", "Cn"} or character in _FORMATS else character


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
            stored = value.get_prep_value()
            normal = normal_data(stored)
            new_value = value if normal == stored else StreamValue(value.stream_block, normal, is_lazy=True)
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


class _PermittedCharacters(SyndicationFeed):
    """A feed whose texts are brought into the form in which they would be stored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*normal_data(args), **normal_data(kwargs))

    def add_item(self, *args: Any, **kwargs: Any) -> None:
        super().add_item(*normal_data(args), **normal_data(kwargs))

    def latest_post_date(self) -> datetime:
        """Return the latest date of an item, without one the beginning of time, where Django says now.

        A feed in which nothing changed is the same each time that it is asked for, and a kept one is right.
        """
        dated = any(item["updateddate"] or item["pubdate"] for item in self.items)
        return super().latest_post_date() if dated else datetime.fromtimestamp(0, UTC)


class AtomFeed(_PermittedCharacters, Atom1Feed):
    pass


class RssFeed(_PermittedCharacters, Rss201rev2Feed):
    pass
