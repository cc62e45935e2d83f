"""All settings of the plug-in: the dict ``CHORSU_TRANSLATION``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings

SETTING = "CHORSU_TRANSLATION"


@dataclass(frozen=True, slots=True)
class TranslationSettings:
    """What a site can set; the keys of the dict are the same names in upper case.

    ``page_types``: models whose pages are translated, as ``app_label.Model``; empty means every page type.
    """

    page_types: tuple[str, ...] = ()


KEYS = frozenset(item.name.upper() for item in fields(TranslationSettings))


def given() -> dict[str, Any]:
    """Return what the site's settings say, as they say it; nothing where that is no dict."""
    value = getattr(settings, SETTING, {})
    return value if isinstance(value, dict) else {}


def get_settings() -> TranslationSettings:
    """Return the settings in force. Unknown keys are left to the system check, so that a typo stops no page."""
    return TranslationSettings(**{key.lower(): value for key, value in given().items() if key in KEYS})
