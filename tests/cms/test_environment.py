"""Environment variables: read once, and a wrong one is named with its remedy; settings hold on PostgreSQL."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created

from cms.checks import check_exposure
from cms.settings.env import Environment, database, env, mail_settings

DEPLOY = Path(settings.BASE_DIR) / "deploy"


@pytest.fixture
def environment(monkeypatch) -> Environment:
    for name, value in {
        "FLAG": "perhaps",
        "NUMBER": "many",
        "ADDRESS": "newsroom",
        "SITE": "https://newsroom.example/",
        "ZONE": "Asia/Nowhere",
        "WORDS": " ru, ,tg ",
        "EMPTY": " ",
    }.items():
        monkeypatch.setenv(name, value)
    return Environment()


def test_a_wrong_value_gives_the_default_and_a_problem_with_its_remedy(environment):
    assert environment.flag("FLAG", default=True, meaning="") is True
    assert environment.number("NUMBER", 7, "") == 7
    assert environment.address("ADDRESS", "http://localhost", "") == "http://localhost"
    assert environment.address("SITE", "", "", such="redis://127.0.0.1:6379/0") == ""
    assert environment.time_zone("ZONE", "Asia/Dushanbe", "") == "Asia/Dushanbe"
    assert [name for name, _what, _fix in environment.problems] == ["FLAG", "NUMBER", "ADDRESS", "SITE", "ZONE"]
    assert all(what and fix for _name, what, fix in environment.problems)


def test_right_values(environment):
    assert environment.words("WORDS", "", "") == ["ru", "tg"]
    assert environment.text("EMPTY", "default", "") == "default"
    assert environment.address("SITE", "", "") == "https://newsroom.example"
    assert not environment.problems


def test_a_folder_is_made_and_one_that_cannot_be_used_is_a_problem(environment, tmp_path, monkeypatch):
    assert environment.folder("FOLDER", tmp_path / "a" / "b", "").stat().st_mode & 0o007 == 0
    assert not environment.problems
    (tmp_path / "file").touch()
    environment.folder("FILE", tmp_path / "file", "")
    database = tmp_path / "newsroom.sqlite3"
    database.touch()
    monkeypatch.setattr("os.access", lambda path, _mode: path != database)
    environment.folder("ANOTHER_USERS", tmp_path, "")
    monkeypatch.setattr("os.access", lambda *_: False)
    environment.folder("LOCKED", tmp_path, "")
    assert [name for name, _what, _fix in environment.problems] == ["FILE", "ANOTHER_USERS", "LOCKED"]


WRITTEN = """\
FIRST=1
# a comment, and one of systemd's
; with a = in it
HUMANS=somebody who left
 PASSWORD = a&b $HOME #1 `c` \\ "d" e's'
QUOTED=" # in spaces "
APOSTROPHES='say "no"'
EMPTY=
SET=from the file
HUMANS=Anna K, Boris
"""


def test_a_file_of_variables_is_taken_as_it_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", {"SET": "by the process"})
    (tmp_path / "environment").write_bytes(WRITTEN.replace("\n", "\r\n").encode("utf-8-sig"))
    environment = Environment()
    environment.take_file(str(tmp_path / "environment"))
    assert not environment.problems
    assert os.environ == {
        "FIRST": "1",
        "HUMANS": "Anna K, Boris",
        "PASSWORD": "a&b $HOME #1 `c` \\ \"d\" e's'",
        "QUOTED": " # in spaces ",
        "APOSTROPHES": 'say "no"',
        "EMPTY": "",
        "SET": "by the process",
    }


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (b"A=1\nhidden\nB=2", "line 2 of "),
        (b'A="hidden', "line 1 of "),
        (b'A="hid\\\\den"', "line 1 of "),
        (b"export A=hidden", "line 1 of "),
        (b"1A=hidden", "line 1 of "),
        (b"A=hid\0den", "line 1 of "),
        (b"A=hidden\xff", "UnicodeDecodeError"),
        (b"#" * 70_000, "is too long"),
        (None, "FileNotFoundError"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_without_its_values(tmp_path, written, said, monkeypatch):
    monkeypatch.setattr(os, "environ", {})
    if written is not None:
        (tmp_path / "environment").write_bytes(written)
    environment = Environment()
    environment.take_file(str(tmp_path / "environment"))
    assert [name for name, *_ in environment.problems] == ["ENVIRONMENT_FILE"]
    assert said in environment.problems[0][1]
    assert "hidden" not in str(environment.problems)


@pytest.mark.parametrize("path", sorted([*DEPLOY.glob("*.service"), DEPLOY / "newsroom"]), ids=lambda path: path.name)
def test_whoever_starts_the_site_names_the_file_and_lets_it_be_read_by_the_site(path):
    text = path.read_text()
    assert "ENVIRONMENT_FILE=/srv/newsroom/environment" in text
    assert "DJANGO_SETTINGS_MODULE=cms.settings.production" in text
    assert "EnvironmentFile=" not in text


def test_no_address_of_a_database_is_a_problem(monkeypatch):
    monkeypatch.setattr(env, "problems", [])
    for address in ("mysql://x", ""):
        assert database(address, otherwise={"ENGINE": "sqlite"}) == {"ENGINE": "sqlite"}
    assert database("postgres://u:p@h:5/d", otherwise={})["NAME"] == "d"
    assert [name for name, *_ in env.problems] == ["DATABASE_URL"]


def test_no_process_waits_for_a_host_of_postgresql_that_is_gone():
    options = database("postgres://u:p@h:5/d?tcp_user_timeout=20000", otherwise={})["OPTIONS"]
    assert options["tcp_user_timeout"] == 20_000
    # All that the client's library has against an answer that never comes.
    assert {"connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count"} < set(options)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost", {"port": 25, "use_tls": False, "use_ssl": False}),
        ("smtps://u:p%40@mail.example", {"port": 465, "use_ssl": True, "password": "p@"}),
        ("smtp+tls://mail.example:587", {"port": 587, "use_tls": True}),
        ("http://mail.example", {}),
        ("smtp://", {}),
        ("smtp://host:port", {}),
        ("smtp://[::1", {}),
    ],
)
def test_mail_servers(url, expected, monkeypatch):
    monkeypatch.setattr(env, "problems", [])
    mailers = mail_settings(url, sender="a@example.org")["MAILERS"]
    options = next(mailer["OPTIONS"] for mailer in mailers.values() if "host" in mailer.get("OPTIONS", {}))
    assert expected.items() <= options.items()
    assert [name for name, *_ in env.problems] == ([] if expected else ["MAIL_URL"])


def test_people_choose_among_zones_that_browsers_know():
    zones = settings.WAGTAIL_USER_TIME_ZONES
    assert {"Asia/Dushanbe", "Europe/Berlin", "UTC"} <= set(zones)
    assert not {"Factory", "localtime"} & set(zones)
    assert list(zones) == sorted(zones)


# No check asks the database, so that they are made before it is there.
NOBODY_ANSWERS = "postgres://nobody@127.0.0.1:1/nothing"


def production(folder: Path, **changes: str) -> dict[str, str]:
    """Return the environment of a newsroom in production, which would be right without the changes."""
    right = {
        "SECRET_KEY": "0123456789" + "right" * 10,
        "ALLOWED_HOSTS": "newsroom.example",
        "BASE_URL": "https://newsroom.example",
        "TRUSTED_PROXIES": "1",
        "NEWSROOM_DATA": str(folder / "data"),
    }
    file = folder / "environment"
    file.touch(mode=0o640)
    file.write_text("".join(f"{name}={value}\n" for name, value in right.items()))
    return {
        **{name: value for name, value in os.environ.items() if name not in env.variables},
        "DJANGO_SETTINGS_MODULE": "cms.settings.production",
        "ENVIRONMENT_FILE": str(file),
        **changes,
    }


def in_production(folder: Path, *command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the arguments in such an environment."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR, env=production(folder, **changes), capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip


def deploy_faults(folder: Path, **changes: str) -> dict[str, str]:
    """Return what `check --deploy` says, by ids."""
    done = in_production(folder, "manage.py", "check", "--deploy", **changes)
    said = done.stdout + done.stderr
    assert "System check identified" in said, said
    return dict(re.findall(r"\((\w+\.[EW]\d+)\) (.*)", said))


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"HSTS_SUBDOMAINS": "1", "HSTS_PRELOAD": "1", "APPROVER_SHARE": "0", "DATABASE_URL": NOBODY_ANSWERS}, {}),
        (
            {
                "SECRET_KEY": "shorter-than-django-wants-it-to-be",
                "TRUSTED_PROXIES": "0",
                "BASE_URL": "http://newsroom.example",
                "APPROVER_SHARE": "101",
            },
            {
                "security.W009": "SECRET_KEY",
                "chorsu_cms.W001": "BASE_URL",
                "chorsu_cms.W002": "TRUSTED_PROXIES",
                "chorsu_editorial.E001": "APPROVER_SHARE",
            },
        ),
    ],
    ids=["right", "unsafe"],
)
def test_what_lets_strangers_in_is_told_before_it_is_online(tmp_path, changes, faults):
    found = deploy_faults(tmp_path, **changes)
    assert [fault for fault, name in faults.items() if name not in found.get(fault, "")] == []
    assert bool(found) == bool(faults)


SERVER, COMMAND = ("-c", "import cms.wsgi"), ("-m", "django", "check")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("command", "changes"),
    [
        (COMMAND, {"SECRET_KEY": "x", "ALLOWED_HOSTS": "*", "TRUSTED_PROXIES": "two", "DATABASE_URL": "nonsense"}),
        (SERVER, {"SECRET_KEY": settings.DEVELOPMENT_KEY, "ALLOWED_HOSTS": "", "TRUSTED_PROXIES": "-1"}),
        (SERVER, {"SECRET_KEY": "", "ALLOWED_HOSTS": ".newsroom.example,*"}),
        (
            SERVER,
            {
                "DATABASE_URL": "postgres://newsroom:hidden/word@host/database",
                "ELASTICSEARCH_URL": "elastic:hidden@host:9200",
                "MAIL_URL": "mail://newsroom:hidden@host",
                "REDIS_URL": "http://:hidden@host",
                "TELEGRAM_API_URL": "ftp://newsroom:hidden@host",
            },
        ),
        (COMMAND, {"NEWSROOM_DATA": "/dev/null/data"}),
    ],
    ids=["guessed", "known", "missing", "secrets", "folder"],
)
def test_nothing_starts_with_a_wrong_variable(tmp_path, changes, command):
    done = in_production(tmp_path, *command, **changes)
    lines = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (3, "")
    assert {line.partition(": ")[0] for line in lines} == set(changes), done.stderr
    assert "hidden" not in done.stderr


@pytest.mark.parametrize("name", ["data", "environment", "elsewhere.sqlite3"])
def test_files_that_others_can_read_are_told(tmp_path, name, settings, monkeypatch):
    (tmp_path / "data").mkdir(mode=0o750)
    for file in ("environment", "elsewhere.sqlite3"):
        (tmp_path / file).touch(mode=0o640)
    settings.DATA_DIR = tmp_path / "data"
    settings.ENVIRONMENT_FILE = str(tmp_path / "environment")
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", tmp_path / "elsewhere.sqlite3")
    assert "chorsu_cms.W003" not in {fault.id for fault in check_exposure()}
    (tmp_path / name).chmod(0o755)
    assert [fault.hint for fault in check_exposure() if fault.id == "chorsu_cms.W003"] == [
        f"Run: chmod o-rwx {tmp_path / name}"
    ]


def test_a_site_binds_no_other_hosts_and_receives_large_uploads_beside_the_media_folder_for_nobody_else(
    tmp_path,
):
    program = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        "print(settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_HSTS_PRELOAD)\n"
        "from django.core.files.storage import default_storage\n"
        "from django.core.files.uploadedfile import TemporaryUploadedFile\n"
        "file = TemporaryUploadedFile('picture.png', 'image/png', 9, None)\n"
        "print(file.temporary_file_path())\n"
        "print(default_storage.path(default_storage.save('original_images/picture.png', file)))\n"
    )
    bound, *paths = in_production(tmp_path, "-c", program).stdout.splitlines()
    received, kept = map(Path, paths)
    assert bound == "False False"
    assert received.parent == tmp_path / "data" / "uploads"
    assert kept.stat().st_mode & 0o777 == 0o640


@pytest.mark.sql
@pytest.mark.django_db
def test_postgresql_compiles_no_question_of_the_newsroom():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite compiles nothing")
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_no_plug_in_changes_a_connection_of_its_site():
    listening = {listener().__module__ for _key, listener, *_ in connection_created.receivers}
    assert "cms.receivers" in listening
    assert not [module for module in listening if module.startswith("chorsu_")]
