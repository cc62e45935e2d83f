"""Publish and take down what is due; takes the place of Wagtail's command of this name."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from cms.publishing import publish_due


class Command(BaseCommand):
    help = "Publish pages whose time has come, and take down those that have expired."

    def handle(self, *_args: object, **options: object) -> None:
        done = publish_due()
        if options["verbosity"]:
            self.stdout.write(f"{done} pages were published or taken down.")
