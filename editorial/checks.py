"""System checks of the settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from editorial.conf import KEYS, SETTING, given


@register()
def check_settings(**_kwargs: Any) -> list[CheckMessage]:
    """Check the dict ``CHORSU_EDITORIAL``."""
    if not isinstance(getattr(settings, SETTING, {}), dict):
        return [Error(f"{SETTING} is no dict.", hint=f"Write {SETTING} = {{…}}.", id="chorsu_editorial.E001")]
    found: list[CheckMessage] = [
        Error(
            f"{SETTING} has an unknown key: {key!r}.",
            hint=f"Use one of: {', '.join(sorted(KEYS))}.",
            id="chorsu_editorial.E002",
        )
        for key in given()
        if key not in KEYS
    ]
    permission = given().get("APPROVE_ALONE_PERMISSION", "")
    if permission and (not isinstance(permission, str) or permission.count(".") != 1):
        found.append(
            Error(
                f"{SETTING}['APPROVE_ALONE_PERMISSION'] is no permission: {permission!r}.",
                hint="Write it as 'app_label.codename', or '' so that nobody may approve alone.",
                id="chorsu_editorial.E003",
            )
        )
    return found
