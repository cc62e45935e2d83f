"""Let each server behind a newsroom fail under load, and tell what people see: ``python -m tests.faults.services``.

A newsroom as in production (gunicorn, a worker) stands on a PostgreSQL, a Redis, an Elasticsearch, a mail server and an
S3-compatible store of its own, each behind a proxy that refuses, delays, cuts off or swallows what they say. Readers
read, search and report; editors save, publish, upload and invite. One fault at a time comes and goes. The table says
what each was answered meanwhile (seconds at p50 and at most), and for how long something failed after the end. Then all
that was acknowledged is looked for. ``--only postgresql`` tries one server, without what it doesn't need.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import django  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
django.setup()

import postgresql  # noqa: E402
import psycopg  # noqa: E402
import redis_server  # noqa: E402
import s3_server  # noqa: E402
from aiosmtpd.controller import Controller  # noqa: E402

from tests.faults.load import EDITORS, GOOD, READERS, Act, People, by_kind  # noqa: E402
from tests.faults.proxy import ANSWER, CUT, HANG, PASS, REFUSE, SLOW, UNAVAILABLE, TcpProxy  # noqa: E402
from tests.tour.services import Newsroom  # noqa: E402

FAULT_SECONDS = 12
MOST_SECONDS = 10  # after a fault until everything works again
PATIENCE_SECONDS = 90
NAMES = ("postgresql", "redis", "elasticsearch", "mail", "s3", "clock")


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a service: how it begins and how it ends."""

    service: str
    name: str
    begin: Callable[[], object]
    end: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Round:
    """A fault that is over: what people did meanwhile, and how long they did without what, in seconds."""

    fault: Fault
    acts: list[Act]
    back: dict[str, float]

    @property
    def seconds(self) -> float:
        return max(self.back.values())


def main() -> int:
    """Try the faults, and return 0 where nothing was lost and everything worked again in time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=NAMES, action="append", help="try this service alone; may be given again")
    options = parser.parse_args()
    chosen = options.only or [name for name in NAMES if name != "clock" or shutil.which("cc")]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        return Trial(Path(folder), chosen, stack).run()


class Trial:
    """The newsroom, its people, and the faults of what stands behind it."""

    def __init__(self, folder: Path, chosen: list[str], stack: ExitStack) -> None:
        self.faults: list[Fault] = []
        self.rounds: list[Round] = []
        self.lost: list[str] = []
        self.stack = stack
        self.store: Any = None
        database, self.database = stack.enter_context(self._postgresql())
        elasticsearch = self._elasticsearch() if "elasticsearch" in chosen else ""
        self.newsroom = Newsroom(folder, database=database, elasticsearch=elasticsearch)
        self.newsroom.environment |= {"SECOND_FACTOR": "nobody", "TRUSTED_PROXIES": "1"}
        self._mail()
        if "redis" in chosen:
            self._redis()
        if "s3" in chosen:
            self._s3()
        if "clock" in chosen:
            self._clock(folder / "clock")
        self.faults = [fault for fault in self.faults if fault.service in chosen]
        stack.callback(self.newsroom.end)
        self._begin()
        self.people = People(self.newsroom.address)

    def _begin(self) -> None:
        """Begin the newsroom with the accounts of the demo; as ``Newsroom.begin``, but for what that does again."""
        self.newsroom.data.mkdir(parents=True)
        environment = {"cwd": ROOT, "env": self.newsroom.environment}
        files = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
        with subprocess.Popen(files, **environment) as collecting:
            subprocess.run([sys.executable, "-m", "tests.abuse.prepared"], **environment, check=True)
        assert not collecting.returncode, "collectstatic failed"
        if self.newsroom.environment["ELASTICSEARCH_URL"]:
            self.newsroom.manage("search_rebuild")
        self.newsroom.mail.start()
        self.newsroom.serve()

    def run(self) -> int:
        """Let people work, and each fault come and go."""
        self.people.prepare()
        self.people.begin()
        time.sleep(FAULT_SECONDS)
        print_acts("nothing fails", self.people.acts)
        for fault in self.faults:
            self.rounds.append(self.try_out(fault))
        self.people.end()
        self.lost = list(self.find_lost())
        print_table(self.rounds)
        print(f"lost: {len(self.lost)} of what was acknowledged {self.lost[:10] or ''}")
        late = [f"{each.fault.service} {each.fault.name}" for each in self.rounds if each.seconds > MOST_SECONDS]
        print(f"longer than {MOST_SECONDS} s: {len(late)} of {len(self.rounds)} faults {late or ''}")
        return 1 if self.lost or late else 0

    def try_out(self, fault: Fault) -> Round:
        """Let one fault come and go, and wait until everybody gets again what they want."""
        before = len(self.people.acts)
        began = time.monotonic()
        fault.begin()
        time.sleep(FAULT_SECONDS)
        fault.end()
        ended = time.monotonic()

        def works() -> bool:
            acts = [act for act in self.people.acts[before:] if act.began > ended]
            good = {act.kind for act in acts if act.status in GOOD}
            # To write, submit and approve takes a while: what is refused of it shows below.
            return good >= {*READERS, *EDITORS} - {"publish"}

        back: dict[str, float] = {}
        owed, published = list(self.people.promised.invited), list(self.people.promised.published.values())[-1:]
        waiting: dict[str, Callable[[], bool]] = {
            "people": works,
            "the mail": lambda: all(map(self.has_come, owed)),
            "search of the last": lambda: all(map(self.people.finds, published)),
        }
        while time.monotonic() < ended + (PATIENCE_SECONDS if waiting else MOST_SECONDS):
            for name in [name for name, is_done in waiting.items() if is_done()]:
                back[name] = time.monotonic() - ended
                del waiting[name]
            time.sleep(0.1)
        # What people do takes its time; until when they were refused is what counts.
        back.pop("people", None)
        back |= dict.fromkeys(waiting, float(PATIENCE_SECONDS))
        acts = self.people.acts[before:]
        failed = [act for act in acts if act.ended > ended and act.status not in GOOD]
        back |= {kind: max(act.ended - ended for act in found) for kind, found in by_kind(failed)}
        meanwhile = [act for act in acts if began <= act.began <= ended]
        print_acts(f"{fault.service} {fault.name}", meanwhile)
        print(f"  back after { {kind: round(seconds, 1) for kind, seconds in back.items()} }", flush=True)
        return Round(fault, meanwhile, back)

    def has_come(self, address: str) -> bool:
        """Return whether there is mail to an address."""
        return any(address in str(message["To"]) for message in reversed(self.newsroom.letters.all))

    def find_lost(self) -> Iterator[str]:
        """Yield what the newsroom acknowledged and doesn't have."""
        promised, end = self.people.promised, time.monotonic() + MOST_SECONDS
        while not all(map(self.has_come, promised.invited)) and time.monotonic() < end:
            time.sleep(0.5)
        yield from (f"publication {path}" for path, word in promised.published.items() if not self.shows(word, path))
        yield from (f"invitation {address}" for address in promised.invited if not self.has_come(address))
        saved = "SELECT count(*) FROM wagtailcore_revision WHERE object_id = %s AND content ->> 'title' = %s"
        reported = "SELECT count(*) FROM chorsu_feedback_typoreport WHERE suggestion = %s"
        uploaded = "SELECT file FROM chorsu_articles_picture WHERE id = %s"
        rows = [("save", saved, [str(pk), f"Saved {word}"]) for pk, word in promised.saved.items()]
        rows += [("report", reported, [words]) for words in promised.reported]
        rows += [("upload", uploaded, [key]) for key in promised.uploaded]
        with psycopg.connect(self.database) as connection:
            for kind, sql, values in rows:
                (found,) = connection.execute(sql, values).fetchone() or (None,)
                if not found or (kind == "upload" and not self._is_kept(found)):
                    yield f"{kind} {values}"

    def shows(self, word: str, path: str) -> bool:
        """Tell whether readers see a word at an address."""
        return word in self.people.visitor().get(path).text

    def _is_kept(self, name: str) -> bool:
        if self.store is None:
            return (self.newsroom.data / "media" / name).exists()
        found = s3_server.client(self.store.url).list_objects_v2(Bucket=s3_server.BUCKET, Prefix=f"media/{name}")
        return bool(found.get("KeyCount"))

    # --- what stands behind the newsroom ----------------------------------------------------------------------------

    def _add(self, service: str, name: str, begin: Callable[[], object], end: Callable[[], object]) -> None:
        self.faults.append(Fault(service, name, begin, end))

    def _add_modes(self, service: str, proxy: TcpProxy, *modes: str) -> None:
        self.stack.callback(proxy.close)
        for mode in modes:
            self._add(service, mode, partial(setattr, proxy, "mode", mode), partial(setattr, proxy, "mode", PASS))

    @contextmanager
    def _postgresql(self) -> Iterator[tuple[str, str]]:
        found = "POSTGRESQL_URL" in os.environ or (postgresql.STATE / "url").exists()
        url = postgresql.start()
        name = f"faults_{os.getpid()}"
        port = urlsplit(url).port or 5432
        proxy = TcpProxy(port)
        own = f"postgres://{name}@127.0.0.1:{port}/{name}"

        def say(*statements: str) -> None:
            with psycopg.connect(url, autocommit=True) as server:
                for statement in statements:
                    server.execute(statement)

        ends = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        say(f"CREATE ROLE {name} LOGIN", f"CREATE DATABASE {name} OWNER {name}")
        self._add_modes("postgresql", proxy, REFUSE, SLOW, HANG, CUT)
        self._add(
            "postgresql",
            "too many connections",
            lambda: say(f"ALTER ROLE {name} CONNECTION LIMIT 0", ends),
            lambda: say(f"ALTER ROLE {name} CONNECTION LIMIT -1"),
        )
        self._add(
            "postgresql",
            "only read",
            lambda: say(f"ALTER DATABASE {name} SET default_transaction_read_only = on", ends),
            lambda: say(f"ALTER DATABASE {name} RESET default_transaction_read_only", ends),
        )
        if not found and (postgresql.STATE / "data").exists():
            self._add(
                "postgresql", "killed", partial(self._pg_ctl, "stop", "-m", "immediate"), partial(self._pg_ctl, "start")
            )
        try:
            yield f"postgres://{name}@127.0.0.1:{proxy.port}/{name}", own
        finally:
            say(f"DROP DATABASE {name} WITH (FORCE)", f"DROP ROLE {name}")
            if not found:
                postgresql.stop()

    @staticmethod
    def _pg_ctl(action: str, *options: str) -> None:
        data = Path((postgresql.STATE / "data").read_text())
        if action == "start":
            said = (data / "postmaster.opts").read_text().split(maxsplit=1)[1]
            options = ("-l", str(data.parent / "log"), "-o", said.replace('"-D" ', "").replace(f'"{data}"', ""))
        done = postgresql._as_user([str(postgresql.binaries() / "pg_ctl"), action, "-w", "-D", str(data), *options])
        assert not done.returncode, done.stdout

    def _redis(self) -> None:
        server = redis_server.start_own()
        self.stack.callback(server.end)
        proxy = TcpProxy(server.port, answer=b"-LOADING Redis is loading the dataset in memory\r\n")
        self.newsroom.environment["REDIS_URL"] = f"redis://127.0.0.1:{proxy.port}/0"
        self._add_modes("redis", proxy, REFUSE, SLOW, HANG, CUT, ANSWER)
        self._add("redis", "killed", server.kill, server.begin)

    def _elasticsearch(self) -> str:
        import elasticsearch_server as es  # noqa: PLC0415 - the others need none

        server = es.start_own()
        self.stack.callback(es.end, server)
        proxy = TcpProxy(urlsplit(server.url).port or 9200, answer=UNAVAILABLE)
        self._add_modes("elasticsearch", proxy, REFUSE, SLOW, HANG, CUT, ANSWER)
        self._add("elasticsearch", "killed", lambda: es.kill(server), lambda: es.start_again(server))
        return f"http://127.0.0.1:{proxy.port}"

    def _mail(self) -> None:
        mail = self.newsroom.mail
        proxy = TcpProxy(mail.port, answer=b"421 4.3.2 Service not available\r\n", speaks_first=True)
        self.newsroom.environment["MAIL_URL"] = f"smtp://127.0.0.1:{proxy.port}"
        self._add_modes("mail", proxy, REFUSE, SLOW, HANG, CUT, ANSWER)

        def begin_again() -> None:
            self.newsroom.mail = Controller(self.newsroom.letters, hostname="127.0.0.1", port=mail.port)
            self.newsroom.mail.start()

        self._add("mail", "ended", self.newsroom.mail.stop, begin_again)

    def _s3(self) -> None:
        self.store = server = s3_server.start_own()
        self.stack.callback(server.end)
        proxy = TcpProxy(server.port, answer=UNAVAILABLE)
        settings = s3_server.settings_of(server.url)
        self.newsroom.environment |= settings | {"S3_ENDPOINT": f"http://127.0.0.1:{proxy.port}"}
        self._add_modes("s3", proxy, REFUSE, SLOW, HANG, CUT, ANSWER)
        self._add("s3", "killed", server.kill, server.begin)

    def _clock(self, file: Path) -> None:
        shim = file.with_suffix(".so")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, Path(__file__).with_name("clock.c")], check=True)
        self.newsroom.environment |= {"LD_PRELOAD": str(shim), "CLOCK_AHEAD": str(file)}

        def set_ahead(seconds: int) -> None:
            # In its place: processes have it in their memory.
            with file.open("r+b") as kept:
                kept.write(struct.pack("l", seconds))

        file.write_bytes(struct.pack("l", 0))
        self._add("clock", "three days ahead", partial(set_ahead, 3 * 86_400), partial(set_ahead, 0))


def print_acts(title: str, acts: list[Act]) -> None:
    """Print what people were answered, how often, and how long they waited."""
    print(title)
    for kind, found in by_kind(acts):
        answers = Counter(f"{act.status} {act.said}".strip() for act in found)
        shown = "; ".join(f"{times} × {answer}" for answer, times in answers.most_common(4))
        print(f"  {kind:<10} {seconds_of(found):>11} s  {shown}", flush=True)


def seconds_of(acts: list[Act]) -> str:
    times = [act.seconds for act in acts]
    return f"{statistics.median(times):.1f}, {max(times):.1f}"


def cell(acts: list[Act]) -> str:
    """Return what a kind of act was answered, in a few words."""
    if not acts:
        return "–"
    statuses = Counter("works" if act.status in GOOD else str(act.status or "nothing") for act in acts)
    return f"{', '.join(status for status, _times in statuses.most_common(2))} ({seconds_of(acts)})"


def print_table(rounds: list[Round]) -> None:
    """Print the table of docs/faults.md."""
    kinds = (*READERS, *EDITORS)
    print(f"\n| server | fault | {' | '.join(kinds)} | back within |")
    print(f"|{'---|' * (len(kinds) + 3)}")
    for each in rounds:
        cells = [cell([act for act in each.acts if act.kind == kind]) for kind in kinds]
        print(f"| {each.fault.service} | {each.fault.name} | {' | '.join(cells)} | {each.seconds:.0f} s |")


if __name__ == "__main__":
    sys.exit(main())
