"""All settings of the app: the dict ``CHORSU_EDITORIAL``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings

SETTING = "CHORSU_EDITORIAL"
FINISH_ACTION = "editorial.finish.publish_approved_revision"


@dataclass(frozen=True, slots=True)
class EditorialSettings:
    """The settings and their defaults; the keys of the dict are the same names in upper case.

    ``approve_alone_permission``: whoever holds it may approve without a second person, with a written reason;
    an empty string lets nobody.
    """

    approve_alone_permission: str = "chorsu_editorial.approve_alone"


KEYS = frozenset(field.name.upper() for field in fields(EditorialSettings))


def given() -> dict[str, Any]:
    """Return what the site's settings say, as they say it; nothing where that is no dict."""
    value = getattr(settings, SETTING, {})
    return value if isinstance(value, dict) else {}


def get_settings() -> EditorialSettings:
    """Return the settings in force. Unknown keys are left to the system check, so that a typo stops no review."""
    return EditorialSettings(**{key.lower(): value for key, value in given().items() if key in KEYS})
