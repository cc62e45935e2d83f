from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cms.backup import back_up


class Command(BaseCommand):
    help = "Make a backup in BACKUP_TO while people work, and delete those that BACKUP_KEEP no longer keeps."
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(back_up())
