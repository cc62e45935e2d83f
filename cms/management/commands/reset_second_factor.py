from __future__ import annotations

from django.core.management.base import CommandError, LabelCommand

from cms.newsroom.login_throttle import accounts_named
from cms.newsroom.second_factor import reset


class Command(LabelCommand):
    help = "Take an account's second factors and password away, and send its owner a link for a new password."
    label = "name or address"

    def handle_label(self, label: str, **_options: object) -> str:
        found = accounts_named(label)
        if len(found) != 1:
            raise CommandError(f"{len(found)} accounts have this name or address.")
        reset(found[0])
        return f"{found[0].username} gets a link for a new password, and sets up a second factor after it."
