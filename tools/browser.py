"""A real Chromium for tests: `$CHROMIUM`, one on PATH, Playwright's own, or the one that lies in a package of npm."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from own_server import UnavailableError, run_command

if TYPE_CHECKING:  # slow to import, and seldom needed
    from playwright.sync_api import Browser, Playwright

CACHE = Path(__file__).resolve().parents[1] / ".cache" / "browser"
PACKAGE = "@sparticuz/chromium@153.0.0"
PACKAGE_RUNS_ON = ("Linux", "x86_64")
REMEDY = "Install a Chromium (Debian: apt install chromium), or set CHROMIUM=/path/to/chromium."
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
OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""
UNPACK = """
const {createReadStream, createWriteStream} = require("node:fs");
const {createBrotliDecompress} = require("node:zlib");
const {pipeline} = require("node:stream/promises");
const unpack = (name) => {
    const packed = createReadStream(`node_modules/@sparticuz/chromium/bin/${name}.br`);
    return pipeline(packed, createBrotliDecompress(), createWriteStream(name));
};
Promise.all(["chromium", "al2023.tar", "fonts.tar"].map(unpack));
"""
# The package's own names folders of a cloud's machines: without a font each page ends the browser.
FONTS = f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>{CACHE}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>{CACHE}/fonts-cache</cachedir>
</fontconfig>
"""
# The package brings the libraries and a font that a machine without a desktop lacks. Its shell has no helper for the
# sandbox, and opens nothing but the newsroom under test.
START = """#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" FONTCONFIG_PATH="$here"
exec "$here/chromium" --no-sandbox "$@"
"""


def find() -> str:
    """Return the path of a Chromium. Raises ``UnavailableError``."""
    if path := os.environ.get("CHROMIUM"):
        if not Path(path).exists():
            raise UnavailableError(f"Browser: CHROMIUM={path} does not exist.")
        return path
    for name in NAMES:
        if path := shutil.which(name):
            return path
    own = _playwrights_own()
    if Path(own).exists():
        return own
    if (platform.system(), platform.machine()) == PACKAGE_RUNS_ON:
        return _packaged()
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, check=False)
    if Path(own).exists():
        return own
    raise UnavailableError(f"Browser: none of {', '.join(NAMES)} is on PATH, and Playwright got none. {REMEDY}")


def launch(playwright: Playwright, *flags: str, **options: Any) -> Browser:
    """Start the browser, with these flags beside those of ``ARGUMENTS``; ``options`` are Playwright's."""
    return playwright.chromium.launch(executable_path=find(), args=[*ARGUMENTS, *flags], **options)


def _playwrights_own() -> str:
    # A process of its own: a caller that starts the browser has a Playwright, and a thread can't have two.
    command = [sys.executable, "-c", OWN]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _packaged() -> str:
    start = CACHE / "start"
    if start.exists():
        return str(start)
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise UnavailableError(f"Browser: neither {', '.join(NAMES)} nor npm is on PATH. {REMEDY}")
    shutil.rmtree(CACHE, ignore_errors=True)
    CACHE.mkdir(parents=True)
    install = [npm, "install", "--prefix", str(CACHE), "--no-save", "--no-audit", "--no-fund", PACKAGE]
    for command in (install, [node, "--eval", UNPACK]):
        done = subprocess.run(command, cwd=CACHE, capture_output=True, text=True, check=False)
        if done.returncode:
            raise UnavailableError(f"Browser: {PACKAGE} could not be had from npm. {REMEDY}\n{done.stderr.strip()}")
    for name in ("al2023.tar", "fonts.tar"):
        with tarfile.open(CACHE / name) as archive:
            archive.extractall(CACHE, filter="data")
        (CACHE / name).unlink()
    shutil.rmtree(CACHE / "node_modules")
    (CACHE / "fonts.conf").write_text(FONTS)
    (CACHE / "chromium").chmod(0o755)
    start.write_text(START)
    start.chmod(0o755)
    return str(start)


if __name__ == "__main__":
    run_command(find)
