"""Find the demo's accounts where strangers could use them."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from demo.accounts import demo_accounts


@register(Tags.security, deploy=True)
def check_accounts(**_kwargs: Any) -> list[CheckMessage]:
    """Report the demo's accounts that can still sign in (``chorsu_demo.E001``)."""
    try:
        found = [account.email for account in demo_accounts()]
    except DatabaseError:  # not migrated, or away: other checks say so
        return []
    if not found:
        return []
    return [
        Error(
            f"The demo is loaded, and the password of its accounts is public: {', '.join(found)}.",
            hint="Run `manage.py remove_demo`.",
            id="chorsu_demo.E001",
        )
    ]
