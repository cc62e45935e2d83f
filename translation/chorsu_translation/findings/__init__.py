"""Checks of translations: what a translator should look at before somebody else reads the text."""

from chorsu_translation.findings import numbers_and_names, texts  # noqa: F401 - each registers its checks
from chorsu_translation.findings.numbers_and_names import Name, register_names
from chorsu_translation.findings.running import find, register_check, unregister_check

__all__ = ["Name", "find", "register_check", "register_names", "unregister_check"]
