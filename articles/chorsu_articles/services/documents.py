"""Take documents out of the public media folder."""

from __future__ import annotations

import filecmp
import os
import shutil
from pathlib import Path

from django.conf import settings

from chorsu_articles.storage import private_folder, public_documents


def move_documents() -> tuple[int, list[Path]]:
    """Move documents into their folder; return how many, and those that lie there already with another content.

    It may be broken off and run again at any moment, also while people read: a file is wholly in the one place before
    it is taken from the other.
    """
    moved, conflicts = 0, []
    for path in public_documents():
        target = Path(private_folder(), path.relative_to(settings.MEDIA_ROOT))
        if target.exists():
            if not filecmp.cmp(path, target, shallow=False):
                conflicts.append(path)
                continue
        else:
            _copy(path, target)
        path.unlink()
        moved += 1
    return moved, conflicts


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    with path.open("rb") as source, part.open("wb") as copy:
        shutil.copyfileobj(source, copy)
        copy.flush()
        os.fsync(copy.fileno())
    shutil.copystat(path, part)
    part.replace(target)
