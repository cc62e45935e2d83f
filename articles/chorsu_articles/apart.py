"""Programs that read what people send, each in a process of its own: it has none of the site's secrets, and an end.

They need no Django, so they start fast. What a program may take is its own matter: docs/decisions/files.md.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")
# Seconds for one file. Machines that are busy with other things give a program less than all of a second.
PATIENCE = 120
# Seconds without a file after which a fork server is taken for one that has ended, or is about to.
RESTED = 30
LONGEST_MESSAGE = 10_000
CAN_FORK = hasattr(os, "fork")


def run_apart(program: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run a Python file that needs no Django as a program, with this process's packages and none of the site's secrets.

    ``options`` are those of ``subprocess.run``. A program that hangs is ended as if it had failed: its status is -1.
    """
    command = _command(program, *arguments)
    try:
        # Nothing in the command is of others.
        return subprocess.run(command, env=_environment(), timeout=PATIENCE, check=False, **options)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        return subprocess.CompletedProcess(command, -1, stdout=b"", stderr=error.stderr or b"")


def _command(program: str, *arguments: str) -> list[str]:
    # Where the interpreter is part of a server such as uWSGI, ``sys.executable`` is that server.
    python = Path(sys.prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")
    python = python if python.exists() else Path(sys.executable)
    return [str(python), "-P", "-S", "-W", "ignore", program, *arguments]


def _environment() -> dict[str, str]:
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    return environment


class ForkServer:
    """A program that has imported what it needs, and forks a process for each file: that takes a millisecond.

    The program itself reads no file. It is started when it is needed, ends by itself when it has rested, and with this
    process; after a file that ended its process otherwise than by one of the ``answers`` the next one gets another
    program, whose memory is laid out anew. One file at a time: whoever calls takes turns.
    """

    def __init__(self, program: str, answers: set[int]) -> None:
        self._program, self._answers = program, answers
        self._process: subprocess.Popen[bytes] | None = None
        self._requests: socket.socket | None = None
        self._owner, self._used = 0, 0.0

    def run(self, argument: str, *, stdin: IO[bytes], stdout: IO[bytes]) -> subprocess.CompletedProcess[bytes]:
        """Let a process read ``stdin`` and write ``stdout``, as ``run_apart`` does."""
        if not CAN_FORK:
            return run_apart(self._program, argument, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE)
        reading, writing = os.pipe()
        # Whatever it says, nobody waits for it.
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)
        with os.fdopen(reading, "rb", 0) as errors, os.fdopen(writing, "wb", 0) as stderr:
            status = self._status(argument.encode(), [stdin.fileno(), stdout.fileno(), stderr.fileno()])
            if status not in self._answers:
                self.end()
            said = errors.read(LONGEST_MESSAGE) or b""
        return subprocess.CompletedProcess([self._program, argument], status, stderr=said)

    def _status(self, request: bytes, files: list[int]) -> int:
        """Return with which status a process ended: that of a signal is negative, -1 of one that hangs."""
        requests = self._started()
        try:
            socket.send_fds(requests, [request], files)
            answer = requests.recv(4)
        except OSError:  # it takes too long, or was killed
            answer = b""
        self._used = time.monotonic()
        return int(struct.unpack("i", answer)[0]) if len(answer) == 4 else -1

    def _started(self) -> socket.socket:
        """Return the socket of a program that waits."""
        is_fresh = self._owner == os.getpid() and time.monotonic() - self._used < RESTED
        if self._requests and self._process and is_fresh and self._process.poll() is None:
            return self._requests
        self.end()
        requests, theirs = socket.socketpair()
        requests.settimeout(PATIENCE)
        # In a session of its own it can be ended together with what it forked.
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 (nothing in the command is of others)
                _command(self._program),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )
        self._requests, self._owner = requests, os.getpid()
        return requests

    def end(self) -> None:
        """End the program, and what it forked; of a process that this one was forked from it is only forgotten."""
        if self._requests:
            self._requests.close()
        if self._process and self._owner == os.getpid():
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = self._requests = None
