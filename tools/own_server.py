"""A small server of our own, for tests: on a free port, in a temporary folder, ended by its process's id."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

CACHE = Path(__file__).resolve().parents[1] / ".cache"
START_SECONDS = 30


class UnavailableError(Exception):
    """No such server can be had here; the text says what was tried and the remedy."""


def run_command(start: Callable[[], object], stop: Callable[[], object] = lambda: None) -> None:
    """Do what a script is told: ``start`` prints an address or a path, ``stop`` ends what that needed."""
    actions = {"start": lambda: print(start()), "stop": stop}
    if len(sys.argv) != 2 or sys.argv[1] not in actions:
        sys.exit(f"Usage: {Path(sys.argv[0]).name} start | stop")
    try:
        actions[sys.argv[1]]()
    except UnavailableError as error:
        sys.exit(str(error))


@dataclass(slots=True)
class OwnServer:
    """A server that may be killed and begun again, with what it holds.

    ``command`` has ``{port}`` and ``{folder}`` for its own; ``address`` is what those who ask it are given, likewise.
    """

    command: list[str]
    address: str
    variables: dict[str, str] = field(default_factory=dict)
    port: int = 0
    folder: Path = Path()
    process_id: int = 0

    @property
    def url(self) -> str:
        return self.address.format(port=self.port)

    def begin(self) -> OwnServer:
        """Start it and wait until it listens; the first time it gets a port and a folder."""
        if not self.port:
            self.port, self.folder = free_port(), Path(tempfile.mkdtemp(prefix="newsroom-server-"))
        command = [word.format(port=self.port, folder=self.folder) for word in self.command]
        with (self.folder / "log").open("a") as log:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env={**os.environ, **self.variables},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.process_id = process.pid
        deadline = time.monotonic() + START_SECONDS
        while not self.listens():
            if process.poll() is not None or time.monotonic() > deadline:
                said = (self.folder / "log").read_text(errors="replace")[-2000:]
                self.end()
                raise UnavailableError(f"{Path(command[0]).name} didn't start:\n{said}")
            time.sleep(0.05)
        return self

    def listens(self) -> bool:
        """Tell whether its port takes connections."""
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, such as SIGSTOP and SIGCONT, with which it is slow without end."""
        with suppress(ProcessLookupError):
            os.kill(self.process_id, number)

    def kill(self) -> None:
        """Kill it as it stands; ``begin`` starts it again on the same port with what it had written."""
        if not self.process_id:
            return
        self.signal(signal.SIGKILL)
        with suppress(ChildProcessError):  # of another process
            os.waitpid(self.process_id, 0)
        self.process_id = 0

    def end(self) -> None:
        """Kill it and delete what it held."""
        self.kill()
        if self.port:
            shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
