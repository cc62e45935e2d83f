"""How many readers one machine answers: requests a second and times, for 1, 2 and 4 processes of the site.

Usage: load.py [--articles 10000] [--readers 16] [--seconds 30] [--warm-up 120] [--processes 1,2,4]
               [--database sqlite] [--bakerydemo FOLDER [--python PYTHON]]

The newsroom stands on its production settings: gunicorn by deploy/gunicorn.conf.py, a worker, the demo and so many
generated Russian articles, on SQLite and on a PostgreSQL of its own. Readers (Locust, _readers.py) ask without a pause:
84 of 100 requests for an article, by a Zipf law over all of them, 15 for a front page or a section, 1 for a search.
Two editors save a draft every two seconds each. After two minutes of reading, what is answered is counted twice: as
it is between two publications, and from the moment at which one makes all kept pages old. There is no proxy, which
would keep nothing of it either; readers, editors, worker, database and site share the processors, so compare numbers of
one run with one another.

Wagtail's bakerydemo, where its folder is named (how it is stood up: peers.py; and `pip install gunicorn psycopg`),
gets the same readers on the same number of processes and threads: its own pages, searches among them, no editors.

Locust is installed into .cache/locust, apart from what the newsroom needs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

import django
from _common import PRODUCTION, ROOT, read_options, show, spread
from own_server import free_port
from requests.cookies import RequestsCookieJar

LOCUST = "locust==2.47.0"
THREADS = 16  # of each process, as deploy/gunicorn.conf.py has it
EDITORS, PAUSE_SECONDS = 2, 2.0
STARTED_WITHIN_SECONDS = 60
MAKE_SIZES = """
from chorsu_articles.models import Picture
from chorsu_articles.pictures.renditions import PUBLISHED, PUBLISHED_ELSEWHERE, sizes_of
for picture in Picture.objects.all():
    sizes_of(picture, PUBLISHED + PUBLISHED_ELSEWHERE)
"""
HEADERS = {"X-Forwarded-Proto": "https"}  # as the proxy would
# Words of the generated articles, and some that nothing has.
WORDS = ["вода", "границы", "дороги", "школа", "энергия", "соглашение", "регион", "торговля", "рынок", "неттакого"]


def main() -> int:
    """Prepare the sites, ask each with each number of processes, and print a table and JSON."""
    options = read_options(
        __doc__, articles=10_000, readers=16, seconds=30, warm_up=120, processes="1,2,4",
        database="", bakerydemo="", python="",
    )  # fmt: skip
    locust = installed_locust()
    os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.test"  # of the tests' modules by which editors work
    django.setup()
    counts = [int(number) for number in options.processes.split(",")]
    rows: list[dict[str, Any]] = []
    for kind in [options.database] if options.database else ["sqlite", "postgresql"]:
        with databases(kind) as urls, tempfile.TemporaryDirectory() as folder:
            sites: list[Site] = [Newsroom(Path(folder), urls[0], options.articles)]
            if options.bakerydemo:
                sites.append(Bakery(Path(options.bakerydemo), options.python, urls[1]))
            for site in sites:
                site.prepare()
            # The sites take turns, so that what else happens on the machine meets all of them.
            for processes in counts:
                for site in sites:
                    row = {"site": site.name, "database": kind, "processes": processes}
                    rows.append(row | measure(site, processes, locust, options))
                    print(rows[-1], flush=True)
    show("load", rows, articles=options.articles, readers=options.readers)
    return 0


def installed_locust() -> Path:
    """Return the program, which is installed where it is missing."""
    folder = ROOT / ".cache" / "locust"
    program = folder / "bin" / "locust"
    if not program.exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", LOCUST], check=True)
    return program


@contextmanager
def databases(kind: str) -> Iterator[list[str]]:
    """Yield the addresses of two empty databases; nothing for those that are files."""
    if kind == "sqlite":
        yield ["", ""]
        return
    import postgresql  # noqa: PLC0415 - it lies in tools/
    import psycopg  # noqa: PLC0415

    found = (postgresql.STATE / "url").exists()
    url = postgresql.start()
    names = [f"load_{site}_{os.getpid()}" for site in ("newsroom", "bakery")]
    with psycopg.connect(url, autocommit=True) as server:
        for name in names:
            server.execute(f"CREATE DATABASE {name}")
    try:
        yield [url.rsplit("/", 1)[0] + f"/{name}" for name in names]
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            for name in names:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        if not found:
            postgresql.stop()


class Site:
    """A site that is served by gunicorn. ``search`` is the address of its search, up to the word.

    Its kinds have ``prepare``, which makes the database, and ``commands``, which are started.
    """

    name = ""
    search = ""
    article = ""  # the pattern of the addresses that are read
    words: list[str]
    lists: list[str]

    def __init__(self, python: str, folder: Path, environment: dict[str, str]) -> None:
        self.python, self.folder = python, folder
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | environment

    def manage(self, *arguments: str) -> None:
        """Run a command of the site's."""
        command = [self.python, "manage.py", *arguments]
        subprocess.run(command, cwd=self.folder, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def gunicorn(self, *arguments: str, processes: int) -> list[str]:
        """Return how it is served."""
        bind = ["--bind", f"127.0.0.1:{self.port}", "--log-level=error", f"--workers={processes}"]
        return [self.python, "-m", "gunicorn", *arguments, *bind]

    def get(self, path: str) -> str:
        """Return a page."""
        with urlopen(Request(f"{self.address}{path}", headers=HEADERS), timeout=30) as answer:
            text: str = answer.read().decode()
            return text

    def articles(self) -> list[str]:
        """Return the paths of the articles of which the sitemap knows, in an order that is always the same."""
        found, maps = [], ["/sitemap.xml"]
        for path in maps:
            for address in re.findall(r"<loc>([^<]+)</loc>", self.get(path)):
                parts = urlsplit(address.replace("&amp;", "&"))
                if "sitemap" in parts.path:
                    maps.append(f"{parts.path}?{parts.query}")
                elif re.fullmatch(self.article, parts.path):
                    found.append(parts.path)
        random.Random(1).shuffle(found)
        return found

    @contextmanager
    def served(self, processes: int) -> Iterator[None]:
        """Start the site, and end it with the block."""
        commands = self.commands(processes)
        started = [
            # A line for each request would hide the table; what fails is counted.
            subprocess.Popen(command, cwd=self.folder, env=self.environment, stderr=subprocess.DEVNULL)
            for command in commands
        ]
        try:
            deadline = time.monotonic() + STARTED_WITHIN_SECONDS
            while True:
                try:
                    self.get(self.lists[0])
                    break
                except OSError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.3)
            yield
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(30)


class Newsroom(Site):
    """Ours, in a folder of its own."""

    name = "newsroom"
    search = "/ru/search/?q="
    article = r"/ru/(analysis|reports)/[^/]+/"
    words = WORDS
    lists = ["/ru/", "/tg/", "/en/", "/ru/analysis/", "/ru/analysis/?page=2", "/ru/events/"]

    def __init__(self, folder: Path, database: str, number: int) -> None:
        environment = {"DJANGO_SETTINGS_MODULE": "cms.settings.production", "NEWSROOM_DATA": str(folder)}
        environment |= {"ALLOWED_HOSTS": "localhost", "DATABASE_URL": database}
        super().__init__(sys.executable, ROOT, PRODUCTION | environment)
        # The host that readers ask for, or the worker would prepare pages of another one.
        self.environment["BASE_URL"] = f"https://localhost:{self.port}"
        self.number = number

    def prepare(self) -> None:
        """Make the newsroom with the demo and the generated articles, and fill the index."""
        for command in (
            ["migrate", "--verbosity=0", "--noinput"],
            ["setup_newsroom", "--verbosity=0"],
            ["collectstatic", "--verbosity=0", "--noinput"],
            ["load_demo", "--with-public-passwords"],
            ["generate_articles", str(self.number), "--languages", "ru"],
            # As in an archive that was read before: a page that waits for a picture's sizes isn't kept.
            ["shell", "--verbosity=0", "-c", MAKE_SIZES],
            ["search_rebuild"],
            ["worker", "--once"],
        ):
            self.manage(*command)

    def commands(self, processes: int) -> list[list[str]]:
        """Return the server's and the worker's."""
        worker = [sys.executable, "manage.py", "worker"]
        return [self.gunicorn("-c", "deploy/gunicorn.conf.py", processes=processes), worker]


class Bakery(Site):
    """Wagtail's demo."""

    name = "bakerydemo"
    search = "/search/?q="
    article = r"/(blog|breads|locations)/[^/]+/"
    words = ["bread", "wheat", "history", "cake", "tradition", "nothing"]
    lists = ["/", "/blog/", "/breads/", "/locations/"]

    def __init__(self, folder: Path, python: str, database: str) -> None:
        environment = {
            "DJANGO_SETTINGS_MODULE": "bakerydemo.settings.production",
            "DJANGO_SECRET_KEY": "measured-only",
            "DJANGO_ALLOWED_HOSTS": "localhost",
        }
        super().__init__(
            python or str(folder / "venv" / "bin" / "python"),
            folder,
            environment | ({"DATABASE_URL": database} if database else {}),
        )
        self.database = database

    def prepare(self) -> None:
        """Fill a new database; the file is there."""
        if self.database:
            self.manage("migrate", "--verbosity=0", "--noinput")
            self.manage("load_initial_data")

    def commands(self, processes: int) -> list[list[str]]:
        """Return the server's: as many processes and threads as ours."""
        threads = ["--worker-class=gthread", f"--threads={THREADS}"]
        return [self.gunicorn("bakerydemo.wsgi", *threads, processes=processes)]


def measure(site: Site, processes: int, locust: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Return what readers got, before and after a publication, and what editors waited."""
    with site.served(processes), tempfile.TemporaryDirectory() as folder:
        plan = Path(folder, "plan.json")
        facts = {"articles": site.articles(), "lists": site.lists, "search": site.search}
        facts |= {"words": [quote(word) for word in site.words], "headers": HEADERS}
        plan.write_text(json.dumps(facts), encoding="utf-8")
        with Editors(site) as editors:
            ask(locust, site, plan, options.readers, options.warm_up)
            editors.times.clear()
            row = summary(ask(locust, site, plan, options.readers, options.seconds), options.seconds)
            if editors.threads:
                editors.publishes.set()
                after = summary(ask(locust, site, plan, options.readers, options.seconds), options.seconds)
                row |= {f"{name}_after": after[name] for name in ("a_second", "p50", "p95", "failed")}
    if len(editors.times) > 1:
        row["save"] = spread(editors.times)["p95_ms"]
    return row | {"pages": len(facts["articles"]), "saves": len(editors.times), "saves_failed": editors.failed}


def summary(answers: list[dict[str, Any]], seconds: int) -> dict[str, Any]:
    """Return requests a second, times of all and p95 of each kind, failures."""
    times: Counter[float] = Counter()
    row: dict[str, Any] = {"failed": sum(kind["num_failures"] for kind in answers)}
    for kind in answers:
        of_kind = Counter({float(time): number for time, number in kind["response_times"].items()})
        row[kind["name"]] = quantile(of_kind, 0.95)
        times += of_kind
    row |= {"a_second": round(times.total() / seconds, 1)}
    return row | {"p50": quantile(times, 0.5), "p95": quantile(times, 0.95)}


def ask(locust: Path, site: Site, plan: Path, readers: int, seconds: int) -> list[dict[str, Any]]:
    """Let readers ask for so many seconds, and return what Locust counted, by kind."""
    command = [locust, "-f", ROOT / "bench" / "_readers.py", "--headless", "--json", "--loglevel=ERROR"]
    # The number of failures is in what it prints: it isn't a failure of the command.
    command += ["--exit-code-on-error=0", f"--host={site.address}", f"--users={readers}", f"--spawn-rate={readers}"]
    done = subprocess.run(
        [*command, f"--run-time={seconds}s"],
        env=os.environ | {"LOAD_PLAN": str(plan)},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    answers: list[dict[str, Any]] = json.loads(done.stdout[done.stdout.index("[") :])
    return answers


def quantile(times: Counter[float], share: float) -> float:
    """Return the time within which this share of them lies."""
    left = share * times.total()
    for time_, number in sorted(times.items()):
        left -= number
        if left <= 0:
            return time_
    return 0.0


class Editors:
    """People at work in the admin while the block runs, each at an article of their own; nobody in another site."""

    def __init__(self, site: Site) -> None:
        from tests.abuse.newsroom import Newsroom as Desk  # noqa: PLC0415 - Django has to be set up first

        self.site, self.times, self.failed = site, list[float](), 0
        self.desk = Desk(site.address)
        self.publishes, self.ended = threading.Event(), threading.Event()
        self.threads: list[threading.Thread] = []

    def work(self, session: Any, article: Any) -> None:
        """Save an article again and again."""
        for number in range(10**6):
            if self.ended.wait(PAUSE_SECONDS):
                return
            changes = {"action-publish": "1", "publish_reason": "Measured."} if self.publishes.is_set() else {}
            self.publishes.clear()
            try:
                data = self.desk.form(article, session, lead=f"Lead {number}", **changes)
            except LookupError:
                self.failed += 1
                continue
            started = time.perf_counter()
            answer = session.post(article.edit, data)
            self.times.append((time.perf_counter() - started) * 1000)
            self.failed += answer.status_code != 302

    def sign_in(self) -> Any:
        """Return the session of somebody who may write and publish."""
        session = self.desk.visitor()
        session.http.headers.update(HEADERS | {"Origin": "https://localhost"})
        # No proxy ends TLS here: cookies that are for TLS alone go without.
        session.http.cookies = RequestsCookieJar(DefaultCookiePolicy(secure_protocols=("http", "https")))
        answer = session.sign_in("admin@demo.example", "chorsu-demo-2026")
        assert answer.status_code == 302, answer.text
        return session

    def __enter__(self) -> Self:
        for _number in range(EDITORS if isinstance(self.site, Newsroom) else 0):
            session = self.sign_in()
            found = session.get("/admin/api/main/pages/?type=chorsu_articles.SectionPage&limit=20").json()["items"]
            # The desk looks for it among all pages, of which there are many.
            self.desk.sections = {
                "ru": next(item["id"] for item in found if "/ru/analysis/" in item["meta"]["html_url"])
            }
            thread = threading.Thread(target=self.work, args=(session, self.desk.write(session)))
            thread.start()
            self.threads.append(thread)
        return self

    def __exit__(self, *_error: object) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()


if __name__ == "__main__":
    sys.exit(main())
