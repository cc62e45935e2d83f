"""What is wrong with the plug-in's settings, and how to mend it."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks

from chorsu_translation.conf import configuration, get_settings


@checks.register
def check_configuration(**_: Any) -> list[checks.CheckMessage]:
    """Check ``CHORSU_TRANSLATION``, and that the site has languages at all."""
    messages = configuration.faults(no_dict="chorsu_translation.E002", unknown_key="chorsu_translation.E003")
    for name in get_settings().page_types:
        try:
            apps.get_model(name)
        except (LookupError, ValueError):
            messages.append(
                checks.Error(
                    f"CHORSU_TRANSLATION['PAGE_TYPES'] names {name!r}, which is no model.",
                    hint="Use app_label.Model of an installed app.",
                    id="chorsu_translation.E001",
                )
            )
    if get_settings().start_with not in {"copy", "empty"}:
        messages.append(
            checks.Error(
                f"CHORSU_TRANSLATION['START_WITH'] is {get_settings().start_with!r}.",
                hint='Use "copy" or "empty".',
                id="chorsu_translation.E004",
            )
        )
    if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        messages.append(
            checks.Warning(
                "WAGTAIL_I18N_ENABLED is off, so there is nothing to translate into.",
                hint="Set WAGTAIL_I18N_ENABLED = True and WAGTAIL_CONTENT_LANGUAGES.",
                id="chorsu_translation.W001",
            )
        )
    return messages
