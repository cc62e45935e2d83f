"""A newsroom of its own for the attempts and docs' pictures: a new database, and a server and a worker beside it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import requests

from tests.migrated_file import put_migrated_file

ROOT = Path(__file__).resolve().parents[2]
STARTED_WITHIN_SECONDS = 600
STOPPED_WITHIN_SECONDS = 20


@contextmanager
def running_newsroom(address: str | None = None, *, data: Path | None = None) -> Iterator[str]:
    """Yield the address of a newsroom: the given one, or that of a server which runs until the block is left.

    ``data``: serve it as `make run` does, with the whole demo, from this folder; else with the demo's accounts from a
    folder that goes with it. Raises RuntimeError with the server's last words where it doesn't start.
    """
    if address:
        yield address.rstrip("/")
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        # Variables of the tests' own run must not reach it: it is the site as it comes, with a database of its own.
        ours = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "ELASTICSEARCH_URL", "BASE_URL")
        environment = {name: value for name, value in os.environ.items() if name not in ours}
        environment["NEWSROOM_DATA"] = str(data or Path(folder) / "data")
        # The attempts play the proxy too: what they send last in X-Forwarded-For is where they come from.
        environment["TRUSTED_PROXIES"] = "1"
        commands = [["tools/run.py", "--port", str(port)]]
        with log.open("w") as output:
            if data is None:
                environment |= {"DJANGO_SETTINGS_MODULE": "tests.abuse.settings", "DJANGO_RUNSERVER_HIDE_WARNING": "1"}
                environment["BASE_URL"] = f"http://localhost:{port}"
                put_migrated_file(Path(folder) / "data" / "newsroom.sqlite3")
                prepare = [sys.executable, "-m", "tests.abuse.prepared"]
                subprocess.run(prepare, cwd=ROOT, env=environment, stdout=output, stderr=output, check=False)
                server = ["manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
                commands = [server, ["manage.py", "worker"]]
            processes = [
                subprocess.Popen(
                    [sys.executable, *command],
                    cwd=ROOT,
                    env=environment,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,
                )
                for command in commands
            ]
        try:
            _wait(f"http://127.0.0.1:{port}/en/", processes[0], log)
            yield f"http://127.0.0.1:{port}"
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(STOPPED_WITHIN_SECONDS)
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTED_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(url, timeout=10).ok:
                return
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.2)
    raise RuntimeError(f"The newsroom did not start:\n{log.read_text(errors='replace')[-3000:]}")
