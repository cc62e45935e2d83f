from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.template.context import Context

from demo.accounts import PASSWORD, Account, demo_accounts

register = template.Library()


@dataclass(frozen=True, slots=True)
class DemoNotice:
    """What the bar of the demo shows: the accounts that can sign in, and whether the page is a reader's."""

    accounts: list[Account]
    leads_to_admin: bool
    password: str = PASSWORD


@register.simple_tag(takes_context=True)
def demo_notice(context: Context) -> DemoNotice | None:
    """Return what the bar says: ``{% demo_notice as notice %}``; nothing once the demo's accounts are gone.

    Only on one's own machine: the password is public, and where strangers come, a check asks to remove the demo. A
    preview shows the text alone.
    """
    is_preview = getattr(context.get("request"), "is_preview", False)
    accounts = demo_accounts() if settings.DEBUG and not is_preview else []
    return DemoNotice(accounts, leads_to_admin="is_sign_in" not in context) if accounts else None
