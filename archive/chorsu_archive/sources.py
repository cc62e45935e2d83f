"""What several formats read alike: files of a folder or zip, files by an old address, and moments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile, is_zipfile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop as _

from chorsu_archive.items import ArchiveError, reason_of
from chorsu_articles.forms.documents import MOST_UNFOLDED, open_archive

PIECE, DEEPEST_ADDRESS = 65_536, 30
# How lxml reads what others wrote: it resolves, loads and asks nothing, and refuses texts of more than 10 MB.
SAFE_XML: Any = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
# By what Word, macOS and Windows keep beside somebody's files.
OF_SYSTEMS = (".", "~$", "__MACOSX")


class Files:
    """The files of a folder or zip, or a single one; ``names`` are paths in it, in an order that stays the same.

    Links are left out, and what programs keep there for themselves. A document that is a zip inside is a single file.
    A zip may unfold to ``most`` bytes. All methods raise ``ArchiveError``.
    """

    def __init__(self, path: Path, most: int = MOST_UNFOLDED) -> None:
        self._folder, found = path.parent, [path.name]
        self._zip: ZipFile | None = None
        if path.is_dir():
            self._folder = path
            files = (place / name for place, _folders, names in path.walk() for name in names)
            found = [each.relative_to(path).as_posix() for each in files if each.is_file() and not each.is_symlink()]
        elif is_zipfile(path):
            opened = open_zip(path.open("rb"), path.name, most)
            if "[Content_Types].xml" not in opened.namelist():
                self._zip, found = opened, [each.filename for each in opened.infolist() if not each.is_dir()]
        self.names = tuple(sorted(name for name in found if not any(p.startswith(OF_SYSTEMS) for p in name.split("/"))))

    def ending(self, *suffixes: str) -> list[str]:
        """Return the names that end so, in capitals too."""
        return [name for name in self.names if name.lower().endswith(suffixes)]

    def pieces(self, name: str, size: int = PIECE) -> Iterator[bytes]:
        """Yield a file, piece by piece."""
        with _refusals(name), self._open(name) as file:
            yield from iter(partial(file.read, size), b"")

    def lines(self, name: str, longest: int) -> Iterator[bytes]:
        """Yield a file, line by line, each of at most so many bytes."""
        with _refusals(name), self._open(name) as file:
            for line in iter(partial(file.readline, longest + 1), b""):
                if len(line) > longest:
                    text = _("A line of %(name)s is longer than %(size)d MB.")
                    raise ArchiveError(text, {"name": name, "size": longest // 1_000_000})
                yield line

    def head(self, name: str, size: int) -> bytes:
        """Return how a file begins."""
        return next(self.pieces(name, size), b"")

    def read(self, name: str, most: int) -> bytes:
        """Return the whole of a file of at most so many bytes."""
        return _at_most(self.head(name, most + 1), most, name)

    def _open(self, name: str) -> IO[bytes]:
        return self._zip.open(name) if self._zip else (self._folder / name).open("rb")


@contextmanager
def _refusals(name: str) -> Iterator[None]:
    """Let what opening or reading a file raises be an ``ArchiveError``."""
    try:
        yield
    except ArchiveError:
        raise
    except OSError as error:
        raise ArchiveError(_("%(name)s can't be read."), {"name": name}) from error
    except ValidationError as error:
        reason, _values = reason_of(error)
        raise ArchiveError("%(name)s: %(reason)s", {"name": name, "reason": reason}) from error
    except Exception as error:  # zipfile raises a dozen kinds of exception, and zlib its own
        raise ArchiveError(_("%(name)s is damaged, or isn't what its name says."), {"name": name}) from error


def open_zip(file: BinaryIO, name: str, most: int = MOST_UNFOLDED) -> ZipFile:
    """Return a zip of files that lie in it and unfold to at most so many bytes. Raises ``ArchiveError``."""
    with _refusals(name):
        return open_archive(file, most)


def member(archive: ZipFile, name: str, most: int, *, of: str) -> bytes:
    """Return a file of a zip, of at most so many bytes; ``of`` is what a refusal names. Raises ``ArchiveError``."""
    with _refusals(of), archive.open(name) as file:
        content = file.read(most + 1)
    return _at_most(content, most, of)


def _at_most(content: bytes, most: int, name: str) -> bytes:
    if len(content) > most:
        raise ArchiveError(_("%(name)s is larger than %(size)d MB."), {"name": name, "size": most // 1_000_000})
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
