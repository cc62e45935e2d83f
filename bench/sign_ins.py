"""What readers wait while many connections post sign-ins, and whether the time of an answer tells who has an account.

Usage: sign_ins.py [--seconds 20] [--connections 30]

A new newsroom in a temporary folder, served with production's settings by gunicorn as deploy/gunicorn.conf.py has it.
Four readers ask for an article, one request after the other; meanwhile the connections post wrong passwords without a
pause, all from one network, then each attempt from a network of its own.
"""

from __future__ import annotations

import itertools
import multiprocessing
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException

from _common import read_options, show, show_table, spread
from _served import ADDRESS, ask, read, serving

COMPARED = 100
WARM_UP = 5


def main() -> int:
    """Serve a newsroom, post sign-ins beside readers, and print a table and JSON."""
    options = read_options(__doc__, seconds=20.0, connections=30)
    rows = []
    with tempfile.TemporaryDirectory() as folder, serving(folder) as (port, article):
        read(port, article, 3)
        for part in ("no sign-ins", "from one network", "each from its own network"):
            with posting(port, 0 if part == "no sign-ins" else options.connections, part == "from one network") as told:
                times = read(port, article, options.seconds)
            rows.append({"sign-ins": part, "pages": len(times), **spread(times), "answers": told()})
        compared = [
            {"form": path, "address": name} | spread(times)
            for path, field, status in (("/admin/login/", "username", 200), ("/admin/password_reset/", "email", 302))
            for name, times in compare(port, path, field, status)
        ]
    show_table(compared)
    show("sign_ins", rows, compared=compared)
    return 0


@contextmanager
def posting(port: int, connections: int, one_network: bool) -> Iterator[Callable[[], dict[int, int]]]:
    """Post sign-ins from a process of its own while the block runs; yield what tells the answers by status."""
    answers: multiprocessing.Queue[dict[int, int]] = multiprocessing.Queue()
    stop = multiprocessing.Event()
    process = multiprocessing.Process(target=post, args=(port, connections, one_network, stop, answers))
    process.start()
    found: dict[int, int] = {}
    try:
        yield lambda: found
    finally:
        stop.set()
        found |= answers.get(timeout=180)
        process.join()


def post(port: int, connections: int, one_network: bool, stop: object, answers: object) -> None:
    """Post until told to stop, then report the answers by status."""
    statuses: list[int] = []
    numbers = itertools.count(1)

    def attacker() -> None:
        while not stop.is_set():  # type: ignore[attr-defined]
            number = 1 if one_network else next(numbers)
            fields = {"username": f"person{number % 50}@newsroom.example", "password": "wrong"}
            address = f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::1"
            try:
                connection = HTTPConnection("127.0.0.1", port, timeout=120)
                statuses.append(ask(connection, "POST", "/admin/login/", fields, **{"X-Forwarded-For": address})[0])
            except (OSError, HTTPException):
                statuses.append(0)

    threads = [threading.Thread(target=attacker) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put(dict(Counter(statuses)))  # type: ignore[attr-defined]


def compare(port: int, path: str, field: str, expected: int) -> Iterable[tuple[str, list[float]]]:
    """Return the milliseconds of first sign-ins in vain, or requests for a password, of known and unknown in turn."""
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(-WARM_UP, COMPARED):
        for kind, address in (("known", ADDRESS), ("unknown", f"nobody{number}@newsroom.example")):
            forget_requests()
            connection = HTTPConnection("127.0.0.1", port, timeout=120)
            started = time.perf_counter()
            status, _text = ask(connection, "POST", path, {field: address, "password": "wrong"})
            assert status == expected, status
            if number >= 0:
                times[kind].append((time.perf_counter() - started) * 1000)
    return times.items()


def forget_requests() -> None:
    """Let the same address ask again at once."""
    from cms.models import AttemptCount  # noqa: PLC0415

    AttemptCount.objects.all().delete()


if __name__ == "__main__":
    sys.exit(main())
