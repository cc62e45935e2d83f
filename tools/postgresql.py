"""A real PostgreSQL for tests: `start` prints its address, `stop` ends it.

Looked for in this order: ``$POSTGRESQL_URL`` (used as it is), ``initdb`` on PATH and where distributions put it. The
server runs in a temporary folder, as an unprivileged user, on a free port of 127.0.0.1.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from own_server import UnavailableError, free_port, run_command

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / ".cache" / "postgresql"
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
START_SECONDS = 60
INITDB = ["-U", "newsroom", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]


def start() -> str:
    """Start a server, or find the one that runs, and return its address."""
    if url := os.environ.get("POSTGRESQL_URL"):
        return url
    if (STATE / "url").exists() and _answers((STATE / "url").read_text()):
        return (STATE / "url").read_text()
    stop()
    if found := binaries():
        return _start_own(found)
    raise UnavailableError(
        "PostgreSQL: no initdb on PATH or in a distribution's folder. Install it (Debian, Ubuntu: apt install "
        "postgresql), or set POSTGRESQL_URL=postgres://user:password@host/database of a server for tests."
    )


def stop() -> None:
    """End the server that ``start`` made, and delete its data."""
    if (STATE / "data").exists():
        data = Path((STATE / "data").read_text())
        if (data / "postmaster.pid").exists() and (found := binaries()):
            _as_user([str(found / "pg_ctl"), "stop", "-D", str(data), "-m", "immediate"])
        shutil.rmtree(data.parent, ignore_errors=True)
    shutil.rmtree(STATE, ignore_errors=True)


def binaries() -> Path | None:
    """Return the folder of PostgreSQL's programs."""
    if found := shutil.which("initdb"):
        real = Path(found).resolve().parent
        if (real / "postgres").exists():
            return real
    folders = [
        folder for place in PLACES for folder in Path("/").glob(place.lstrip("/")) if (folder / "initdb").exists()
    ]
    return max(folders, default=None, key=lambda folder: folder.parent.name)


def _start_own(binaries: Path) -> str:
    STATE.mkdir(parents=True, exist_ok=True)
    # A folder that an unprivileged user can reach: the checkout may lie below somebody's home.
    folder = Path(tempfile.mkdtemp(prefix="newsroom-postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(folder, _unprivileged().pw_uid)
    data, port = folder / "data", free_port()
    (STATE / "data").write_text(str(data))
    _check(_as_user([f"{binaries}/initdb", *INITDB, "-D", f"{data}"]))
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    begin = [f"{binaries}/pg_ctl", "start", "-w", "-t", f"{START_SECONDS}", "-D", f"{data}", "-l", f"{folder}/log"]
    _check(_as_user([*begin, "-o", options]), log=folder / "log")
    url = f"postgres://newsroom@127.0.0.1:{port}/postgres"
    (STATE / "url").write_text(url)
    return url


def _answers(url: str) -> bool:
    import psycopg  # noqa: PLC0415 - `stop` works without it

    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def _unprivileged() -> pwd.struct_passwd:
    """Return a user that PostgreSQL accepts when we are root: its own, or nobody."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise UnavailableError("PostgreSQL refuses to run as root and there is neither a user 'postgres' nor 'nobody'.")


def _as_user(command: list[str]) -> subprocess.CompletedProcess[str]:
    if os.geteuid() == 0:
        user = _unprivileged()
        command = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *command]
    # A log file of its own: a server that inherits a pipe would keep its reader waiting for ever.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd="/", check=False)
        output.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, output.read(), "")


def _check(done: subprocess.CompletedProcess[str], log: Path | None = None) -> None:
    if done.returncode:
        text = log.read_text()[-2000:] if log and log.exists() else ""
        raise UnavailableError(f"PostgreSQL: {' '.join(done.args[-6:])} failed:\n{done.stdout}{done.stderr}{text}")


if __name__ == "__main__":
    run_command(start, stop)
