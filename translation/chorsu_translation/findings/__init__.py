"""Checks of translations: what a translator should look at before somebody else reads the text."""

from chorsu_translation.findings import (  # noqa: F401 - each registers its checks
    links,
    names,
    numbers,
    signs,
    structure,
    untranslated,
)
from chorsu_translation.findings.alignment import Alignment, Pair, Text, side_by_side
from chorsu_translation.findings.names import Name, NameIndex, known_names, register_names
from chorsu_translation.findings.registry import Check, register_check, registered_checks, unregister_check
from chorsu_translation.findings.run import Finding, find

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
