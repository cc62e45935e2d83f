"""`make tour`: walk from the first word to the mended typo, and end at the first thing that doesn't hold."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import browser as chromium  # noqa: E402

from tests.tour.services import Newsroom, databases, searching  # noqa: E402
from tests.tour.steps import STEPS  # noqa: E402
from tests.tour.walk import PATIENCE_MS, Step, Tour  # noqa: E402

KEPT = ROOT / ".cache" / "tour"
LAST_LINES = 60
MESSAGE_LINES = 12
SLOWLY_MS = 400  # between two things that a person does, where somebody watches


def main() -> int:
    """Walk; return 0 where everything held."""
    parser = argparse.ArgumentParser(prog="python -m tests.tour", description=__doc__)
    parser.add_argument("--database", default="postgresql", choices=("postgresql", "sqlite"))
    parser.add_argument("--search", default="elasticsearch", choices=("elasticsearch", "embedded"))
    parser.add_argument(
        "--from", dest="first", type=int, default=0, help="step to begin at, with what was kept before it"
    )
    parser.add_argument("--to", dest="last", type=int, default=len(STEPS), help="step to end after")
    parser.add_argument("--migrated", action="store_true", help="SQLite: begin with the tests' migrated database")
    parser.add_argument("--slow", action="store_true", help="show the browser, and act as slowly as a person")
    options = parser.parse_args()
    # As with Ctrl+C, what was started is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    kept = KEPT / f"{options.database}-{options.search}"
    before = kept / str(options.first - 1)
    if options.first and not before.exists():
        print(f"The state before step {options.first} isn't kept: the tour begins with an empty newsroom.")
        options.first = 0
    began = time.monotonic()
    with started(options.database, options.search) as (newsroom, search):
        if options.first:
            newsroom.take(before)
        newsroom.begin(migrated=options.migrated and not options.first)
        print(f"   A newsroom on {options.database}, search {options.search}: {newsroom.address}", flush=True)
        print(f"   {time.monotonic() - began:5.1f} s\n", flush=True)
        with sync_playwright() as playwright:
            slow_mo = SLOWLY_MS if options.slow else 0
            window = chromium.launch(playwright, headless=not options.slow, slow_mo=slow_mo)
            expect.set_options(timeout=PATIENCE_MS)
            tour = Tour(newsroom, window, search)
            if options.first:
                tour.articles = json.loads((before / "articles.json").read_text())
            else:
                tour.keep(kept / "0")
            for number, step in enumerate(STEPS[: options.last], 1):
                if number >= options.first and not walked(tour, number, step, kept):
                    return 1
    print(f"Everything held: {time.monotonic() - began:.0f} s.")
    return 0


@contextmanager
def started(database: str, search: str) -> Iterator[tuple[Newsroom, object]]:
    """Yield a newsroom in a temporary folder, not begun yet, and its search server; end both."""
    folders = tempfile.TemporaryDirectory(prefix="newsroom-tour-")
    with folders as folder, databases(database) as url, searching(search) as server:
        newsroom = Newsroom(Path(folder), database=url, elasticsearch=server.url if server else "")
        try:
            yield newsroom, server
        finally:
            newsroom.end()


def walked(tour: Tour, number: int, step: Step, kept: Path) -> bool:
    """Take a step, print what it checked and how long it took, and keep the state behind it; tell whether it held."""
    began = time.monotonic()
    print(f"{number}. {(step.__doc__ or '').splitlines()[0]}", flush=True)
    try:
        step(tour)
    except Exception as error:  # noqa: BLE001 - whatever ends the walk is shown with what was on the screen
        failed(tour, number, error)
        return False
    print(f"   {time.monotonic() - began:5.1f} s\n", flush=True)
    tour.keep(kept / str(number))
    return True


def failed(tour: Tour, number: int, error: Exception) -> None:
    """Keep what was on the screens and what the server wrote, and say where."""
    folder = KEPT / "failed"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Playwright's messages end with the whole page.
    message = "\n".join(str(error).splitlines()[:MESSAGE_LINES])
    print(f"   ✗ step {number}: {type(error).__name__}: {message}", file=sys.stderr)
    for frame in traceback.extract_tb(error.__traceback__):
        if "/tests/tour/" in frame.filename:
            print(f"     {frame.filename}:{frame.lineno}", file=sys.stderr)
    tour.fail(folder)
    if tour.newsroom.log.exists():
        lines = tour.newsroom.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        (folder / "server.log").write_text("\n".join(lines))
        print("\n".join(lines), file=sys.stderr)
    print(f"Pictures, HTML and the server's log: {folder.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
