"""A real Chromium for tests: `$CHROMIUM`, one on PATH, or Playwright's own (downloaded once where that is possible)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Windows that nobody sees load parts of their frame as pages, which takes as long as a page of the newsroom. Chromium
# obeys its last list of these: the first lines are Playwright's own.
NOT_LOADED = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "TcpPortRandomizationWin,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,"
    "SpareRendererForSitePerProcess,WebUIOmniboxPopup,WebUIOmniboxAimPopup"
)
ARGUMENTS = [f"--disable-features={NOT_LOADED}", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class UnavailableError(Exception):
    """No browser can be had here; the text says what was tried and the remedy."""


def find() -> str:
    """Return the path of a Chromium."""
    if path := os.environ.get("CHROMIUM"):
        if not Path(path).exists():
            raise UnavailableError(f"Browser: CHROMIUM={path} does not exist.")
        return path
    for name in NAMES:
        if path := shutil.which(name):
            return path
    if not Path(own := _playwrights_own()).exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, check=False)
    if Path(own).exists():
        return own
    raise UnavailableError(
        f"Browser: none of {', '.join(NAMES)} is on PATH and Playwright could not download its own. "
        "Install one (Debian: apt install chromium), or set CHROMIUM=/path/to/chromium."
    )


def _playwrights_own() -> str:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow to import, and seldom needed

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


if __name__ == "__main__":
    if sys.argv[1:] == ["stop"]:
        sys.exit(0)
    try:
        print(find())
    except UnavailableError as error:
        sys.exit(str(error))
