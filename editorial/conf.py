"""The settings of ``editorial``, from the dict ``CHORSU_EDITORIAL``."""

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


def stored() -> dict[str, Any]:
    """Return the dict that the site set."""
    return getattr(settings, SETTING, {})


def known_keys() -> set[str]:
    """Return the keys that the dict may have."""
    return {field.name.upper() for field in fields(EditorialSettings)}


def editorial_settings() -> EditorialSettings:
    """Return the settings in force; read at each call, so that tests may override them."""
    return EditorialSettings(**{key.lower(): value for key, value in stored().items() if key in known_keys()})
