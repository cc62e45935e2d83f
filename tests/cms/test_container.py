"""What deploy/Containerfile and deploy/compose.yaml make: followed in a folder, since no engine is needed for that."""

from __future__ import annotations

import re
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import yaml

from tests.cms.container import CHECKOUT, Image, build, instructions, sent
from tests.migrated_file import put_migrated_file
from tests.tour.services import eventually, free_port

COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "deploy/compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
EXAMPLE = (CHECKOUT / "deploy/environment.example").read_text()
KNOWN = set(re.findall(r"^\| `(\w+)`", (CHECKOUT / "docs/settings.md").read_text(), re.MULTILINE))
SITE = "newsroom.example"
# Servers of other containers; data, which lies elsewhere here.
ELSEWHERE = {"DATABASE_URL", "ELASTICSEARCH_URL", "REDIS_URL", "ENVIRONMENT_FILE"}


@pytest.fixture(scope="module", params=[False, pytest.param(True, marks=pytest.mark.slow)], ids=["present", "real"])
def image(request) -> Iterator[Image]:
    """Yield the image with a migrated database in its data; ``real``: its packages are installed from the registry."""
    folder = Path(tempfile.mkdtemp(prefix="newsroom-image-"))
    folder.chmod(0o755)
    try:
        image = build(folder / "root", real=request.param)
        put_migrated_file(folder / "newsroom.sqlite3")
        image.close()
        data = Path(image.environment["NEWSROOM_DATA"])
        shutil.copy(folder / "newsroom.sqlite3", data)
        text = EXAMPLE.replace("SECRET_KEY=", f"SECRET_KEY={secrets.token_urlsafe(50)}")
        (folder / "environment").write_text(text)
        for file in (data / "newsroom.sqlite3", folder / "environment"):
            shutil.chown(file, data.stat().st_uid, data.stat().st_gid)
            file.chmod(0o640)
        image.environment["ENVIRONMENT_FILE"] = str(folder / "environment")
        yield image
    finally:
        subprocess.run(["chmod", "--recursive", "u+w", folder], check=True)
        shutil.rmtree(folder)


def environment(image: Image, service: str) -> dict[str, str]:
    given = {name: value.replace("${SITE}", SITE) for name, value in SERVICES[service]["environment"].items()}
    given = {name: re.sub(r"\$\{SITE:\?.*\}", SITE, value) for name, value in given.items() if name not in ELSEWHERE}
    return image.environment | given


@contextmanager
def running(image: Image, service: str, command: list[str]) -> Iterator[Path]:
    """Run a command as the service does, until the block is left; yield the file of what it says."""
    with tempfile.NamedTemporaryFile() as output:
        process = subprocess.Popen(
            [*image.as_its_user(), *command],
            cwd=image.folder, env=environment(image, service), stdout=output, stderr=output,
        )  # fmt: skip
        try:
            yield Path(output.name)
        finally:
            process.send_signal(signal.SIGTERM)
            ended = process.wait(40)
            text = Path(output.name).read_text()
        assert (ended, "Traceback" in text) == (0, False), text


@pytest.mark.thorough
def test_an_image_made_of_what_is_copied_serves(image):
    prepare = subprocess.run(
        [*image.as_its_user(), *SERVICES["prepare"]["command"]],
        cwd=image.folder, env=environment(image, "prepare"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert prepare.returncode == 0, prepare.stderr[-3000:]
    assert "System check identified no issues" in prepare.stdout + prepare.stderr

    port = str(free_port())
    command = [word.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for word in image.command]
    worker = SERVICES["worker"]["command"]
    health = [word.replace("8000", port) for word in image.health]

    def get(path, **headers):
        asked = {"Host": SITE, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.1", **headers}
        with suppress(OSError), urlopen(Request(f"http://127.0.0.1:{port}{path}", headers=asked), timeout=30) as answer:
            return answer.read().decode()
        return ""

    with running(image, "site", command), running(image, "worker", worker) as said:
        page = eventually(lambda: get("/ru/"), "the front page")
        assert 'lang="ru"' in page
        assert "{" in get(re.search(r'href="(/static/cms/css/site[^"]*\.css)"', page)[1])  # type: ignore[index]
        subprocess.run(health, env=image.environment, check=True)
        # Caddy passes it on; the menu that pages share would lead everybody into that folder.
        assert get("/ru/folder/ru/", SCRIPT_NAME="/ru/folder") == ""
        eventually(lambda: "The worker runs" in said.read_text(), "the worker's first line")


@pytest.mark.parametrize(("first", "ends"), [("postgres", 0), ("docker-entrypoi", 1)])
def test_the_server_that_prepares_a_database_is_not_taken_for_the_database(first, ends, tmp_path):
    kind, command = SERVICES["postgresql"]["healthcheck"]["test"]
    (tmp_path / "comm").write_text(f"{first}\n")
    (tmp_path / "pg_isready").symlink_to("/bin/true")
    script = command.replace("$$", "$").replace("/proc/1/", f"{tmp_path}/")
    found = subprocess.run(["sh", "-c", script], env={"PATH": f"{tmp_path}:/bin"}, check=False)
    assert (kind, found.returncode) == ("CMD-SHELL", ends)


def test_the_image_has_no_demo_and_no_secrets():
    assert not [path for path in sent() if path.startswith(("demo/", "tests/", "tools/", "var/"))]
    for name in ("deploy/environment", "deploy/.env"):
        assert subprocess.run(["git", "check-ignore", "--quiet", name], cwd=CHECKOUT, check=False).returncode == 0


def test_site_and_worker_cannot_change_their_image():
    words = dict(instructions())
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", words["USER"])
    groups = [group for service in SERVICES.values() for group in service.get("group_add", ())]
    assert groups == [words["USER"].partition(":")[2]]
    for name, service in SERVICES.items():
        assert service.get("read_only") is (None if name == "elasticsearch" else True), name
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["mem_limit"]
        assert not service.get("privileged")
    # Debian's client in the image backs up a server that isn't newer than it.
    assert words["FROM"].startswith("docker.io/library/python:3.13-slim-trixie")
    assert SERVICES["postgresql"]["image"].endswith("postgres:17-trixie")


def test_only_the_proxy_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    for name in ("elasticsearch", "redis"):
        assert all(COMPOSE["networks"][network]["internal"] for network in SERVICES[name]["networks"])
    assert SERVICES["postgresql"]["network_mode"] == "none"
    having = {name for name, service in SERVICES.items() if "postgresql-socket" in str(service.get("volumes"))}
    assert having == {"prepare", "site", "worker", "postgresql"}
    assert {name for name, service in SERVICES.items() if "secrets" in service} == {"prepare", "site", "worker"}


def test_services_name_volumes_and_variables_that_there_are():
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            name = volume.partition(":")[0]
            assert name in COMPOSE["volumes"] or (CHECKOUT / "deploy" / name).exists()
    caddy = (CHECKOUT / "deploy/Caddyfile").read_text()
    assert all(f"{{${name}:" in caddy for name in SERVICES["caddy"]["environment"])


def test_variables_are_ones_that_the_site_reads():
    assert set(SERVICES["site"]["environment"]) <= KNOWN
    # What compose.yaml sets, the file can't change.
    assert set(re.findall(r"^#?(\w+)=", EXAMPLE, re.MULTILINE)) <= KNOWN - set(SERVICES["site"]["environment"])
    set_elsewhere = {"DJANGO_SETTINGS_MODULE"}
    assert {key for word, rest in instructions() if word == "ENV" for key in re.findall(r"(\w+)=", rest)} <= (
        KNOWN | set_elsewhere | {"PATH", "PYTHONPATH", "PYTHONUNBUFFERED"}
    )
