"""Checks of translations: what a translator should look at before somebody else reads the text."""

from chorsu_translation.findings import numbers_and_names, texts  # noqa: F401 - each registers its checks
from chorsu_translation.findings.numbers_and_names import Name, NameIndex, known_names, register_names
from chorsu_translation.findings.running import (
    Alignment,
    Check,
    Finding,
    Pair,
    Text,
    find,
    register_check,
    registered_checks,
    side_by_side,
    unregister_check,
)

__all__ = [
    "Alignment",
    "Check",
    "Finding",
    "Name",
    "NameIndex",
    "Pair",
    "Text",
    "find",
    "known_names",
    "register_check",
    "register_names",
    "registered_checks",
    "side_by_side",
    "unregister_check",
]
