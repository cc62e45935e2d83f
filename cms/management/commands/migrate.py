from __future__ import annotations

import time
from contextlib import closing
from typing import Any

from django.core.management.commands import migrate
from django.db import connections


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as Django does, one process at a time: of those that start at once the others find it done."""
        # A connection of its own, which holds the lock until it is closed or this process is killed.
        lock = connections[options["database"]].copy()
        if lock.vendor == "sqlite":
            # And a file of its own: migrations end transactions in the database's.
            lock.settings_dict["NAME"] = f"{lock.settings_dict['NAME']}-lock"
            lock.settings_dict["OPTIONS"] = {"timeout": 3600}
        with closing(lock), lock.cursor() as cursor:
            # Not a statement that waits: an index that is made concurrently would wait for it in turn.
            while lock.vendor == "postgresql" and not cursor.execute("SELECT pg_try_advisory_lock(29)").fetchone()[0]:
                time.sleep(0.5)
            if lock.vendor == "sqlite":
                cursor.execute("BEGIN EXCLUSIVE")
            super().handle(*args, **options)
