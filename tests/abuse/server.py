"""A newsroom of its own for the attempts and docs' pictures: a new database with the demo, served as by `make run`."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
STARTED_WITHIN_SECONDS = 600
STOPPED_WITHIN_SECONDS = 20


@contextmanager
def running_newsroom(address: str | None = None, *, data: Path | None = None) -> Iterator[str]:
    """Yield the address of a newsroom: the given one, or that of a server which runs until the block is left.

    Its data lies in ``data``, else in a folder that goes with it. Raises RuntimeError with the server's last
    words where it doesn't start.
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
        command = [sys.executable, "tools/run.py", "--port", str(port)]
        with log.open("w") as output:
            if data is None:
                # Drawing the demo's pictures takes longer than everything else; no attempt looks at one.
                prepare = [sys.executable, "-m", "tests.abuse.prepared"]
                subprocess.run(prepare, cwd=ROOT, env=environment, stdout=output, stderr=output, check=False)
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
            )
        try:
            _wait(f"http://127.0.0.1:{port}/en/", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOPPED_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
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
