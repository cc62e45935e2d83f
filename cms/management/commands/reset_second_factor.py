from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandError, LabelCommand

from cms.newsroom.invitations import password_url
from cms.newsroom.login_throttle import accounts_named
from cms.newsroom.second_factor import reset


class Command(LabelCommand):
    help = "Take an account's second factors and password away, mail and print a link for a new password."
    label = "name or address"

    def handle_label(self, label: str, **_options: object) -> str:
        found = accounts_named(label)
        if len(found) != 1:
            raise CommandError(f"{len(found)} accounts have this name or address.")
        reset(found[0])
        return f"{label}: new password, in {settings.PASSWORD_RESET_TIMEOUT // 86_400} days:\n{password_url(found[0])}"
