"""What people bring for an import: sent into a private folder, or lying in the folder that an administrator names."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from chorsu_archive.conf import get_settings
from chorsu_archive.models import ImportRun
from chorsu_articles.storage import PrivateDocumentStorage, private_folder

# Somebody may go on next week with a preview.
KEPT = timedelta(days=14)
MOST_ENTRIES = 500


def uploads_folder() -> Path | None:
    """Return the folder of uploads, which no web server hands out; None where the site has no private folder."""
    private = private_folder()
    return None if private == Path(settings.MEDIA_ROOT).absolute() else private / "imports"


def store(files: Sequence[UploadedFile[Any]], groups: UploadedFile[Any] | None = None) -> tuple[Path, Path | None]:
    """Store what was sent; return where the archive lies, a file or a folder of several, and the table of groups."""
    folder = uploads_folder()
    if folder is None:
        raise ValueError("The site has no private folder.")
    place = folder / uuid.uuid4().hex
    # Some formats know a folder again by its name.
    archive = place / f"{min(file.name or '' for file in files)[:60]} +{len(files) - 1}"
    names = [PrivateDocumentStorage(location=archive).save(file.name, file) for file in files]
    table = PrivateDocumentStorage(location=place).save("groups.csv", groups) if groups else ""
    return archive / names[0] if len(names) == 1 else archive, place / table if table else None


def delete_upload(path: Path) -> None:
    """Delete what was uploaded with a file; another file, such as one of the inbox, stays."""
    folder = uploads_folder()
    if folder and path.is_relative_to(folder) and path != folder:
        shutil.rmtree(folder / path.relative_to(folder).parts[0], ignore_errors=True)


def delete_ended() -> None:
    """Delete uploads whose import is over; those that never came to it, and previews, after ``KEPT``."""
    folder, old = uploads_folder(), timezone.now() - KEPT
    ImportRun.objects.filter(is_preview=True, ended_at__lt=old).delete()
    for place in folder.iterdir() if folder and folder.exists() else ():
        runs = ImportRun.objects.filter(path__startswith=f"{place}/")
        is_open = runs.filter(state__in=[ImportRun.State.WAITING, ImportRun.State.RUNNING]).exists()
        is_over = runs.filter(is_preview=False, state__in=[ImportRun.State.DONE, ImportRun.State.UNDONE]).exists()
        if not is_open and (is_over or place.stat().st_mtime < old.timestamp()):
            delete_upload(place)


def inbox_choices(*, folders: bool) -> list[tuple[str, str]]:
    """Return what a form offers of the administrator's folder, two levels deep: folders alone, or files too.

    What is hidden, and links that lead out of it, are left out.
    """
    if not get_settings().inbox:
        return []
    inbox = in_inbox("")
    found = (path for path in sorted(inbox.glob("*")) + sorted(inbox.glob("*/*")) if path.is_dir() or not folders)
    names = (path.relative_to(inbox).as_posix() for path in found if path.resolve().is_relative_to(inbox))
    shown = islice((name for name in names if "/." not in f"/{name}"), MOST_ENTRIES)
    return [("", "–"), *((name, name) for name in shown)]


def in_inbox(name: str) -> Path:
    """Return where an entry of ``inbox_choices`` lies."""
    return Path(get_settings().inbox).resolve() / name
