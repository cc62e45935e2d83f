from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chorsu_articles.storage import move_documents


class Command(BaseCommand):
    help = "Moves documents out of the public media folder. It may be broken off and run again, while the site serves."

    def handle(self, *_args: Any, **_options: Any) -> None:
        moved, conflicts = move_documents()
        self.stdout.write(f"{moved} documents moved.")
        if conflicts:
            names = "\n".join(str(path) for path in conflicts)
            raise CommandError(f"Another file of that name is served already; look at these, and delete them:\n{names}")
