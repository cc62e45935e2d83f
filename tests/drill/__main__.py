"""Back up a newsroom while people write, restore it elsewhere and compare: ``python -m tests.drill``.

On SQLite and on PostgreSQL the demo is served by gunicorn with its worker. During 200 edits it is backed up into a
folder, then, encrypted by age, into a bucket of a real S3-compatible server. Each backup is restored into an empty
newsroom with the folders of docs/deploy.md, where every page is read, every file compared and a word searched.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools"), str(ROOT / "bench")]

import _served  # noqa: E402
import postgresql  # noqa: E402
import s3_server  # noqa: E402
from _served import ask, free_port, serving, wait_until_answered  # noqa: E402

EDITS, PAGES = 200, 20
PATIENCE = 900  # seconds, on a machine that has other work
_served.STARTED_WITHIN_SECONDS = PATIENCE
WORD = "вода"
MARK = re.compile(r" \[\d+\]")
COLUMNS = ("database", "place", "MB", "files", "back up", "again", "restore", "edits", "pages", "sizes", "search")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="in a process of its own")
    parser.add_argument("--url", default="", help="address of the PostgreSQL server")
    options = parser.parse_args()
    if options.only:
        Drill(options.only, options.url).run()
        return 0
    url, failed = postgresql.start(), 0
    print("  ".join(f"{column:>10}" for column in COLUMNS), flush=True)
    try:
        for kind in ("sqlite", "postgresql"):
            command = [sys.executable, "-m", "tests.drill", "--only", kind, "--url", url]
            failed += subprocess.run(command, cwd=ROOT, check=False).returncode
    finally:
        postgresql.stop()
    return min(failed, 1)


def manage(*words: str, **variables: str) -> str:
    """Run a command of the site's and return what it says."""
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


@contextmanager
def running(*command: object, **variables: str) -> Iterator[None]:
    with subprocess.Popen([*map(str, command)], cwd=ROOT, env=os.environ | variables) as process:
        try:
            yield
        finally:
            process.terminate()


def worker(**variables: str) -> Any:
    return running(sys.executable, "manage.py", "worker", **variables)


def wait_for(what: str, is_true: Callable[[], object]) -> float:
    """Wait and return the seconds; raise TimeoutError where it takes too long."""
    began = time.monotonic()
    while not is_true():
        if time.monotonic() - began > PATIENCE:
            raise TimeoutError(what)
        time.sleep(0.5)
    return time.monotonic() - began


def html_of(port: int, path: str) -> str:
    status, html = ask(HTTPConnection("127.0.0.1", port, timeout=60), "GET", path)
    assert status == 200, (status, path)
    return html


def text_of(port: int, path: str) -> str:
    """Return the words of a page, without the number and the moment of an edit."""
    html = html_of(port, path)
    body = re.sub(r"(?s)<(script|style|picture|svg|time)\b.*?</\1>|<[^>]*>", " ", html.partition("<main")[2])
    return MARK.sub("", " ".join(body.split()))


class Drill:
    """One newsroom, backed up twice and restored twice."""

    def __init__(self, kind: str, url: str) -> None:
        self.kind, self.url, self.databases = kind, url, 0
        self.done = 0

    def database(self) -> str:
        """Return the address of a new database, or nothing for SQLite."""
        if self.kind == "sqlite":
            return ""
        import psycopg  # noqa: PLC0415

        self.databases += 1
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS drill_{self.databases} WITH (FORCE)")  # of another run
            connection.execute(f"CREATE DATABASE drill_{self.databases} TEMPLATE template0")
        return f"{self.url.rpartition('/')[0]}/drill_{self.databases}"

    def run(self) -> None:
        os.environ["SECOND_FACTOR"] = "nobody"
        s3 = s3_server.start_own()
        try:
            with tempfile.TemporaryDirectory() as place:
                self.folder = Path(place)
                data = self.folder / "newsroom"
                data.mkdir()
                with serving(str(data), self.database(), demo=True) as (port, _path), worker():
                    wait_for("sizes", lambda: not self.without_file(data))
                    self.back_up_and_restore(port, "folder", BACKUP_TO=str(self.folder / "backups"))
                    key = self.folder / "key"
                    subprocess.run(["age-keygen", "-o", key], capture_output=True, check=True)
                    public = subprocess.run(["age-keygen", "-y", key], capture_output=True, text=True, check=True)
                    values = s3_server.settings_of(s3.url)
                    to = f"s3://{values.pop('S3_BUCKET')}/backups"
                    self.back_up_and_restore(
                        port, "S3, age", BACKUP_TO=to, BACKUP_RECIPIENT=public.stdout.strip(), **values
                    )
        finally:
            s3.end()

    def edit(self) -> None:
        """Change headlines one after the other, each with its number, and add a picture now and then."""
        from django.db import connections  # noqa: PLC0415

        from chorsu_articles.models import Publication  # noqa: PLC0415
        from tests.factories import make_picture  # noqa: PLC0415

        pages = list(Publication.objects.live().order_by("pk").specific()[:PAGES])
        for number in range(1, EDITS + 1):
            page = pages[number % len(pages)]
            page.title = f"{MARK.sub('', page.title)} [{number}]"
            page.save_revision().publish()
            if not number % 20:
                make_picture(title=f"[{number}]")
            self.done = number
        connections.close_all()

    def back_up_and_restore(self, port: int, place: str, **variables: str) -> None:
        self.done = 0
        editing = threading.Thread(target=self.edit)
        editing.start()
        wait_for("edits", lambda: self.done >= PAGES)  # all say that they were updated
        first, began = self.done, time.monotonic()
        said = manage("back_up", **variables)
        seconds, last = time.monotonic() - began, self.done + 1
        assert last < EDITS, "The edits ended before the backup."
        editing.join()
        began = time.monotonic()
        manage("back_up", **variables)
        again = time.monotonic() - began
        name = said.split()[3].rstrip(":")
        other = self.folder / f"restored-{self.databases}-{place[:2]}"
        other.mkdir(mode=0o710)
        for folder in ("media", "private", "uploads"):
            (other / folder).mkdir()
            (other / folder).chmod(0o2750)
            shutil.chown(other / folder, group="www-data")
        where = {"NEWSROOM_DATA": str(other), "DATABASE_URL": self.database()}
        began = time.monotonic()
        key = ["--identity", str(self.folder / "key")] if "BACKUP_RECIPIENT" in variables else []
        manage("restore", name, *key, **where, **variables)
        restoring = time.monotonic() - began
        original = self.facts()
        restored = json.loads(manage("shell", "--no-imports", "-c", FACTS, **where))
        edits = {int(number) for title in restored["titles"] for number in re.findall(r"\[(\d+)\]", title)}
        upto = max(edits)
        assert first <= upto <= last, (first, upto, last)
        # Twenty pages in turn: the last edit of each up to that moment, and no later one.
        expected = set(range(max(1, upto - PAGES + 1), upto + 1))
        assert edits - {0} == expected or edits >= expected, (edits, expected)
        for file, digest in restored["files"].items():
            assert original["files"].get(file) == digest, file
        groups = {path.group() for path in (other / "media").rglob("*")}
        assert groups == {"www-data"}, groups
        manage("collectstatic", "--no-input", **where)
        self.serve(port, other, where, restored, [place, said, seconds, again, restoring, upto])

    def serve(self, port: int, other: Path, where: dict[str, str], restored: dict[str, Any], row: list[Any]) -> None:
        """Run the restored newsroom, compare it with the other one over HTTP, and print the row of the table."""
        place, said, seconds, again, restoring, upto = row
        own = free_port()
        gunicorn = Path(sys.executable).with_name("gunicorn")
        bind = ("-c", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{own}", "--log-level", "warning")
        with ExitStack() as stack:
            stack.enter_context(worker(**where))
            # The worker makes those that most readers see, before anybody asks.
            sizes = wait_for("sizes", lambda: not self.without_file(other, where))
            stack.enter_context(running(gunicorn, *bind, **where))
            wait_until_answered(own, restored["paths"][0])
            search = wait_for("search", lambda: "data-page-id" in html_of(own, f"/ru/search/?q={quote(WORD)}"))
            different = [path for path in restored["paths"] if text_of(own, path) != text_of(port, path)]
            assert not different, different[:5]
            missing = self.without_file(other, where)
            assert not missing, missing[:5]
            left = f"{len(self.rows(where))}, {sizes:.0f} s"
        megabytes = sum(path.stat().st_size for path in other.rglob("*") if path.is_file()) / 1e6
        files = said.partition(" files")[0].split()[-1]
        cells = [
            self.kind,
            place,
            f"{megabytes:.0f}",
            files,
            *(f"{each:.1f} s" for each in (seconds, again, restoring)),
        ]
        cells += [f"{upto}/{EDITS}", str(len(restored["paths"])), left, f"{search:.0f} s"]
        print("  ".join(f"{cell:>10}" for cell in cells), flush=True)

    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(manage("shell", "--no-imports", "-c", FACTS))
        return found

    def rows(self, where: dict[str, str]) -> list[str]:
        found: list[str] = json.loads(manage("shell", "--no-imports", "-c", ROWS, **where))
        return found

    def without_file(self, data: Path, where: dict[str, str] | None = None) -> list[str]:
        rows = self.rows(where or {})
        return [name for name in rows if not (data / "media" / name).exists()] if rows else ["none yet"]


ROWS = """
import json
from chorsu_articles.models import PictureRendition
print(json.dumps(list(PictureRendition.objects.values_list("file", flat=True))))
"""
FACTS = """
import hashlib, json
from django.core.files.storage import default_storage
from chorsu_articles.models import Picture, Publication
from wagtail.documents import get_document_model
pages = Publication.objects.live().order_by("pk")
names = [each.file.name for kind in (Picture, get_document_model()) for each in kind.objects.all()]
print(json.dumps({
    "titles": [page.title for page in pages],
    "paths": [page.relative_url(None) for page in pages],
    "files": {name: hashlib.sha256(default_storage.open(name).read()).hexdigest() for name in names},
}))
"""


if __name__ == "__main__":
    sys.exit(main())
