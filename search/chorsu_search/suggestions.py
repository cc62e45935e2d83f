"""Other texts to search for where a query found nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chorsu_search.analysis import other_layouts
from chorsu_search.engines.base import Results
from chorsu_search.queries import Query, clean


class _Searches(Protocol):
    def search(self, query: Query) -> Results: ...


def suggest_layouts(engine: _Searches, text: str, languages: Sequence[str]) -> list[str]:
    """Return the text as typed on other keyboard layouts, as far as the engine finds something for it."""
    readings = dict.fromkeys(clean(reading) for language in languages for reading in other_layouts(text, language))
    return [
        reading for reading in readings if engine.search(Query(reading, languages=tuple(languages), limit=0)).total > 0
    ]
