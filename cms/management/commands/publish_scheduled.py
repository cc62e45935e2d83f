"""Publish and take down what is due; takes the place of Wagtail's command of this name."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cms.publishing import publish_due


class Command(BaseCommand):
    help = "Publish pages whose time has come, and take down those that have expired."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        done = publish_due()
        if options["verbosity"]:
            self.stdout.write(f"{done} pages were published or taken down.")
