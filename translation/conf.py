"""Settings of the plug-in, read from ``CHORSU_TRANSLATION``."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Configuration:
    """``PAGE_TYPES``: models whose pages are translated, as ``app_label.Model``; empty means every page type."""

    PAGE_TYPES: list[str] = field(default_factory=list)


def stored() -> dict[str, Any]:
    """Return the setting as it stands."""
    return getattr(settings, "CHORSU_TRANSLATION", {})


def unknown_keys() -> set[str]:
    """Return keys that the setting has and the plug-in doesn't know."""
    return set(stored()) - {item.name for item in fields(Configuration)}


def configuration() -> Configuration:
    """Return the settings in force."""
    known = {item.name for item in fields(Configuration)}
    return Configuration(**{key: value for key, value in stored().items() if key in known})
