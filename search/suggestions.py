"""What a reader may have meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from search.analysis import other_layouts
from search.engines.base import Results
from search.queries import Query, clean


class _Searches(Protocol):
    def search(self, query: Query) -> Results: ...


def suggest_layouts(engine: _Searches, text: str, languages: Sequence[str]) -> list[str]:
    """Return what the same keys give on another keyboard layout, where the engine finds something for it."""
    readings = dict.fromkeys(clean(reading) for language in languages for reading in other_layouts(text, language))
    return [
        reading for reading in readings if engine.search(Query(reading, languages=tuple(languages), limit=0)).total > 0
    ]
