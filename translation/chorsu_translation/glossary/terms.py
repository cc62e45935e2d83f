"""Terms in texts, in any form: those of the glossary that are approved, and names of vocabularies.

A term counts in one direction. A word that is a term has a capital where the glossary writes it with one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from wagtail.models import Locale

from chorsu_editorial.markup import readable_text
from chorsu_editorial.name_index import words_of
from chorsu_translation.findings.numbers_and_names import Name, known_names, name_index, named_in, register_names
from chorsu_translation.models import Term

Place = tuple[str, int]


def hits(
    htmls: Mapping[Place, str], *, source_locale: Locale, target_locale: Locale, names: Iterable[Name] | None = None
) -> dict[Place, list[Name]]:
    """Return the terms of units, given by their inner HTML, in reading order, by the place of those that have any.

    Their ``source`` is as it is written there. A term inside a longer one isn't there, and a name of a vocabulary isn't
    where the glossary has the same words. The number of queries doesn't depend on the number of units or terms.
    ``names``: where ``known_names`` of both languages were read already.
    """
    codes = source_locale.language_code, target_locale.language_code
    if names is None:
        names = known_names(*codes)
    index = name_index(names, codes[0])
    found: dict[Place, dict[Name, None]] = {}
    for place, html in htmls.items():
        for written, named in named_in(readable_text(html, rich=True), index):
            for each in named:
                found.setdefault(place, {})[replace(each, source=written)] = None
    return {place: list(each) for place, each in found.items()}


@register_names
def terms(source_code: str, target_code: str) -> Iterator[Name]:
    codes = {"source_locale__language_code": source_code, "target_locale__language_code": target_code}
    for term in Term.objects.filter(**codes, approved_at__isnull=False).order_by("pk"):
        yield Name(term.source, term.target, len(words_of(term.source)) == 1, term)
