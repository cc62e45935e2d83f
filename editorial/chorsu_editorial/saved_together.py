"""Requests of the editor with which another app stores something beside the text: both are stored, or neither.

Wagtail calls ``after_edit_page`` behind the transaction of a save. Where the request carries a field that was
registered here, the save and what its hooks do are one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping

_fields: set[str] = set()


def save_together(field: str) -> None:
    """Register the name of a field of the editor's form."""
    _fields.add(field)


def is_saved_together(posted: Mapping[str, str]) -> bool:
    """Return whether a request carries such a field, and a word in it."""
    return any(posted.get(field) for field in _fields)
