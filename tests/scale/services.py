"""What runs: PostgreSQL, Redis, a store of files, a mail server, nginx, and two sites with a worker each."""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "tools"), str(ROOT / "bench")]

import redis_server  # noqa: E402
import s3_server  # noqa: E402
from _served import running_nginx, whole_configuration  # noqa: E402

from tests.tour.services import Letters, databases, eventually, free_port  # noqa: E402

HOST = "localhost"


@dataclass(slots=True)
class Process:
    """A site or a worker on a machine of its own: its data lies in a folder that no other one sees."""

    name: str
    command: list[str]
    folder: Path
    environment: dict[str, str]
    port: int = 0
    running: subprocess.Popen[bytes] | None = None
    kills: int = 0

    def begin(self) -> None:
        """Start it; a site is waited for."""
        with (self.folder / f"{self.name}.log").open("a") as log:
            self.running = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if self.port:
            eventually(lambda: _listens(self.port), f"{self.name}; its log is {self.folder}/{self.name}.log")

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send it and its children a signal, and wait until it is gone."""
        if self.running:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self.running.wait(40)
        self.running = None

    def kill(self) -> None:
        """End it as a loss of power does."""
        self.kills += 1
        self.end(signal.SIGKILL)


@dataclass(slots=True)
class Services:
    """All that runs, and the environment that the sites share to the letter."""

    address: str
    environment: dict[str, str]
    letters: Letters
    redis: Any
    store: Any
    processes: dict[str, Process] = field(default_factory=dict)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(folder: Path) -> Iterator[Services]:
    """Run all of it in a folder, and end it by its processes' ids."""
    with ExitStack() as stack:
        database = stack.enter_context(databases("postgresql"))
        redis = redis_server.start_own()
        stack.callback(redis.end)
        store = s3_server.start_own()
        stack.callback(store.end)
        policy = (ROOT / "deploy" / "bucket-policy.json").read_text()
        s3_server.client(store.url).put_bucket_policy(Bucket=s3_server.BUCKET, Policy=policy)
        letters = Letters()
        mail = Controller(letters, hostname="127.0.0.1", port=free_port())
        mail.start()
        stack.callback(mail.stop)
        door, ports = free_port(), [free_port(), free_port()]
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        environment |= {
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "cms.settings.production",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": HOST,
            "BASE_URL": f"https://{HOST}:{door}",
            "MAIL_URL": f"smtp://127.0.0.1:{mail.port}",
            # Below the folder that each begins in.
            "NEWSROOM_DATA": "data",
            "NEWSROOM_LANGUAGES": "ru,tg,en",
            "DATABASE_URL": database,
            "REDIS_URL": redis.url,
            "TRUSTED_PROXIES": "1",
            "SENDFILE": "/private/",
            "SECOND_FACTOR": "nobody",
            **s3_server.settings_of(store.url),
        }
        services = Services(f"https://{HOST}:{door}", environment, letters, redis, store)
        gunicorn = [str(Path(sys.executable).with_name("gunicorn")), "-c", str(ROOT / "deploy" / "gunicorn.conf.py")]
        for name, port in zip("AB", ports, strict=True):
            place = folder / name
            place.mkdir(parents=True)
            commands = {
                "site": ([*gunicorn, "--log-level", "warning", "--bind", f"127.0.0.1:{port}"], port),
                "worker": ([sys.executable, "-m", "django", "worker"], 0),
            }
            for kind, (command, listens) in commands.items():
                process = Process(f"{kind} {name}", command, place, environment, listens)
                services.processes[process.name] = process
                stack.callback(process.end)
            manage(services, name, "collectstatic", "--noinput", "--verbosity=0")
        manage(services, "A", "-m", "tests.abuse.prepared")
        manage(services, "A", "generate_articles", "6", "--languages", "ru", "--verbosity=0")
        for process in services.processes.values():
            process.begin()
        stack.enter_context(nginx(folder / "nginx", door, ports, store.port))
        yield services


def manage(services: Services, name: str, *arguments: str) -> None:
    """Run a command of the newsroom, or another module, on one of its machines."""
    module = list(arguments) if arguments[0] == "-m" else ["-m", "django", *arguments]
    place = services.processes[f"site {name}"].folder
    done = subprocess.run(
        [sys.executable, *module], cwd=place, env=services.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(arguments)}: {done.stderr[-3000:]}"


@contextmanager
def nginx(place: Path, door: int, ports: list[int], store: int) -> Iterator[None]:
    """Run the system's nginx by the files in ``deploy``, with this machine's ports for what they name."""
    place.mkdir()
    key = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
    files = ["-keyout", str(place / "key.pem"), "-out", str(place / "certificate.pem")]
    subprocess.run([*key, *files], check=True, capture_output=True)
    with running_nginx(place, configuration(place, door, ports, store)):
        eventually(lambda: _listens(door), f"nginx; its log is {place}/error.log", 10)
        yield


def configuration(place: Path, door: int, ports: list[int], store: int) -> str:
    """Return the documented files as a whole configuration."""
    deploy = ROOT / "deploy"
    servers = (deploy / "nginx-servers.conf").read_text()
    for number, port in enumerate(ports, 1):
        servers = servers.replace(f"10.0.0.{number}:8000", f"127.0.0.1:{port}")
    servers = servers.replace("/var/cache/nginx/newsroom", f"{place}/kept")
    bucket = (deploy / "nginx-bucket.conf").read_text()
    bucket = re.sub(r"\n +proxy_ssl_.*", "", bucket).replace("https://s3.example", f"http://127.0.0.1:{store}")
    bucket = bucket.replace("Host s3.example", f"Host 127.0.0.1:{store}")
    site = (deploy / "nginx.conf").read_text()
    site = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", site, flags=re.DOTALL)
    site = re.sub(r"\n    listen \[.*", "", site)
    site = re.sub(r"listen 443 ssl[^;]*", f"listen 127.0.0.1:{door} ssl", site)
    site = re.sub(r"ssl_certificate .*", f"ssl_certificate {place}/certificate.pem;", site)
    site = re.sub(r"ssl_certificate_key .*", f"ssl_certificate_key {place}/key.pem;", site)
    site = site.replace("http://127.0.0.1:8000", "http://newsroom_servers").replace("/var/log/nginx", str(place))
    for name in ("media", "private"):
        site, found = re.subn(rf"\n    location /{name}/ \{{.*?\n    \}}", "", site, flags=re.DOTALL)
        assert found == 1, name
    head, _brace, tail = site.rpartition("}")
    return whole_configuration(place, f"{servers}\n{head}\n{bucket}\n}}{tail}")
