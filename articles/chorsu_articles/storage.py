"""Where uploaded files lie: documents apart from the public media folder, and how they come there."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from chorsu_articles.conf import get_settings
from chorsu_locales.text import nfc

# Wagtail's own: documents, and what waits for the rest of its form, which is as it was sent.
PRIVATE = ("documents", "wagtail_uploads")
LONGEST_NAME = 255  # bytes, in the folders of most systems
ADDED = 8  # characters, which Django puts to a name that is taken


class PrivateDocumentStorage(FileSystemStorage):
    """Django's storage, with documents in ``PRIVATE_FOLDER`` (or still where they were), without addresses."""

    def path(self, name: str) -> str:
        if not is_private(name):
            return super().path(name)
        private = FileSystemStorage(location=private_folder()).path(name)
        public = super().path(name)
        return public if Path(public).exists() and not Path(private).exists() else private

    def url(self, name: str | None) -> str:
        """Return the address of a public file; raise ``NotImplementedError`` for a document, as Wagtail expects."""
        if name and is_private(name):
            raise NotImplementedError("Documents have no address: they are handed out by a view.")
        return super().url(name)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return a free name that fits into the column and the folder, cut at a letter before its ending."""
        folder, slash, file = name.rpartition("/")
        # Django takes out pictographs, of which the whole name may have been.
        file = nfc(f"file{file}" if file.startswith(".") else file)
        ending = PurePosixPath(file).suffix
        ending = ending if ending.isascii() and len(ending) <= 20 else ""
        column = (max_length or LONGEST_NAME) - len(folder + slash) - len(ending) - ADDED
        letters = file.removesuffix(ending)[:column].encode()[: LONGEST_NAME - len(ending) - ADDED]
        cut = letters.decode(errors="ignore") + ending
        return super().get_available_name(f"{folder}{slash}{cut}", max_length)

    def _save(self, name: str, content: Any) -> str:
        # Django names a file from the folder that it is in.
        storage: Any = FileSystemStorage(location=private_folder()) if is_private(name) else super()
        return str(storage._save(name, content))  # noqa: SLF001 (the same class)


def is_private(name: str) -> bool:
    """Tell whether the web server must not hand out a stored file."""
    return next(iter(PurePosixPath(name.replace("\\", "/")).parts), "") in PRIVATE


def private_folder() -> Path:
    return Path(get_settings().private_folder or settings.MEDIA_ROOT).absolute()


def public_documents() -> Iterator[Path]:
    root = Path(settings.MEDIA_ROOT).absolute()
    if private_folder() != root:
        for folder in PRIVATE:
            yield from (path for path in sorted((root / folder).rglob("*")) if path.is_file())


def move_documents() -> tuple[int, list[Path]]:
    """Move documents into their folder; return how many, and those that lie there already with another content.

    It may be broken off at any moment and run again: a file is wholly in one place before it is taken from the other.
    """
    moved, conflicts = 0, []
    for path in public_documents():
        target = Path(private_folder(), path.relative_to(settings.MEDIA_ROOT))
        if target.exists():
            if not filecmp.cmp(path, target, shallow=False):
                conflicts.append(path)
                continue
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.part")
            with path.open("rb") as source, part.open("wb") as copy:
                shutil.copyfileobj(source, copy)
                copy.flush()
                os.fsync(copy.fileno())
            shutil.copystat(path, part)
            part.replace(target)
        path.unlink()
        moved += 1
    return moved, conflicts
