"""axe-core and html-validate for tests: `$PAGE_CHECKERS`, or installed once by npm into .cache/checkers."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from own_server import UnavailableError, run_command

CACHE = Path(__file__).resolve().parents[1] / ".cache" / "checkers"
# The last html-validate that runs on Node.js 18 and 20, which Debian has.
PACKAGES = ("axe-core@4.14.1", "html-validate@9.7.1")
AXE = "node_modules/axe-core/axe.min.js"
HTML_VALIDATE = "node_modules/.bin/html-validate"


def find() -> str:
    """Return the folder in whose ``node_modules`` both are."""
    if folder := os.environ.get("PAGE_CHECKERS"):
        if not _are_in(Path(folder)):
            raise UnavailableError(f"Page checkers: PAGE_CHECKERS={folder} has not both {AXE} and {HTML_VALIDATE}.")
        return folder
    if _are_in(CACHE):
        return str(CACHE)
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError("Page checkers: npm is not on PATH. Install Node.js (Debian: apt install npm).")
    CACHE.mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--prefix", str(CACHE), "--no-save", "--no-audit", "--no-fund", *PACKAGES]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not _are_in(CACHE):
        raise UnavailableError(f"Page checkers: npm could not install {' and '.join(PACKAGES)}.\n{done.stderr.strip()}")
    return str(CACHE)


def _are_in(folder: Path) -> bool:
    return (folder / AXE).exists() and (folder / HTML_VALIDATE).exists()


if __name__ == "__main__":
    run_command(find)
