"""What is wrong with the site's environment, and how to mend it."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from cms.settings.env import env


@register
def check_environment(**_: Any) -> list[CheckMessage]:
    """Report every environment variable that is missing or wrong (chorsu_cms.E001)."""
    return [Error(f"{name}: {what}", hint=fix, id="chorsu_cms.E001") for name, what, fix in env.problems]
