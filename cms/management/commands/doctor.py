from __future__ import annotations

from importlib.metadata import version
from itertools import chain
from logging import getLevelName
from operator import methodcaller
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import INFO, Error, Info, Warning, run_checks  # noqa: A004 (Django's)
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.core.management.base import no_translations
from PIL import ImageFont

from chorsu_articles.models import Publication
from chorsu_delivery.conf import get_settings
from chorsu_search.engines import ask_engines
from chorsu_search.queries import Query
from cms.health.findings import CHECKS, Found, findings


def versions() -> Found:
    yield Info(", ".join(f"{name} {version(name)}" for name in ("chorsu", "Django", "wagtail")))


def fonts() -> Found:
    """Draw the Tajik letters: one that a font lacks looks like a code that is no letter."""
    for name in ("cyrillic-400", "cyrillic-600"):
        draw = ImageFont.truetype(str(finders.find(f"cms/fonts/{name}.woff2")), 20).getmask
        if missing := [letter for letter in "ӣӯҳқғҷ" if bytes(draw(letter)) == bytes(draw("\uffff"))]:
            yield Error(f"The font {name} lacks {' '.join(missing)}.", "Install the site's code anew.")


def words() -> Found:
    """Look for the newest headline of each language as readers do."""
    for code in settings.NEWSROOM_LANGUAGES:
        pages = Publication.objects.live().filter(locale__language_code=code).order_by("-first_published_at")
        for title in pages.values_list("title", flat=True)[:1]:
            answer = ask_engines(methodcaller("search", Query(title, (code,))))
            if answer is None or not answer.value.total:
                yield Warning(f"Search doesn't find {title!r} ({code}).", "Run: search_check --repair")


class Command(BaseCommand):
    help = "Say what is wrong with this newsroom, its settings and its servers, and the remedy; end with 1 at an error."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mail", metavar="ADDRESS", help="send a mail there, at once")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        def mail() -> Found:
            call_command("sendtestemail", options["mail"], using=get_settings().mailer)
            yield Info("The server took the mail. Whether it arrives is seen there.")

        serious, checks = False, [versions, fonts, *CHECKS, words]
        if options["mail"]:
            checks.insert(0, mail)
        for each in chain(run_checks(include_deployment_checks=True), findings(checks)):
            if each.level >= INFO and not each.is_silenced():
                self.stdout.write(f"{getLevelName(each.level):<8}{each}")
                serious |= each.is_serious()
        if serious:
            raise CommandError("Something is wrong.")
