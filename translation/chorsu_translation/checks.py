"""System checks: E001 the plug-in's settings, W001 a site without languages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

from chorsu_translation.conf import configuration

check_settings = configuration.register_check()


@checks.register
def check_languages(**_: Any) -> list[checks.CheckMessage]:
    """Find a site that translates nothing."""
    if getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        return []
    problem = "WAGTAIL_I18N_ENABLED is off, so there is nothing to translate into."
    hint = "Set WAGTAIL_I18N_ENABLED = True and WAGTAIL_CONTENT_LANGUAGES."
    return [checks.Warning(problem, hint=hint, id="chorsu_translation.W001")]
