"""`make run`: bring the newsroom up to date, then serve it with its worker until Ctrl+C."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
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
    if not port_is_free(port):
        return fail(f"Port {port} is in use. Stop what uses it, or choose another: make run PORT={port + 1}")
    os.environ["BASE_URL"] = os.environ.get("BASE_URL") or f"http://localhost:{port}"
    prepare(demo=bool(options.demo.strip()))
    print_addresses(port, demo=bool(options.demo.strip()))
    return serve(port)


def port_number(text: str) -> int | None:
    """Return the port that the text names, or None."""
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 65536 else None


def port_is_free(port: int) -> bool:
    """Tell whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def fail(message: str) -> int:
    """Say why the newsroom can't start."""
    print(message, file=sys.stderr)
    return 1


def prepare(*, demo: bool) -> None:
    """Migrate, set the newsroom up, and load the demo or make the first administrator."""
    import django  # noqa: PLC0415 - the environment above has to be set first

    django.setup()
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    print("Preparing the database …")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("setup_newsroom", verbosity=0)
    if demo:
        call_command("load_demo", verbosity=1)
    elif not get_user_model().objects.filter(is_superuser=True).exists():
        try:
            address = input("Address of the first administrator: ").strip()
        except EOFError:
            raise SystemExit(
                "The first administrator's address is needed: run `make run DEMO=` in a terminal."
            ) from None
        call_command("create_administrator", address)


def print_addresses(port: int, *, demo: bool) -> None:
    """Print where the site and the admin are, and the demo's accounts."""
    from django.conf import settings  # noqa: PLC0415

    base = f"http://localhost:{port}"
    rows = [(name, f"{base}/{code}/") for code, name in settings.LANGUAGES]
    rows.append(("Admin", f"{base}/admin/"))
    print()
    for name, address in rows:
        print(f"  {name:<14}{address}")
    if demo:
        from cms.demo.accounts import demo_accounts  # noqa: PLC0415

        accounts = demo_accounts()
        if accounts:
            print("\n  Demo accounts:")
            for account in accounts:
                print(f"  {account.role:<28}{account.email:<34}{account.password}")
    print("\n  Ctrl+C ends it.\n", flush=True)


def serve(port: int) -> int:
    """Run the server and the worker, each in a process group of its own; when one ends, end the other."""
    commands = [
        [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}"],
        [sys.executable, "manage.py", "worker"],
    ]
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Just noted: a second signal must not break off the ending of what was started.
        signal.signal(number, lambda *_: stop.set())
    processes = [subprocess.Popen(command, cwd=ROOT, start_new_session=True) for command in commands]
    while not stop.wait(0.5) and all(process.poll() is None for process in processes):
        continue
    codes = [process.poll() for process in processes]
    print("\nStopping …", flush=True)
    for process in processes:
        end(process)
    if stop.is_set():
        return 0
    return fail(f"{'The server' if codes[0] is not None else 'The worker'} ended by itself; see its messages above.")


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children: ask first, then insist."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


if __name__ == "__main__":
    sys.exit(main())
