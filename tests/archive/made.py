"""An archive of the tests' own: a file of items, which a process that was killed reads as the next one does."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from chorsu_archive.items import Archive, Contributor, Item, Medium, Note, Options, Term
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.runs import OPEN, advance, begin, begin_undo
from chorsu_archive.undo import rows_of

FORMATS = {"FORMATS": ["tests.archive.made.Made"]}
NOTHING: dict[str, Any] = {"contributors": [], "terms": [], "media": [], "files": {}, "items": []}
FIRST = datetime(2015, 3, 1, 9, tzinfo=UTC)


class Made:
    name = "made"
    label = "Made by a test"

    def recognises(self, path: Path) -> bool:
        return path.suffix == ".made"

    def open(self, path: Path, _options: Options) -> MadeArchive:
        return MadeArchive(pickle.loads(path.read_bytes()))


class MadeArchive(Archive):
    identity = "old.example"

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = NOTHING | said

    def contributors(self) -> Iterator[Contributor]:
        return iter(self.said["contributors"])

    def terms(self) -> Iterator[Term]:
        return iter(self.said["terms"])

    def media(self) -> Iterator[Medium]:
        return iter(self.said["media"])

    def items(self) -> Iterator[Item]:
        return iter(self.said["items"])

    def read(self, medium: Medium) -> BinaryIO | None:
        return BytesIO(self.said["files"][medium.key]) if medium.key in self.said["files"] else None


def use_made(settings: Any) -> None:
    """Let the site know the format."""
    settings.CHORSU_ARCHIVE = FORMATS


def write(path: Path, items: Iterable[Item], **said: Any) -> Path:
    """Write an archive; ``files`` are contents by a medium's key."""
    path.write_bytes(pickle.dumps(said | {"items": list(items)}))
    return path


def item(number: int, **fields: Any) -> Item:
    """Return a live article in Russian, published on a day of its own."""
    values: dict[str, Any] = {
        "key": str(number),
        "title": f"Статья {number}",
        "slug": f"article-{number}",
        "language": "ru",
        "html": f"<p>Первый абзац статьи {number}.</p><p>Второй абзац.</p>",
        "published": FIRST + timedelta(days=number),
    }
    return Item(**values | fields)


def bring(path: Path, **options: Any) -> ImportRun:
    """Bring an archive in, to the end."""
    run = begin(path, options=options.pop("options", Options()), **options)
    finish(run)
    return run


def finish(run: ImportRun) -> None:
    while advance(run, seconds=30):
        assert run.state in OPEN
    assert run.state == ImportRun.State.DONE, run.error


def take_back(run: ImportRun) -> list[str]:
    """Take an import back, and return why something of it stays."""
    begin_undo(run)
    while advance(run, seconds=30):
        pass
    assert run.state == ImportRun.State.UNDONE, run.error
    return [f"{row.title}: {text}" for row in rows_of(run) for kind, text in notes_of(row) if kind == "stays"]


def notes_of(row: ImportedItem) -> list[tuple[str, str]]:
    """Return the kinds and sentences of stored notes."""
    return [(note[0], str(Note(*note))) for note in row.notes]
