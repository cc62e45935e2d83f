"""What people bring for an import: sent into a private folder, or lying in the folder that an administrator names."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from chorsu_archive.conf import get_settings
from chorsu_archive.models import ImportRun
from chorsu_articles.storage import PrivateDocumentStorage, private_folder

# Of our formats; those of a site's own lie at the top of the administrator's folder.
ENDINGS = (".xml", ".zip", ".docx", ".json")
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
    called = f"{min(file.name or '' for file in files)[:60]} +{len(files) - 1}" if len(files) > 1 else "archive"
    storage = PrivateDocumentStorage(location=place / called)
    names = [storage.save(file.name, file) for file in files]
    table = PrivateDocumentStorage(location=place).save("groups.csv", groups) if groups else ""
    return place / called / (names[0] if len(names) == 1 else ""), place / table if table else None


def delete_upload(path: Path) -> None:
    """Delete what was uploaded with a file; another file, such as one of the inbox, stays."""
    folder = uploads_folder()
    if folder and path.is_relative_to(folder) and path != folder:
        shutil.rmtree(folder / path.relative_to(folder).parts[0], ignore_errors=True)


def delete_ended() -> int:
    """Delete uploads whose import is over, and those, with previews, that nobody went on with for ``KEPT``.

    Return how many uploads.
    """
    folder, number, old = uploads_folder(), 0, timezone.now() - KEPT
    ImportRun.objects.filter(is_preview=True, ended_at__lt=old).delete()
    for place in folder.iterdir() if folder and folder.exists() else ():
        runs = ImportRun.objects.filter(path__startswith=f"{place}/")
        if not runs.filter(state__in=[ImportRun.State.WAITING, ImportRun.State.RUNNING]).exists():
            is_over = runs.filter(is_preview=False, state__in=[ImportRun.State.DONE, ImportRun.State.UNDONE]).exists()
            times = [each for pair in runs.values_list("started_at", "ended_at") for each in pair if each]
            if is_over or max([datetime.fromtimestamp(place.stat().st_mtime, UTC), *times]) < old:
                delete_upload(place)
                number += 1
    return number


def inbox_entries(*, folders: bool) -> Iterator[str]:
    """Return what lies in the administrator's folder as paths in it: folders alone, or archives too.

    Hidden ones, and links that lead out of it, are left out.
    """
    if not get_settings().inbox:
        return iter(())
    inbox = in_inbox("")
    found = (path for deep in ("*", "*/*", "*/*/*") for path in sorted(inbox.glob(deep)))
    offered = (
        path
        for path in found
        if path.is_dir() or (not folders and (path.parent == inbox or path.suffix.lower() in ENDINGS))
    )
    inside = (path.relative_to(inbox).as_posix() for path in offered if path.resolve().is_relative_to(inbox))
    return islice((name for name in inside if not f"/{name}".count("/.")), MOST_ENTRIES)


def in_inbox(name: str) -> Path:
    """Return where an entry of ``inbox_entries`` lies."""
    return Path(get_settings().inbox).resolve() / name
