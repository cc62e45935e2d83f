"""`make run`: a start that can't be says why in a line or two, and whatever was started ends with it."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError

from tests.tools.scripts import load_script

SCRIPT = Path(settings.BASE_DIR) / "tools" / "run.py"
CHILDREN = 2
# Two commands that note their process numbers and sleep, run in a terminal as `make run` runs server and worker.
CHILD = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1], str(os.getpid())).touch(); time.sleep(60)"
# Its last act, while the interpreter ends, is to send itself the signals named in its arguments.
TOGETHER = f"""
import os, runpy, signal, sys
class Last:
    def __del__(self, kill=os.kill, pid=os.getpid(), numbers=tuple(map(int, sys.argv[2:]))):
        for number in numbers:
            kill(pid, number)
last = Last()
os.open(os.ttyname(0), os.O_RDWR)  # the terminal of this session from now on
signal.signal(signal.SIGHUP, signal.SIG_DFL)
command = (sys.executable, "-c", {CHILD!r}, sys.argv[1])
print(runpy.run_path({str(SCRIPT)!r})["run_together"](
    {{"one": command, "two": command}},
    is_up=lambda: len(os.listdir(sys.argv[1])) == {CHILDREN},
    when_up=lambda: print("up", flush=True),
))
"""


@pytest.fixture
def run(monkeypatch) -> ModuleType:
    return load_script(monkeypatch, "run")


@pytest.fixture
def answers(monkeypatch) -> list[str]:
    """Return the list of what the person at the terminal will type; then the terminal ends."""
    typed: list[str] = []

    def answer(_prompt):
        if not typed:
            raise EOFError
        return typed.pop(0)

    monkeypatch.setattr("builtins.input", answer)
    return typed


def start(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        env={**os.environ, **variables, "DJANGO_SETTINGS_MODULE": "cms.settings.development"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("port", ["abc", "0", "65536", "", "80 80", "٨٠"])
def test_what_is_no_port_is_refused(run, port):
    assert run.port_number(port) is None


def test_a_port_in_use_is_named_with_another_that_is_free(run):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        done = start("--port", str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} is in use. Choose another: make run PORT=")
    assert not run.port_problem(int(done.stderr.rpartition("=")[2]))


@pytest.mark.parametrize(
    ("port", "folder", "languages", "said"),
    [
        ("abc", "", "ru", "PORT=abc is not a port number"),
        pytest.param("", "", "ru,tajik", "there is no language 'tajik'", marks=pytest.mark.thorough),
        ("", "file", "ru", "can't be made"),
    ],
)
def test_what_is_wrong_is_named_before_anything_is_made(tmp_path, port, folder, languages, said):
    (tmp_path / "file").touch()
    variables = {"NEWSROOM_DATA": str(tmp_path / folder), "NEWSROOM_LANGUAGES": languages}
    done = start("--port", port or str(free_port()), **variables)
    assert done.returncode
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "Preparing" not in done.stdout


@pytest.mark.django_db
def test_the_first_administrator_is_asked_for_until_the_address_is_one(run, answers, capsys):
    answers += ["", "chief", "Chief@newsroom.example"]
    run.ask_for_administrator()
    printed = capsys.readouterr().out
    assert "'chief' is no mail address." in printed
    assert "/admin/invitation/" in printed
    assert get_user_model().objects.get().email == "chief@newsroom.example"

    run.ask_for_administrator()  # who lost the link gets another
    again = capsys.readouterr().out
    assert "chief@newsroom.example" in again
    assert "/admin/invitation/" in again

    user = get_user_model().objects.get()
    user.set_password("a-long-enough-password")
    user.save()
    run.ask_for_administrator()
    assert not capsys.readouterr().out


@pytest.mark.django_db
def test_without_a_terminal_the_first_administrator_is_missed(run, answers):
    with pytest.raises(CommandError, match="needs a first administrator"):
        run.ask_for_administrator()


def test_a_closed_terminal_ends_everything(tmp_path):
    process, terminal = in_a_terminal(tmp_path)
    os.close(terminal)
    process.wait(20)
    assert gone(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_and_others_right_behind_it_end_everything(tmp_path, number):
    process, terminal = in_a_terminal(tmp_path)
    for _ in range(200):
        process.send_signal(number)
    assert process.wait(20) == 0
    assert gone(tmp_path)
    os.close(terminal)


@pytest.mark.thorough
@pytest.mark.parametrize("late", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_that_come_while_the_interpreter_ends_change_nothing(tmp_path, late):
    process, terminal = in_a_terminal(tmp_path, late, late)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert gone(tmp_path)
    os.close(terminal)


def test_when_one_ends_the_other_ends_too(tmp_path):
    process, terminal = in_a_terminal(tmp_path)
    os.kill(numbers(tmp_path)[0], signal.SIGKILL)
    assert process.wait(20) == 0
    printed = b""
    while not printed.endswith((b"one\r\n", b"two\r\n")):
        printed += os.read(terminal, 1000)
    assert gone(tmp_path)
    os.close(terminal)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def in_a_terminal(folder: Path, *late: signal.Signals) -> tuple[subprocess.Popen[bytes], int]:
    """Start the two commands in a terminal of their own; return when both run.

    The signals ``late`` reach the process that has started them while its interpreter ends.
    """
    here, there = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", TOGETHER, str(folder), *(str(int(number)) for number in late)],
        stdin=there,
        stdout=there,
        stderr=there,
        start_new_session=True,
    )
    os.close(there)
    printed = b""
    while b"up\r\n" not in printed:
        printed += os.read(here, 1000)
    return process, here


def numbers(folder: Path) -> list[int]:
    return [int(path.name) for path in folder.iterdir()]


def gone(folder: Path) -> bool:
    """Tell whether both commands have ended."""
    found, alive = numbers(folder), []
    assert len(found) == CHILDREN
    for number in found:
        with suppress(ProcessLookupError):
            os.kill(number, 0)
            alive.append(number)
    return not alive
