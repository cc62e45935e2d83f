"""Bring an archive in from the command line, try it first, or take an import back; without a file: for cron."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from chorsu_archive import report, undo
from chorsu_archive.items import ArchiveError, Note, Options
from chorsu_archive.mapping import YES, Mapping
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.runs import SWEEP_SECONDS, advance, advance_due, begin, begin_undo
from chorsu_articles.models import SectionPage

TOLD_ITEMS = 1000


class Command(BaseCommand):
    help = "Bring in articles of another system, with translations, pictures and old addresses."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", nargs="?", type=_path, help="a file or folder; else goes on with what waits")
        parser.add_argument("--language", default="", help="of items that name none")
        parser.add_argument("--section", default="", help="slug of the section of what the mapping sends nowhere")
        parser.add_argument("--since", type=_day, help="leave out what was neither published nor changed since a day")
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would happen, and write --mapping if missing"
        )
        status = parser.add_mutually_exclusive_group()
        status.add_argument("--publish", action="store_true", help="make live what is live there: the default")
        status.add_argument("--draft", action="store_true", help="make all of it drafts")
        parser.add_argument("--media", type=_path, help="a folder with the source's files, as on its server")
        parser.add_argument("--groups", type=_path, help="a file that says which items are translations of each other")
        parser.add_argument("--mapping", type=_path, help="a file that says what becomes of authors, terms and fields")
        text = "let redirects of a newsroom's export lead to this other host; may be given again"
        parser.add_argument("--redirect-to", action="append", default=[], metavar="HOST", help=text)
        text = "fill with this part of a newsroom's export what is empty: outlet, menu or footer; may be given again"
        parser.add_argument("--take", action="append", default=[], metavar="PART", help=text)
        parser.add_argument("--undo", type=int, metavar="RUN", help="take an import back, by its number")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            if options["undo"] is not None:
                self.take_back(options["undo"])
            elif options["source"] is not None:
                self.bring_in(options["source"], options)
            else:
                while advance_due():
                    pass
        except (ArchiveError, OSError, OperationalError) as error:
            raise CommandError(str(error)) from error

    def take_back(self, key: int) -> None:
        run = ImportRun.objects.filter(pk=key, is_preview=False).first()
        if run is None:
            raise CommandError(f"There is no import {key}.")
        is_empty = not undo.changes_of(run).exists()
        begin_undo(run)
        self.work(run)
        if is_empty:
            made = ImportedItem.objects.filter(identity=run.identity).exclude(made_by=None)
            makers = ", ".join(map(str, sorted(set(made.values_list("made_by", flat=True))))) or "none"
            text = (
                f"There was nothing to take back: import {key} made and changed nothing. Of its source did: {makers}."
            )
            raise CommandError(text)
        for row in undo.rows_of(run):
            why = next((str(Note(*note)) for note in row.notes if note[0] == "stays"), "")
            self.stdout.write(f"It stays: “{row.title or row.key}”: {why}")

    def bring_in(self, source: Path, options: dict[str, Any]) -> None:
        file: Path | None = options["mapping"]
        is_preview = options["dry_run"]
        slug = options["section"]
        sections = list(SectionPage.objects.filter(slug=slug)) if slug else []
        if slug and not sections:
            raise CommandError(f"There is no section with the slug {slug!r}.")
        if file and not file.exists() and not is_preview:
            raise CommandError(f"{file} doesn't exist; --dry-run writes it.")
        mapping = Mapping.read(file) if file and file.exists() else Mapping()
        for host in options["redirect_to"]:
            mapping.data["hosts"][host.lower()] = {"redirects": YES}
        for part in options["take"]:
            mapping.data["parts"][part] = {"take": YES}
        run = begin(
            source,
            options=Options(options["language"], options["media"], options["groups"]),
            is_preview=is_preview,
            mapping=mapping,
            publish=not options["draft"],
            sections=sections,
            since=options["since"],
            goes_on=True,
        )
        how = "" if run.state == ImportRun.State.WAITING else " goes on"
        self.stdout.write(f"Import {run.pk}{how}: {source}")
        self.work(run)
        if is_preview and file and not file.exists():
            Mapping(run.mapping).write(file)
            self.stdout.write(f"Fill in what becomes of authors, terms and fields: {file}")

    def work(self, run: ImportRun) -> None:
        """Work on a run to its end, or wait for the worker that does; older ones of its source come first."""
        older: dict[int, ImportRun] = {}

        def tell(held: ImportRun) -> None:
            if held.pk != run.pk:
                older[held.pk] = held
            if held.position and held.position % TOLD_ITEMS == 0:
                self.stdout.write(_said(held))

        while advance(run, seconds=SWEEP_SECONDS, tell=tell):
            time.sleep(1)
        for held in older.values():
            held.refresh_from_db()
            self.stdout.write(f"Import {held.pk} was begun before, and came first: {_said(held)}")
        if run.state == ImportRun.State.FAILED:
            raise CommandError(run.problem)
        self.stdout.write(_said(run))
        self.tell_left_out(run)

    def tell_left_out(self, run: ImportRun) -> None:
        """Tell what stayed away, and how it comes."""
        for kind in report.kinds_left_out(run):
            example = f", such as “{kind['example']}”" if kind.get("example") else ""
            self.stdout.write(f"Left out: {kind['items']} of the kind {kind['kind']}{example}.")
        if report.kinds_left_out(run):
            self.stdout.write("They come where the mapping file (--mapping) gives their kind a section.")
        for host, row in sorted(run.mapping.get("hosts", {}).items()):
            if row.get("items") and row.get("redirects") != YES:
                self.stdout.write(f"Left out: {row['items']} redirects to {host}; --redirect-to {host} lets them come.")
        for part, row in sorted(run.mapping.get("parts", {}).items()):
            if not row.get("items"):
                self.stdout.write(f"The archive has no part {part}.")
            elif row.get("take") != YES:
                self.stdout.write(f"Left out: {row['items']} of the part {part}; --take {part} lets it come.")
        for kind, row in sorted(run.mapping.get("messages", {}).items()):
            self.stdout.write(f"Never brought in: {row['items']} of the kind {kind}, which people sent or ordered.")


def _said(run: ImportRun) -> str:
    counts = ", ".join(f"{number} {what}" for what, number in sorted(run.counts.items()))
    return f"{run.position} of {run.total}: {counts or 'nothing'}"


def _path(text: str) -> Path:
    return Path(text).resolve()


def _day(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
