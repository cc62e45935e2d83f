"""The server of the site, behind a proxy: gunicorn -c deploy/gunicorn.conf.py (docs/deploy.md)."""

import gc
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

wsgi_app = "cms.wsgi"
# Only the proxy of this machine: slow clients have to wait there, not in a thread.
bind = "127.0.0.1:8000"
# Of each, as many as there are processors; a thread that waits for a disk or a database costs next to nothing.
workers = 2
worker_class = "gthread"
threads = 16
# What the proxy has sent whole is answered or given up before the proxy gives up.
timeout = 60
graceful_timeout = 30
keepalive = 5
# Memory that pictures leave behind goes back to the system.
max_requests = 20_000
max_requests_jitter = 2_000
# The sign of life of a process is a file: in memory it needs no disk, which may be full.
worker_tmp_dir = "/dev/shm"  # noqa: S108
umask = 0o027
# Nobody steers it by a socket of its own; systemd does.
control_socket_disable = True
# Its default lets a client whose proxy passes such headers on (Caddy does) put a folder before all addresses of a page.
forwarder_headers = ""
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

# Each process counts its requests for /metrics in a file: in memory too, since a full disk would kill who writes there.
# A process that takes another's place goes on with its file, so there are as many files as processes at one time.
PREFIX = "newsroom-metrics-"


def on_starting(server: object) -> None:  # noqa: ARG001 - gunicorn's own signature, as below
    """Make the folder, and remove those of servers that were killed."""
    for left in Path(worker_tmp_dir).glob(f"{PREFIX}*"):
        if left.lstat().st_uid == os.getuid() and not Path("/proc", left.name.split("-")[2]).exists():
            shutil.rmtree(left, ignore_errors=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=worker_tmp_dir)


def on_exit(server: object) -> None:  # noqa: ARG001
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


def pre_fork(server: Any, worker: Any) -> None:
    taken = {other.place for other in server.WORKERS.values()}
    worker.place = min({*range(len(taken) + 1)} - taken)


def post_fork(server: object, worker: Any) -> None:  # noqa: ARG001
    from prometheus_client import values  # noqa: PLC0415 - it looks for the folder

    values.ValueClass = values.MultiProcessValue(lambda: worker.place)


def limit_silence(connection: Any, **_: object) -> None:
    """Give a PostgreSQL up that says nothing to a statement for ten seconds: its library would wait for ever."""
    if connection.vendor == "postgresql":
        connection.connection.wait = partial(connection.connection.wait, timeout=10)


def post_worker_init(worker: object) -> None:  # noqa: ARG001 - gunicorn's own signature
    """Let the collector of garbage pass over the loaded code: a look at all of it holds up a page for 0.2 s."""
    from django.db.backends.signals import connection_created  # noqa: PLC0415 - the site is loaded by now

    connection_created.connect(limit_silence, weak=False)
    gc.collect()
    gc.freeze()
