"""Publish while a real Elasticsearch fails in every way, and count what is lost: ``python -m tests.faults``.

Each round: several threads publish, change, unpublish and delete; a worker sweeps; readers search; at a random moment
one fault comes. Then it ends, the sweep runs until nothing waits, and both indexes are compared with the database. That
is a new one in a temporary folder, the server one of our own, which is killed and started again.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import elasticsearch_server as es  # noqa: E402

from tests.faults.proxy import ANSWER, CUT, HANG, LOST, PASS, UNAVAILABLE, TcpProxy  # noqa: E402

THREADS = 4
PATIENCE = 180  # seconds until nothing may wait any more
SWITCH_SECONDS = 0.0005  # between threads of this process: in a newsroom they have processes of their own
KILLS = ("killed in a bulk", "killed in a rebuild", "killed twice")
ANSWERS = {"429": UNAVAILABLE.replace(b"503", b"429"), "503": UNAVAILABLE}
KINDS = (*KILLS, *ANSWERS, CUT, HANG, LOST, "read-only", "without alias", "web process killed")


def main() -> int:
    """Run the rounds, and return 0 where nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", help="address of a PostgreSQL server; without it, SQLite")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(NEWSROOM_DATA=folder, DJANGO_SETTINGS_MODULE="cms.settings.test")
        os.environ["DATABASE_URL"] = options.database or ""
        sys.setswitchinterval(SWITCH_SECONDS)
        server = es.start_own()
        try:
            return Trial(server, random.Random(options.seed)).run(options.rounds)
        finally:
            es.end(server)


class Trial:
    """The rounds, and what is measured in them."""

    def __init__(self, server: Any, chance: random.Random) -> None:
        import django  # noqa: PLC0415 - the environment has to be set first
        from django.conf import settings  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415
        from django.db import connection  # noqa: PLC0415

        self.server, self.chance, self.proxy = server, chance, TcpProxy(urlsplit(server.url).port or 9200)
        django.setup()
        settings.CHORSU_SEARCH = {
            "ENGINES": {
                "elasticsearch": {
                    "ENGINE": "chorsu_search.engines.elasticsearch.ElasticsearchEngine",
                    "URL": f"http://127.0.0.1:{self.proxy.port}",
                    "PREFIX": "faults",
                    "INDEX_TIMEOUT": 5,
                },
                "embedded": {"ENGINE": "chorsu_search.engines.embedded.embedded_engine"},
            },
            "PAUSE": 1,
        }
        if connection.vendor == "sqlite":
            call_command("migrate", verbosity=0, interactive=False)
        else:
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        call_command("createcachetable", verbosity=0)
        from tests.faults import newsroom  # noqa: PLC0415

        self.newsroom = newsroom
        self.newsroom.prepare(THREADS)

    def run(self, rounds: int) -> int:
        """Run so many rounds, each kind of fault in turn."""
        kinds = [KINDS[number % len(KINDS)] for number in range(rounds)]
        lost = 0
        for number, kind in enumerate(kinds, 1):
            # 200 publications in the rounds in which the server dies, fewer in the others.
            began, changes = time.monotonic(), (50 if kind in KILLS else 12)
            self.round(kind, changes)
            faults = self.newsroom.faults()
            lost += sum(map(len, faults.values()))
            seconds = time.monotonic() - began
            print(f"{number:>3} {kind:<20}{changes * THREADS:>5} changes {seconds:>6.1f} s  lost {faults}", flush=True)
        print(f"lost updates: {lost} in {rounds} rounds")
        self.proxy.close()
        return 1 if lost else 0

    def round(self, kind: str, changes: int) -> None:
        """Let everybody work while one fault comes and goes."""
        if kind == "web process killed":
            for _ in range(3):
                self.killed_web_process()
        with self.newsroom.at_work(THREADS, changes, self.chance.randrange(10**6)) as writers:
            time.sleep(self.chance.uniform(0.1, 1.5))
            self.fault(kind)
            for writer in writers:
                writer.join()
        self.newsroom.settle(PATIENCE)

    def fault(self, kind: str) -> None:
        """Cause a fault and end it."""
        client = self.newsroom.client()
        if kind in KILLS:
            rebuilding = threading.Thread(target=self.newsroom.rebuild)
            if kind == "killed in a rebuild":
                rebuilding.start()
            time.sleep(self.chance.uniform(0, 0.8))
            for _ in range(2 if kind == "killed twice" else 1):
                es.kill(self.server)
                time.sleep(self.chance.uniform(0, 2))
                es.start_again(self.server)
            if rebuilding.ident:
                rebuilding.join()
        elif kind in {*ANSWERS, CUT, HANG, LOST}:
            self.proxy.answer = ANSWERS.get(kind, b"")
            self.proxy.mode = ANSWER if kind in ANSWERS else kind
            time.sleep(self.chance.uniform(0.5, 4))
            self.proxy.mode = PASS
        elif kind == "read-only":
            client.indices.put_settings(index="faults.*", settings={"index.blocks.read_only_allow_delete": True})
            time.sleep(self.chance.uniform(0.5, 3))
            client.indices.put_settings(index="faults.*", settings={"index.blocks.read_only_allow_delete": None})
        elif kind == "without alias":
            client.indices.delete_alias(index="faults.ru.*", name="faults.ru")

    def killed_web_process(self) -> None:
        """Publish in a process that is killed after its commit, before it indexes."""
        from django.db import connections  # noqa: PLC0415

        connections.close_all()
        child = os.fork()
        if not child:
            self.newsroom.publish_and_die()
            os._exit(3)
        _pid, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            raise SystemExit(f"The web process was to be killed and ended with {status}.")


if __name__ == "__main__":
    sys.exit(main())
