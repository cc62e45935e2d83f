"""`make run`: bring the newsroom up to date, then serve it with its worker until Ctrl+C."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.development")
STOP_SECONDS = 10


def main() -> int:
    """Prepare the newsroom, start the server and the worker, and end both together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", default="8000", help="port of the site")
    parser.add_argument("--demo", default="1", help="empty: no demo content")
    options = parser.parse_args()
    port = port_number(options.port)
    if port is None:
        return fail(f"PORT={options.port} is not a port number: use one from 1 to 65535.")
    if problem := port_problem(port):
        other = next((free for free in range(max(port, 1023) + 1, 65536) if not port_problem(free)), 8000)
        return fail(f"{problem} Choose another: make run PORT={other}")
    os.environ["BASE_URL"] = os.environ.get("BASE_URL") or f"http://localhost:{port}"
    try:
        problem = prepare(demo=bool(options.demo.strip()))
    except KeyboardInterrupt:
        problem = "\nStopped. The next start goes on from here."
    return fail(problem) if problem else serve(port)


def port_number(text: str) -> int | None:
    """Return the port that the text names, or None."""
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 65536 else None


def port_problem(port: int) -> str:
    """Return why no server could listen on the port now, or nothing."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return f"Port {port} is kept for the system's own services."
        except OSError:
            return f"Port {port} is in use."
    return ""


def answers(port: int) -> bool:
    """Tell whether a server listens on the port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def fail(message: str) -> int:
    """Say why the newsroom can't start."""
    print(message, file=sys.stderr)
    return 1


def prepare(*, demo: bool) -> str:
    """Check the settings, migrate, set the newsroom up, load the demo; return what stands in the way, or nothing."""
    import django  # noqa: PLC0415 - the environment above has to be set first

    django.setup()
    from django.core.management import BaseCommand, CommandError, call_command  # noqa: PLC0415
    from django.db import OperationalError  # noqa: PLC0415

    try:
        BaseCommand().check()
        print("Preparing the database …", flush=True)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("setup_newsroom", verbosity=0)
        if demo:
            call_command("load_demo")
        ask_for_administrator()
    except CommandError as error:
        return str(error)
    except OperationalError as error:
        return f"The database can't be used: {error}".rstrip() + "\nIt is named by DATABASE_URL or NEWSROOM_DATA."
    return ""


def ask_for_administrator() -> None:
    """Where nobody administers the newsroom, ask for an address until it is one, and print the link that lets in."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.core.management import CommandError, call_command  # noqa: PLC0415

    administrators = list(get_user_model().objects.filter(is_superuser=True, is_active=True).order_by("pk"))
    if any(administrator.has_usable_password() for administrator in administrators):
        return
    if administrators:
        # Invited before, and the link may have ended.
        call_command("create_administrator", administrators[0].email)
        return
    while True:
        try:
            address = input("Address of the first administrator: ").strip()
        except EOFError:
            raise CommandError(
                "\nThe newsroom needs a first administrator: run the command in a terminal, and give an address."
            ) from None
        try:
            call_command("create_administrator", address)
        except CommandError as error:
            print(error)
        else:
            return


def print_addresses(port: int) -> None:
    """Print where the site and the admin are, and the accounts of the demo where it is loaded."""
    from django.conf import settings  # noqa: PLC0415
    from django.utils.translation import override  # noqa: PLC0415

    from demo.accounts import demo_accounts  # noqa: PLC0415

    base = f"http://localhost:{port}"
    rows = [(name, f"{base}/{code}/") for code, name in settings.LANGUAGES]
    rows.append(("Admin", f"{base}/admin/"))
    print()
    for name, address in rows:
        print(f"  {name:<14}{address}")
    if accounts := demo_accounts():
        print("\n  Demo accounts:")
        for account in accounts:
            with override("en"):
                role = f"{account.role} ({account.languages})" if account.languages else str(account.role)
            print(f"  {role:<28}{account.email:<34}{account.password}")
    print("\n  Mail is sent to nobody: it is written here.")
    print("  Ctrl+C ends it.\n", flush=True)


def serve(port: int) -> int:
    """Run the server and the worker until Ctrl+C; print the addresses as soon as the server answers."""
    os.environ["DJANGO_RUNSERVER_HIDE_WARNING"] = "true"
    manage = (sys.executable, "manage.py")
    commands = {"The server": (*manage, "runserver", f"127.0.0.1:{port}"), "The worker": (*manage, "worker")}
    ended = run_together(commands, is_up=lambda: answers(port), when_up=lambda: print_addresses(port))
    return fail(f"{ended} ended by itself; see its messages above.") if ended else 0


def run_together(
    commands: Mapping[str, Sequence[str]], *, is_up: Callable[[], bool], when_up: Callable[[], None]
) -> str:
    """Run commands, each in a process group of its own, until a signal comes or one of them ends; then end all.

    Calls ``when_up`` once, when ``is_up`` has become true. Returns the name of what ended by itself, or nothing.
    """
    stopped: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Just noted: a second signal must not break off the ending of what was started. With nohup it goes on. An
        # event has a lock, for which a second signal would wait in the middle of the first one.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda number, _frame: stopped.append(number))
    processes: dict[str, subprocess.Popen[bytes]] = {}
    ended: list[str] = []
    told = False
    try:
        for name, command in commands.items():
            processes[name] = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
        while not ended and not stopped:
            time.sleep(0.2)
            if not told and is_up():
                when_up()
                told = True
            ended = [name for name, process in processes.items() if process.poll() is not None]
    finally:
        # Ignored from here to the end of the process: a handler in Python is replaced by the system's default while
        # the interpreter ends, SIG_IGN is not. Nothing is started any more that would inherit it.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        end(processes.values())
    with suppress(OSError):  # the terminal may be gone
        print("\nStopped.", flush=True)
    return "" if stopped else ended[0]


def end(processes: Collection[subprocess.Popen[bytes]]) -> None:
    """End processes and their children: ask all first, then insist."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in processes:
            with suppress(ProcessLookupError, PermissionError):  # macOS refuses for one that has just ended
                os.killpg(process.pid, number)
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
