"""How much less an older document counts, the same in every engine.

A document loses nothing on its day and ``SHARE`` of its score once it is twice as old as ``CHORSU_SEARCH["RECENCY"]``
says, evenly in between. So a better match stays above a newer one, and the newer of two like ones comes first.
"""

from __future__ import annotations

from chorsu_search.conf import get_settings

SHARE = 0.15


def weakening(days: str) -> str:
    """Return the factor of a document's score in SQL; ``days`` is the expression of its age, which may be NULL."""
    half = get_settings().recency
    if not half:
        return "1.0"
    left = f"1.0 - ({days}) / {2.0 * half}"
    return f"({1 - SHARE} + {SHARE} * CASE WHEN ({days}) < {2.0 * half} THEN {left} ELSE 0 END)"


def weakening_steps(number: int = 16) -> list[tuple[float, float]]:
    """Return ages in days and the factors of documents up to that age; the last is for all that are older."""
    half = get_settings().recency
    if not half:
        return [(0.0, 1.0)]
    return [(2.0 * half * step / number, 1 - SHARE * step / number) for step in range(number + 1)]
