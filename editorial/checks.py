"""System checks of the settings."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from editorial.conf import configuration, get_settings


@register()
def check_settings(**_kwargs: Any) -> list[CheckMessage]:
    """Check the dict ``CHORSU_EDITORIAL``."""
    found = configuration.faults(no_dict="chorsu_editorial.E001", unknown_key="chorsu_editorial.E002")
    permission = get_settings().approve_alone_permission
    if permission and (not isinstance(permission, str) or permission.count(".") != 1):
        found.append(
            Error(
                f"CHORSU_EDITORIAL['APPROVE_ALONE_PERMISSION'] is no permission: {permission!r}.",
                hint="Write it as 'app_label.codename', or '' so that nobody may approve alone.",
                id="chorsu_editorial.E003",
            )
        )
    return found
