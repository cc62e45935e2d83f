"""The tests' migrated database as the file of a newsroom that runs in processes of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def put_migrated_file(path: Path) -> None:
    """Copy the kept file to where a newsroom looks for its database; ``migrate`` finds nothing to do there."""
    # Whatever database and settings the caller's variables name.
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"DJANGO_SETTINGS_MODULE": "cms.settings.test", "NEWSROOM_DATA": str(path.parent)}
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.migrated_file"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"No database could be migrated:\n{done.stderr[-3000:]}")
    shutil.copy(done.stdout.splitlines()[-1], path)


if __name__ == "__main__":
    import django

    django.setup()
    from tests.migrated_database import kept_file

    sys.stdout.write(f"{kept_file()}\n")
