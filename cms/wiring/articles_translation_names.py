"""Joins articles and translation: translations are checked against the vocabularies, which offer their names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chorsu_articles.columns import column, own_column_language
from chorsu_articles.models import Country, Organisation, Person, Topic
from chorsu_translation.findings import Name, register_names

VOCABULARIES: tuple[Any, ...] = (Person, Organisation, Country, Topic)


@register_names
def names(source_code: str, target_code: str) -> Iterator[Name]:
    """Yield the names that stand in both languages' columns, but those that are withheld: four queries."""
    languages = own_column_language(source_code), own_column_language(target_code)
    if languages[0] is None or languages[1] is None or languages[0] == languages[1]:
        return
    fields = [column("name", code) for code in languages if code]
    for vocabulary in VOCABULARIES:
        rows = vocabulary.objects.filter(**{f"{field}__gt": "" for field in fields}).order_by("pk")
        if vocabulary is Person:
            rows = rows.filter(name_withheld=False)
        for source, target in rows.values_list(*fields):
            yield Name(source, target, proper=vocabulary is not Topic)
