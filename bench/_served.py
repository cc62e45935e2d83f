"""A new newsroom in a temporary folder, served as docs/deploy.md says, for the scripts that measure over HTTP."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from _common import HOST, ROOT, set_up
from own_server import free_port

ADDRESS = "member@newsroom.example"
READERS = 4
STARTED_WITHIN_SECONDS = 60
PATIENCE_SECONDS = 60


@contextmanager
def serving(folder: str, database: str = "", *, demo: bool = False) -> Iterator[tuple[int, str]]:
    """Make a newsroom with an article and a member, and serve it; yield the port and the article's path.

    With ``demo`` it is the demo's. It is on SQLite, or in the empty ``database`` of a PostgreSQL server (``postgres://…``).
    """
    set_up(folder, "production", DATABASE_URL=database)
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    from chorsu_articles.models import Publication  # noqa: PLC0415
    from cms.models import User  # noqa: PLC0415

    if demo:
        call_command("load_demo", with_public_passwords=True, verbosity=0)
    else:
        call_command("generate_articles", "20", "--languages", "ru", verbosity=0)
    User.objects.create_user("member", ADDRESS, "a-long-password-of-a-member")
    article = Publication.objects.filter(live=True).order_by("pk").first()
    assert article is not None
    path = article.relative_url(None)
    connections.close_all()
    port = free_port()
    gunicorn = Path(sys.executable).with_name("gunicorn")
    command = [gunicorn, "-c", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    with subprocess.Popen(command, cwd=ROOT) as server:
        try:
            wait_until_answered(port, path)
            yield port, path
        finally:
            server.terminate()


def nginx_program() -> str | None:
    """Return the system's nginx, or None."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


def whole_configuration(place: Path, sites: str) -> str:
    """Return what nginx is started with: ``sites`` are files of /etc/nginx/sites-enabled."""
    # Where root starts it, it would go on as somebody who can't use this folder.
    user = f"user {getpass.getuser()};\n" if os.geteuid() == 0 else ""
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"{kind}_temp_path {place}/{kind};" for kind in kinds)
    return (
        f"{user}daemon off;\npid {place}/pid;\nworker_processes 2;\nevents {{ worker_connections 1024; }}\n"
        f"http {{\naccess_log off;\n{temporary}\n{sites}}}\n"
    )


@contextmanager
def running_nginx(place: Path, configuration: str) -> Iterator[None]:
    """Run the system's nginx in a folder until the block ends."""
    (place / "nginx.conf").write_text(configuration)
    program = nginx_program()
    assert program, "there is no nginx on this system"
    with subprocess.Popen([program, "-p", f"{place}/", "-c", "nginx.conf", "-e", f"{place}/error.log"]) as server:
        try:
            yield
        finally:
            server.terminate()


def wait_until_answered(port: int, path: str) -> None:
    """Wait until the page is answered; raise TimeoutError where that takes too long."""
    deadline = time.monotonic() + STARTED_WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            if ask(HTTPConnection("127.0.0.1", port, timeout=30), "GET", path)[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"Nobody answers at port {port}.")


def ask(connection: HTTPConnection, method: str, path: str, fields: object = None, **headers: str) -> tuple[int, str]:
    """Send a request as the proxy would, and return status and text of the answer."""
    sent = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.1", **headers}
    body = None
    if fields is not None:
        body = urlencode(fields)  # type: ignore[arg-type]
        token = "t" * 32
        sent |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}/"}
        sent |= {"X-CSRFToken": token, "Cookie": f"csrftoken={token}"}
    connection.request(method, path, body, sent)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def read(port: int, path: str, seconds: float, *, pause: float = 0) -> list[float]:
    """Return the milliseconds of each page; of one that doesn't come, those until the reader gives up.

    ``pause``: for how many seconds each of the four readers looks at it.
    """
    times: list[float] = []

    def reader() -> None:
        while time.monotonic() < end:
            # A browser's first request: no connection yet.
            started, status = time.perf_counter(), 200
            with suppress(OSError, HTTPException):
                status, _text = ask(HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS), "GET", path)
            times.append((time.perf_counter() - started) * 1000)
            assert status == 200, status
            time.sleep(pause)

    end = time.monotonic() + seconds
    threads = [threading.Thread(target=reader) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times
