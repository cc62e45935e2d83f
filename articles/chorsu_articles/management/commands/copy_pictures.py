from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chorsu_articles.pictures.former import copy_pictures, fields_to_former_models, missing_pictures

SHOWN = 20


class Command(BaseCommand):
    help = "Copies the pictures of the former image model, with their keys, tags and files, into the library."
    # chorsu_articles.E010 asks for it.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("model", nargs="?", help="the former model, where there are several: wagtailimages.Image")

    def handle(self, *_args: Any, model: str | None = None, **_options: Any) -> None:
        found = {rows.model._meta.label: rows for rows in missing_pictures()}
        if model is None and len(found) > 1:
            raise CommandError(f"Which was the library until now? Run it with one of: {', '.join(found)}")
        results = [copy_pictures(rows) for label, rows in found.items() if model in {None, label}]
        copied, taken = results[0] if results else (0, [])
        self.stdout.write(f"{copied} pictures copied.")
        if fields := fields_to_former_models():
            self.stdout.write("These fields still lead to the former model. Let them name")
            self.stdout.write("wagtail.images.get_image_model_string(), then run makemigrations and migrate:")
            self.stdout.write("\n".join(fields))
        if taken:
            names = ", ".join(map(str, taken[:SHOWN])) + (" …" if len(taken) > SHOWN else "")
            raise CommandError(
                f"{len(taken)} pictures were not copied, since pictures added later have their keys: {names}. "
                "Delete those, run this again, and add them anew."
            )
