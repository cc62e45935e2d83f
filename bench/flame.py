"""Where the time of an uncached page goes: a flame graph as text, and with ``--html`` in the browser.

Usage: flame.py [--newsroom FOLDER] [--rounds 60] [--least 3] [--html FOLDER]

The demo's pages on production settings and SQLite, answered in this process as ``peers.py`` does, all caches emptied
before each request. Of each kind of page: what a function of ours takes with all that it calls, in percent of the page,
and below it what of that Django's queries take (SQL built, sent and read into objects) and other functions of ours.
Those under ``--least`` percent are left out. Needs pyinstrument (pip install pyinstrument). The newsroom's folder is
made with its demo where it is missing; without the option it is a temporary one.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from peers import HOST, OURS, prepare  # noqa: E402
from pyinstrument import Profiler  # noqa: E402
from pyinstrument.frame import Frame  # noqa: E402

WARM_UP = 5
INTERVAL = 0.0005  # seconds
OURS_ALONE = re.compile(r"^(cms|chorsu_\w+)/")
# What stands between: the chain of middlewares, and what keeps what pages share.
HANDS_ON = re.compile(r"<lambda>|<genexpr>|__call__|page_cache|cache_version|routing")
QUERY = "django/db/models/query.py"


def main() -> int:
    """Profile each kind of page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--newsroom", type=Path, help="folder of the newsroom's data")
    parser.add_argument("--rounds", type=int, default=60, help="requests per kind of page")
    parser.add_argument("--least", type=float, default=3, help="share in percent under which a frame is left out")
    parser.add_argument("--html", type=Path, help="where to write a page of each profile")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        ours = OURS | {"NEWSROOM_DATA": str((options.newsroom or Path(temporary)).absolute())}
        os.environ.pop("DATABASE_URL", None)
        os.environ.update(ours)
        prepare(ours)
        import django  # noqa: PLC0415 - the environment has to be set first

        django.setup()
        from django.core.cache import caches  # noqa: PLC0415
        from django.test import Client  # noqa: PLC0415

        client = Client(headers={"host": HOST, "x-forwarded-proto": "https"})
        section = "/ru/analysis/"
        [article, *_others] = re.findall(rf'href="({section}[^"/]+/)"', client.get(section).text)
        for kind, path in {"article": article, "section": section, "front page": "/ru/"}.items():
            profiler = Profiler(interval=INTERVAL, async_mode="disabled")
            for number in range(WARM_UP + options.rounds):
                for name in ("default", "pages"):
                    caches[name].clear()
                if number == WARM_UP:
                    profiler.start()
                assert client.get(path).status_code == 200, path
            session = profiler.stop()
            root = session.root_frame()
            assert root is not None
            print(f"\n{kind}, {path}, {1000 * session.cpu_time / options.rounds:.0f} ms of the processor")
            show([root], root.time, options.least)
            if options.html:
                options.html.mkdir(parents=True, exist_ok=True)
                (options.html / f"{kind.replace(' ', '_')}.html").write_text(profiler.output_html())
    return 0


def show(frames: list[Frame], whole: float, least: float, depth: int = 0) -> None:
    """Print what these frames call, the longest first."""
    called: dict[str, list[Frame]] = {}
    for frame in frames:
        for child in callees(frame):
            path = child.file_path_short or ""
            name = "queries of Django" if path == QUERY else f"{child.function}  {path}"
            called.setdefault(name, []).append(child)
    shares = {name: 100 * sum(child.time for child in children) / whole for name, children in called.items()}
    for name in sorted(shares, key=shares.__getitem__, reverse=True):
        if shares[name] < least:
            break
        print(f"{shares[name]:5.1f} {'│ ' * depth}{name}")
        if not name.startswith("queries"):
            show(called[name], whole, least, depth + 1)


def callees(frame: Frame) -> Iterator[Frame]:
    """Yield the frames below one that are shown; the others are passed through."""
    for child in frame.children:
        path = child.file_path_short or ""
        is_query = path == QUERY and child.function == "_fetch_all"
        if is_query or (OURS_ALONE.search(path) and not HANDS_ON.search(f"{path} {child.function}")):
            yield child
        else:
            yield from callees(child)


if __name__ == "__main__":
    sys.exit(main())
