"""How long an uncached page takes, compared with Wagtail's bakerydemo in the same run.

Usage: peers.py BAKERYDEMO [--python BAKERYDEMO/venv/bin/python] [--rounds 60] [--language ru]

Both sites stand on their production settings, on SQLite, each in a process of its own that answers WSGI requests; the
requests alternate, and the processor's time is counted, so that ratios hold on a busy machine. An article is compared
with a blog page, a section with the blog's index, a front page with the home page: of the pages that the list leads to,
five of each in turn. Whole pages are not cached; fragments that pages share are, but for the columns "cold", which are
measured as after a publication. A page's size and links say how much there is to be made. Then our queries, warm and
cold.

The peer is stood up in its own folder, here with the versions of Django and Wagtail that the newsroom has:

    git clone https://github.com/wagtail/bakerydemo && cd bakerydemo && python -m venv venv
    venv/bin/pip install Wagtail==8.0.1 Django==6.1.3 whitenoise dj-database-url python-dotenv \
        wagtail-font-awesome-svg django-extensions "django-debug-toolbar<5"
    export DJANGO_SETTINGS_MODULE=bakerydemo.settings.production DJANGO_SECRET_KEY=x
    venv/bin/python manage.py migrate
    venv/bin/python manage.py load_initial_data
    venv/bin/python manage.py collectstatic --noinput

The newsroom is made with its demo in a temporary folder, which takes a minute.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from _common import HOST, PRODUCTION, ROOT, show, show_table

ANSWERING = ROOT / "bench" / "_answering.py"
WARM_UP = 3
PAGES = 5
THEIRS = {
    "DJANGO_SETTINGS_MODULE": "bakerydemo.settings.production",
    "DJANGO_SECRET_KEY": "measured-only",
    "DJANGO_ALLOWED_HOSTS": HOST,
    "PYTHONPATH": "",
}
OURS = {"DJANGO_SETTINGS_MODULE": "cms.settings.production", **PRODUCTION}


def environment_of(site: dict[str, str]) -> dict[str, str]:
    """Return a site's environment: its own, without what the caller's says about a database."""
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {"PEERS_HOST": HOST} | site


class Site:
    """A running site."""

    def __init__(self, python: str, folder: Path, module: str, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [python, str(ANSWERING), module],
            cwd=folder,
            env=environment_of(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, path: str, *, cold: bool = False) -> dict[str, Any]:
        """Return what is known of an answer; raise RuntimeError where it isn't the page."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"path": path, "cold": cold}), file=self._process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if answer["status"] != 200:
            message = f"{path}: {answer['status']}"
            raise RuntimeError(message)
        return answer

    def pages_below(self, path: str) -> list[str]:
        """Return the first pages below a list's address that it leads to."""
        below = [link for link in self.ask(path)["links"] if link.startswith(path)]
        return list(dict.fromkeys(link for link in below if link.count("/") == path.count("/") + 1))[:PAGES]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.communicate()


def main() -> int:
    """Start both sites, ask them in turn, and print two tables and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bakerydemo", type=Path, help="its folder")
    parser.add_argument("--python", help="the Python that has its packages")
    parser.add_argument("--rounds", type=int, default=60, help="requests that are counted, per kind of page")
    parser.add_argument("--language", default="ru", help="language of the newsroom's pages")
    options = parser.parse_args()
    python = options.python or str(options.bakerydemo / "venv" / "bin" / "python")
    with tempfile.TemporaryDirectory() as folder:
        ours = OURS | {"NEWSROOM_DATA": folder}
        prepare(ours)
        with (
            Site(sys.executable, ROOT, "cms.wsgi", ours) as newsroom,
            Site(python, options.bakerydemo, "bakerydemo.wsgi", THEIRS) as bakery,
        ):
            home = f"/{options.language}/"
            section = f"{home}analysis/"
            mine = {"article": newsroom.pages_below(section), "section": [section], "home": [home]}
            theirs = {"article": bakery.pages_below("/blog/"), "section": ["/blog/"], "home": ["/"]}
            rows = [
                compare(kind, (newsroom, mine[kind]), (bakery, theirs[kind]), options.rounds, cold=cold)
                for cold in (False, True)
                for kind in mine
            ]
            counts = [queries(newsroom, path) for kind in mine for path in mine[kind]]
    show_table(counts)
    show("peers", rows, rounds=options.rounds, queries=counts)
    return 0


def prepare(environment: dict[str, str]) -> None:
    """Make the newsroom with its demo."""
    commands = (
        ["migrate", "--verbosity=0"],
        ["collectstatic", "--verbosity=0", "--noinput"],
        ["setup_newsroom", "--verbosity=0"],
        ["load_demo", "--with-public-passwords"],
    )
    for command in commands:
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment_of(environment),
            check=True,
            stdout=sys.stderr,
        )


def compare(
    kind: str, ours: tuple[Site, list[str]], theirs: tuple[Site, list[str]], rounds: int, *, cold: bool = False
) -> dict[str, Any]:
    """Ask both sites in turn, page after page, and return the medians of the processor's milliseconds, and sizes."""
    answers: list[list[dict[str, Any]]] = [[], []]
    for number in range(rounds + WARM_UP * PAGES):
        for (site, paths), of_site in zip((ours, theirs), answers, strict=True):
            answer = site.ask(paths[number % len(paths)], cold=cold)
            if number >= WARM_UP * PAGES:
                of_site.append(answer)
    mine, other = (statistics.median(answer["processor_ms"] for answer in of_site) for of_site in answers)

    def both(of_answer: Callable[[dict[str, Any]], int]) -> str:
        return "/".join(str(round(statistics.median(map(of_answer, of_site)))) for of_site in answers)

    return {
        "page": f"{kind}, cold" if cold else kind,
        "kilobytes": both(lambda answer: answer["length"] // 1000),
        "links": both(lambda answer: len(answer["links"])),
        "ours_ms": round(mine, 2),
        "theirs_ms": round(other, 2),
        "ratio": round(mine / other, 3),
    }


def queries(site: Site, path: str) -> dict[str, Any]:
    """Return how many queries a page takes with empty caches, and with the fragments that other pages have cached."""
    return {"path": path, "cold": site.ask(path, cold=True)["queries"], "shared": site.ask(path)["queries"]}


if __name__ == "__main__":
    sys.exit(main())
