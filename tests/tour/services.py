"""What the tour stands on: a newsroom as in production, its worker, its mail server, and the servers behind it."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from tests.migrated_file import put_migrated_file

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("ru", "tg", "en")
PATIENCE_SECONDS = 60


def eventually[FOUND](find: Callable[[], FOUND], what: str, seconds: float = PATIENCE_SECONDS) -> FOUND:
    """Return what ``find`` finds as soon as it finds something; raise AssertionError where it never does."""
    end = time.monotonic() + seconds
    while not (found := find()):
        if time.monotonic() > end:
            raise AssertionError(f"It never came: {what}")
        time.sleep(0.1)
    return found


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Letters(Message):
    """The mail that came, in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[EmailMessage] = []

    def handle_message(self, message: Any) -> None:
        """Keep a message."""
        self.all.append(message_from_bytes(message.as_bytes(), policy=policy.default))

    def to(self, address: str, words: str = "") -> str:
        """Return the text of the newest message to an address that has these words; wait until there is one."""

        def find() -> str:
            for message in reversed(self.all):
                text = message.get_body(("plain",)).get_content()
                if address in str(message["To"]) and words in f"{message['Subject']}\n{text}":
                    return str(text)
            return ""

        return eventually(find, f"mail to {address} with {words!r}")


def link_in(text: str, path: str) -> str:
    """Return the first address in a text whose path begins so."""
    found = re.search(rf"https?://[^/\s]+({re.escape(path)}\S*)", text)
    assert found, f"no address of {path} in: {text}"
    return found[1]


class Newsroom:
    """A newsroom in a folder of its own, which can be ended and begun anew. Addresses begin with ``address``."""

    def __init__(self, folder: Path, *, database: str, elasticsearch: str) -> None:
        self.data, self.log, self.database = folder / "data", folder / "server.log", database
        self.letters = Letters()
        self.mail = Controller(self.letters, hostname="127.0.0.1", port=free_port())
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.processes: list[subprocess.Popen[bytes]] = []
        # Variables of the caller's own must not reach it.
        theirs = {
            name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME", "LANG", "TMPDIR") if name in os.environ
        }
        self.environment = theirs | {
            "DJANGO_SETTINGS_MODULE": "cms.settings.production",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "localhost",
            "SSL_REDIRECT": "0",
            "SECOND_FACTOR": "nobody",
            "BASE_URL": self.address,
            "MAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "NEWSROOM_DATA": str(self.data),
            "NEWSROOM_LANGUAGES": ",".join(LANGUAGES),
            "DATABASE_URL": database,
            "ELASTICSEARCH_URL": elasticsearch,
        }

    def manage(self, *arguments: str) -> str:
        """Run a command of the newsroom, and return what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == 0, f"{' '.join(arguments)}: {done.stderr[-3000:]}"
        return done.stdout

    def begin(self, *, migrated: bool = False) -> None:
        """Bring the database up to date, and serve; ``migrated``: begin with the tests' own database."""
        self.data.mkdir(parents=True, exist_ok=True)
        if migrated:
            put_migrated_file(self.data / "newsroom.sqlite3")
        files = subprocess.Popen(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"],
            cwd=ROOT,
            env=self.environment,
        )
        self.manage("migrate", "--noinput", "--verbosity=0")
        self.manage("setup_newsroom", "--verbosity=0")
        if self.environment["ELASTICSEARCH_URL"]:
            self.manage("search_rebuild")
        assert files.wait() == 0, "collectstatic failed"
        self.mail.start()
        self.serve()

    def serve(self) -> None:
        """Start the server and the worker, and wait until a reader is answered."""
        gunicorn = [
            str(Path(sys.executable).with_name("gunicorn")),
            "-c",
            "deploy/gunicorn.conf.py",
            "--log-level=warning",
        ]
        worker = [sys.executable, "manage.py", "worker"]
        for command in ([*gunicorn, "--bind", f"127.0.0.1:{self.port}", "tests.tour.wsgi"], worker):
            with self.log.open("a") as log:
                process = subprocess.Popen(
                    command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
                )
            self.processes.append(process)
        eventually(lambda: self.get("/ru/")[0] == 200, f"an answer of the newsroom; its log is {self.log}")

    def end(self) -> None:
        """End the server, the worker and the mail server."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            for process in self.processes:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, number)
            for process in self.processes:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(10)
        self.processes.clear()
        if self.mail.loop.is_running():
            self.mail.stop()

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of what somebody without a session is shown."""
        try:
            with urlopen(f"{self.address}{path}", timeout=30) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def keep(self, folder: Path) -> None:
        """Copy database and files of the running newsroom into a folder, in place of what it holds."""
        shutil.rmtree(folder, ignore_errors=True)
        leave = shutil.ignore_patterns("newsroom.sqlite3*", "static", "pages", "cache", "uploads")
        shutil.copytree(self.data, folder, ignore=leave)
        if self.database:
            self.postgresql("pg_dump", "--format=custom", f"--file={folder / 'dump'}")
        else:
            name = "newsroom.sqlite3"
            with closing(sqlite3.connect(self.data / name)) as live, closing(sqlite3.connect(folder / name)) as copy:
                live.backup(copy)

    def take(self, folder: Path) -> None:
        """Bring back what ``keep`` copied, before the newsroom begins."""
        shutil.copytree(folder, self.data, dirs_exist_ok=True)
        if self.database:
            self.postgresql("pg_restore", str(self.data / "dump"))

    def postgresql(self, program: str, *arguments: str) -> None:
        """Run a program of PostgreSQL's on the newsroom's database."""
        import postgresql  # noqa: PLC0415 - it lies in tools/

        folder = postgresql.binaries()
        assert folder, f"{program} isn't found, so no state can be kept"
        subprocess.run([folder / program, f"--dbname={self.database}", *arguments], check=True)


@contextmanager
def databases(kind: str) -> Iterator[str]:
    """Yield the address of an empty database of its own; nothing for SQLite's file."""
    if kind == "sqlite":
        yield ""
        return
    import postgresql  # noqa: PLC0415 - it lies in tools/
    import psycopg  # noqa: PLC0415

    found = (postgresql.STATE / "url").exists()
    url = postgresql.start()
    name = f"tour_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    try:
        yield url.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        if not found:
            postgresql.stop()


@contextmanager
def searching(kind: str) -> Iterator[Any]:
    """Yield an Elasticsearch of its own, which may be killed; nothing where the embedded engine searches."""
    if kind == "embedded":
        yield None
        return
    import elasticsearch_server as es  # noqa: PLC0415 - it lies in tools/

    server = es.start_own()
    try:
        yield server
    finally:
        es.end(server)
