"""Whole numbers that requests name."""

from __future__ import annotations

LONGEST = 18  # digits: every such number fits into a database's 64 bits, and into Python's limit for conversions


def whole_number(text: str) -> int | None:
    """Return the number that a text of ASCII digits alone writes, or None where it writes none or a longer one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None
