"""What readers wait while many connections send slowly or nothing at all: at the site itself, and behind nginx.

Usage: slow_clients.py [--seconds 20] [--uploads 50] [--idle 200] [--strangers 100]

A new newsroom in a temporary folder, served as docs/deploy.md says: gunicorn by deploy/gunicorn.conf.py, and nginx by
deploy/nginx.conf without TLS. Four readers ask for an article, one request after the other, first alone and then beside
the slow clients: uploads that announce a megabyte and send one byte every five seconds, and connections that send
nothing. Whoever is thrown out comes back at once. Then strangers send what of large bodies nginx takes, and keep their
connections: how much of it lies in nginx's memory and folder.
"""

from __future__ import annotations

import multiprocessing
import re
import select
import selectors
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from _common import HOST, ROOT, read_options, show, show_table, spread
from _served import (
    read,
    running_nginx,
    serving,
    wait_until_answered,
    whole_configuration,
)
from own_server import free_port

BYTE_EVERY_SECONDS = 5


def posted(path: str, length: int, *cookies: str) -> bytes:
    """Return the first bytes of a form with a file."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n"
        f"Referer: https://{HOST}/\r\nCookie: {'; '.join((f'csrftoken={"t" * 32}', *cookies))}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n-"
    ).encode()


FORGED = "sessionid=forged"
UPLOAD = posted("/admin/pages/1/edit/", 1_000_000, FORGED)
PICTURES, TEXTS, REPORTS = "/admin/images/multiple/add/", "/admin/pages/1/edit/", "/feedback/report/"
# By whom, where to, how much each announces and sends of it in megabytes.
BODIES = (("no cookie", PICTURES, 101, 8), ("forged cookie", PICTURES, 101, 8), ("forged cookie", TEXTS, 4, 3.9))
BODIES += (("no cookie", TEXTS, 4, 3.9), ("no cookie", REPORTS, 4, 3.9), ("no cookie", REPORTS, 0.065, 0.06))


def main() -> int:
    """Serve a newsroom, keep slow clients beside readers, and print a table and JSON."""
    options = read_options(__doc__, seconds=20.0, uploads=50, idle=200, strangers=100)
    rows = []
    bodies = []
    with tempfile.TemporaryDirectory() as folder, serving(folder) as (port, article), nginx(folder, port) as before:
        wait_until_answered(before, article)
        for name, door in (("nginx", before), ("none", port)):
            read(door, article, 3)
            quiet = spread(read(door, article, options.seconds))
            with slow_clients(door, options.uploads, options.idle):
                times = read(door, article, options.seconds)
            slow = spread(times)
            ratio = round(slow["p95_ms"] / quiet["p95_ms"], 2)
            if door == before:
                bodies = [held_by_strangers(door, Path(folder), options.strangers, case) for case in BODIES]
            rows.append(
                {"proxy": name, "pages": len(times)} | slow | {"p95 alone": quiet["p95_ms"], "ratio_p95": ratio}
            )
    print(f"{options.strangers} strangers with large bodies")
    show_table(bodies)
    print(f"{options.uploads} slow uploads, {options.idle} idle connections")
    show("slow_clients", rows, bodies=bodies)
    return 0


@contextmanager
def nginx(folder: str, site: int) -> Iterator[int]:
    """Put the system's nginx before the site, by the documented file; yield its port."""
    port = free_port()
    place = Path(folder) / "nginx"
    place.mkdir()
    with running_nginx(place, configuration(place, port, site)):
        yield port


def held_by_strangers(
    port: int, folder: Path, strangers: int, case: tuple[str, str, float, float]
) -> dict[str, object]:
    """Send a part of a large body on each connection, and return how many were refused and what nginx holds of all."""
    by, path, announced_mb, sent_mb = case
    time.sleep(10)  # what the last ones left is gone
    head = posted(path, int(announced_mb * 1e6), *([FORGED] if "forged" in by else []))
    parts, before = [b"-" * 50_000] * int(sent_mb * 20), held_mb(folder)
    with ExitStack() as connections:
        clients = []
        for _number in range(strangers):
            client = connections.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            with suppress(OSError):
                for part in (head, *parts):
                    client.sendall(part)
            clients.append(client)
        time.sleep(1)
        # Who was refused has something to read.
        refused = len(select.select(clients, [], [], 0)[0])
        held = round(held_mb(folder) - before, 1)
    row = {"path": path, "by": by, "announced_mb": announced_mb, "sent_mb": sent_mb}
    return {**row, "refused": refused, "held_mb": held}


def held_mb(folder: Path) -> float:
    """Return the memory of nginx's workers and the size of bodies in their files, which have no name any more."""
    main, held = int((folder / "nginx" / "pid").read_text()), 0
    for worker in Path(f"/proc/{main}/task/{main}/children").read_text().split():
        held += 1024 * int(Path(f"/proc/{worker}/status").read_text().split("VmRSS:")[1].split()[0])
        for file in Path(f"/proc/{worker}/fd").iterdir():
            with suppress(FileNotFoundError):  # a connection that ended
                held += file.stat().st_size if "client_body" in str(file.readlink()) else 0
    return held / 1e6


def configuration(place: Path, port: int, site: int) -> str:
    """Return the documented file as a whole configuration for one port of this machine."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"\n    (?:listen \[|ssl_|error_log ).*", "", text)
    text = text.replace("listen 443 ssl http2", f"listen 127.0.0.1:{port}").replace(
        "127.0.0.1:8000", f"127.0.0.1:{site}"
    )
    return whole_configuration(place, text)


@contextmanager
def slow_clients(port: int, uploads: int, idle: int) -> Iterator[None]:
    """Keep slow clients connected, from a process of its own, while the block runs."""
    connected, stop = multiprocessing.Event(), multiprocessing.Event()
    process = multiprocessing.Process(target=stay, args=(port, uploads, idle, connected, stop))
    process.start()
    connected.wait(60)
    try:
        yield
    finally:
        stop.set()
        process.join()


def stay(port: int, uploads: int, idle: int, connected: object, stop: object) -> None:
    """Send what slow clients send until told to stop."""
    waiting = selectors.DefaultSelector()
    for number in range(uploads + idle):
        connect(waiting, port, is_upload=number < uploads)
    time.sleep(1)
    connected.set()  # type: ignore[attr-defined]
    next_byte = time.monotonic() + BYTE_EVERY_SECONDS
    while not stop.is_set():  # type: ignore[attr-defined]
        # Something to read is the end of a connection, or the refusal of an upload.
        for key, _events in waiting.select(0.2):
            waiting.unregister(key.fileobj)
            key.fileobj.close()  # type: ignore[union-attr]
            connect(waiting, port, is_upload=key.data)
        if time.monotonic() > next_byte:
            next_byte += BYTE_EVERY_SECONDS
            for key in list(waiting.get_map().values()):
                if key.data:
                    with suppress(OSError):
                        key.fileobj.send(b"-")  # type: ignore[union-attr]


def connect(waiting: selectors.BaseSelector, port: int, *, is_upload: bool) -> None:
    """Add a slow client; where the server takes no more, it is left out."""
    with suppress(OSError):
        client = socket.create_connection(("127.0.0.1", port), timeout=5)
        if is_upload:
            client.send(UPLOAD)
        waiting.register(client, selectors.EVENT_READ, is_upload)


if __name__ == "__main__":
    sys.exit(main())
