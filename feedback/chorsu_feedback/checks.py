"""System checks of the feedback plug-in: E001 the settings, W002 its addresses, W004 the site's base template."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, register

from chorsu_feedback.conf import configuration, get_settings
from chorsu_locales.app_settings import address_faults, template_faults

check_settings = configuration.register_check()


@register
def check_site(**_kwargs: Any) -> list[CheckMessage]:
    """Find out whether readers can reach the form and see it."""
    return address_faults(
        {"chorsu_feedback:report": (), "chorsu_feedback:report_words": (1,), "chorsu_feedback:thanks": (1,)},
        include='path("feedback/", include("chorsu_feedback.urls"))',
        fault="chorsu_feedback.W002",
    ) + template_faults(
        base=get_settings().base_template,
        setting="CHORSU_FEEDBACK['BASE_TEMPLATE']",
        fault="chorsu_feedback.W004",
    )
