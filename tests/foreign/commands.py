"""Running programs outside of this checkout's environment."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

# No settings of this checkout, of pytest or of whoever runs the tests reach the programs.
_LEFT_OUT = ("PYTHON", "DJANGO", "COV", "PYTEST", "GIT_")
_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Site",
    "GIT_AUTHOR_EMAIL": "site@example.org",
    "GIT_COMMITTER_NAME": "Site",
    "GIT_COMMITTER_EMAIL": "site@example.org",
}


def call(*command: str | Path, cwd: Path | None = None, text: str = "", **variables: str) -> str:
    """Run a command, give it ``text`` to read, and return what it printed; fail with that where it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**environment, **_GIT, **variables},
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout
