"""What several formats read alike: files of a folder or zip, files by an old address, and moments."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from chorsu_archive.items import ArchiveError
from chorsu_articles.forms.documents import MOST_UNFOLDED, open_archive

MOST_FILES = 100_000
DEEPEST_ADDRESS = 30
# By what Word, macOS and Windows keep beside somebody's files.
OF_SYSTEMS = (".", "~$", "__MACOSX")


class Files:
    """The files of a folder or zip, or a single one; ``names`` are paths in it, in an order that stays the same.

    Links are left out, and what programs keep there for themselves. A document that is a zip inside is a single file.
    A zip may unfold to ``most`` bytes. Raises ``ArchiveError``.
    """

    def __init__(self, path: Path, most: int = MOST_UNFOLDED) -> None:
        self._folder = path if path.is_dir() else path.parent
        self._zip = None if path.is_dir() else _unfolded(path, most)
        inside = (each.filename for each in self._zip.infolist() if not each.is_dir()) if self._zip else None
        found = inside or (_names_in(path) if path.is_dir() else [path.name])
        self.names = tuple(sorted(name for name in found if not any(p.startswith(OF_SYSTEMS) for p in name.split("/"))))

    def read(self, name: str, most: int) -> bytes:
        """Return the whole of a file of at most so many bytes. Raises ``ArchiveError``."""
        if self._zip:
            return member(self._zip, name, most, of=name)
        try:
            with (self._folder / name).open("rb") as file:
                return _at_most(file.read(most + 1), most, name)
        except OSError as error:
            raise ArchiveError(_("%(name)s can't be read.") % {"name": name}) from error

    def open(self, name: str) -> BinaryIO:
        """Open a file, to be read in pieces. Raises ``ArchiveError``; reading may raise whatever zipfile does."""
        try:
            return cast("BinaryIO", self._zip.open(name)) if self._zip else (self._folder / name).open("rb")
        except Exception as error:  # as in ``member``
            raise ArchiveError(_("%(name)s can't be read.") % {"name": name}) from error

    def head(self, name: str, size: int) -> bytes:
        """Return how a file begins. Raises ``ArchiveError``."""
        with self.open(name) as file:
            try:
                return file.read(size)
            except Exception as error:  # as in ``member``
                raise ArchiveError(_("%(name)s can't be read.") % {"name": name}) from error


def _names_in(folder: Path) -> Iterator[str]:
    number = 0
    for place, _folders, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix()
                if (number := number + 1) > MOST_FILES:
                    raise ArchiveError(_("The folder has more than %(number)d files.") % {"number": MOST_FILES})


def _unfolded(path: Path, most: int) -> ZipFile | None:
    """Return a zip that only holds files, None for other files."""
    with suppress(OSError):
        file = path.open("rb")
        if file.read(4) == b"PK\x03\x04":
            file.seek(0)
            opened = open_zip(file, path.name, most)
            if "[Content_Types].xml" not in opened.namelist():
                return opened
        file.close()
    return None


def open_zip(file: BinaryIO, name: str, most: int = MOST_UNFOLDED) -> ZipFile:
    """Return a zip of files that lie in it and unfold to at most so many bytes. Raises ``ArchiveError``."""
    try:
        return open_archive(file, most)
    except ValidationError as error:
        raise ArchiveError(f"{name}: {error.messages[0]}") from error
    except Exception as error:  # as in ``member``
        raise ArchiveError(_("%(name)s is damaged, or isn't what its name says.") % {"name": name}) from error


def member(archive: ZipFile, name: str, most: int, *, of: str) -> bytes:
    """Return a file of a zip, of at most so many bytes; ``of`` is what a refusal names. Raises ``ArchiveError``."""
    try:
        with archive.open(name) as file:
            content = file.read(most + 1)
    except Exception as error:
        # zipfile raises a dozen kinds of exception, and zlib its own.
        raise ArchiveError(_("%(name)s is damaged, or isn't what its name says.") % {"name": of}) from error
    return _at_most(content, most, of)


def _at_most(content: bytes, most: int, name: str) -> bytes:
    if len(content) > most:
        raise ArchiveError(_("%(name)s is larger than %(size)d MB.") % {"name": name, "size": most // 1_000_000})
    return content


def file_at(folder: Path | None, address: str) -> BinaryIO | None:
    """Open the file of an old address in a folder that is laid out like its server, or like one of its folders.

    None where it isn't there, and where the address leads out of the folder.
    """
    with suppress(ValueError, OSError):
        parts = [part for part in unquote(urlsplit(address).path).split("/") if part][-DEEPEST_ADDRESS:]
        if folder is None or ".." in parts:
            return None
        for start in range(len(parts)):
            path = Path(folder, *parts[start:]).resolve()
            if path.is_relative_to(folder.resolve()) and path.is_file():
                return path.open("rb")
    return None


def moment(text: object) -> datetime | None:
    """Return a moment as ISO 8601 writes it, in UTC where it names no zone; None for what can't be one."""
    with suppress(ValueError, TypeError):
        found = datetime.fromisoformat(str(text).strip())
        if 1900 < found.year < 2200:
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
