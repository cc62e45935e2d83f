from __future__ import annotations

from django.core.management.base import BaseCommand

from cms.newsroom.setup import setup_newsroom


class Command(BaseCommand):
    """Run it after ``migrate``, and again whenever a language is switched on or the project is upgraded."""

    help = (
        "Make languages, home pages, sections, groups, rights and workflows. It can be run again and again: "
        "it adds what is missing and changes nothing that people have edited."
    )

    def handle(self, *_args: object, verbosity: int = 1, **_options: object) -> None:
        done = setup_newsroom()
        if verbosity:
            self.stdout.writelines(f"{line}\n" for line in done)
            self.stdout.write(f"Made {len(done)} things." if done else "Nothing was missing.")
