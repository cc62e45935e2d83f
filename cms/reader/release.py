"""What tells the running site from another release of it."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

from cms.settings.env import env

# Of what a page is made of. Static files are named in pages by their content: the manifest knows.
KINDS = {".py", ".html", ".xml", ".mo", ".svg"}


@cache
def release() -> str:
    """Return a digest of code, templates, catalogues, libraries and environment: another one makes other pages."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY} {getattr(staticfiles_storage, 'manifest_hash', '')}".encode())
    digest.update((settings.BASE_DIR / "requirements.txt").read_bytes())
    for name in sorted(env.variables):
        digest.update(f"{name}={os.environ.get(name, '')}\n".encode(errors="surrogateescape"))
    for folder in sorted(Path(config.path) for config in apps.get_app_configs()):
        if not folder.is_relative_to(settings.BASE_DIR) or "site-packages" in folder.parts:
            continue
        for path in sorted(folder.rglob("*")):
            if path.suffix in KINDS and "migrations" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()
