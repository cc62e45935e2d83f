"""Link the translations that a site has already."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from wagtail.models import Locale

from chorsu_translation.baselines import link_translation
from chorsu_translation.pages import unlinked_translations


class Command(BaseCommand):
    """Done once, where the plug-in comes to a site whose pages were translated before."""

    help = (
        "Link the existing translations of the whole site to the pages that they were made from, as they are now: what "
        "both say today counts as up to date. Pages that are linked already stay as they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--source",
            action="append",
            metavar="LANGUAGE",
            help="language of the originals (default: the site's first); repeat it for a second choice",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would be linked")

    def handle(self, *_args: Any, **options: Any) -> None:
        locales = {locale.language_code: locale for locale in Locale.objects.order_by("pk")}
        codes = options["source"] or [Locale.get_default().language_code]
        if unknown := [code for code in codes if code not in locales]:
            raise CommandError(f"No such language: {', '.join(unknown)}. There are: {', '.join(locales)}.")
        linked = left = 0
        for source, target in unlinked_translations([locales[code] for code in codes]):
            if source is None:
                left += 1
                self.stdout.write(f"No original in {', '.join(codes)}: {self._name(target)}")
                continue
            linked += 1
            if options["verbosity"] > 1 or options["dry_run"]:
                self.stdout.write(f"{self._name(source)} → {self._name(target)}")
            if not options["dry_run"]:
                link_translation(source=source, target=target)
        verb = "would be linked" if options["dry_run"] else "linked"
        self.stdout.write(f"{linked} translations {verb}, {left} without an original.")

    def _name(self, page: Any) -> str:
        return f"{page.locale.language_code} “{page.title}” ({page.pk})"
