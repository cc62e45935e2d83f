"""Terms read from CSV, and from TBX of both versions (``conceptEntry``, ``termEntry``); a template writes the older."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

from django.utils.translation import gettext as _

from chorsu_locales.normal_form import no_formula
from chorsu_translation.codes import FileError, elements

LIMITS, MOST_TERMS = (5_000_000, 1_000_000), 10_000
MOST_CHARACTERS = 2001  # more than a field holds: it is refused, and many terms may share it
COLUMNS = ("from", "into", "term", "translation", "wrong translations", "note")
FIELDS = ("source", "target", "forbidden", "note")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read(stream: IO[bytes]) -> list[list[str]]:
    """Return the texts, as in ``COLUMNS``, of each term; raise ``FileError``."""
    content = stream.read(LIMITS[0] + 1)
    if len(content) > LIMITS[0]:
        raise FileError(_("The file is too large."))
    found = list(islice((_tbx(stream) if b"<" in content[:4] else _csv(content)), MOST_TERMS + 1))
    if not 0 < len(found) <= MOST_TERMS:
        raise FileError(_("The file has no terms, or too many."))
    return found


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
        delimiter = max(",;\t", key=text.partition("\n")[0].count)
        table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        head = next(table, [])
        places = [head.index(name) for name in COLUMNS]
        for cells in filter(any, table):
            texts = [cells[place] for place in places]
            yield [text[1:] if text[:1] == "'" and no_formula(text[1:]) == text else text for text in texts]
    except (ValueError, IndexError, csv.Error) as error:
        raise FileError(_("It isn’t CSV in UTF-8 with all columns, or it is damaged.")) from error


def _tbx(stream: IO[bytes]) -> Iterator[list[str]]:
    roots = "{urn:iso:std:iso:30042:ed-2}tbx", "martif"
    for name, entry in elements(stream, roots, _("The file isn’t in TBX."), limits=LIMITS, doctype=True):
        if name in {"conceptEntry", "termEntry"}:
            note = "\n".join(map(_text, entry.iter("{*}note", "{*}definition", "{*}descrip")))[:MOST_CHARACTERS]
            parts = entry.iterchildren("{*}langSec", "{*}langSet")
            languages = [(each.get(_LANGUAGE, ""), *_terms(each)) for each in parts]
            for code, right, wrong in languages[1:]:
                own, source, _wrong = languages[0]
                yield [own, code, "".join(source[:1]), "".join(right[:1]), "\n".join(wrong), note]
            entry.clear()


def _terms(language: Any) -> tuple[list[str], list[str]]:
    """Return the terms of an entry in one language, and those that are deprecated."""
    right: list[str] = []
    wrong: list[str] = []
    for holder in language.iter("{*}termSec", "{*}tig", "{*}termGrp"):
        status = "".join(holder.itertext("{*}termNote", "{*}administrativeStatus"))
        (wrong if "deprecated" in status else right).extend(map(_text, holder.iterchildren("{*}term")))
    return right, wrong


def _text(element: Any) -> str:
    return "".join(element.itertext()).strip()[:MOST_CHARACTERS]
