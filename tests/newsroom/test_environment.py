"""Environment variables: read once, and a wrong one is named with its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from cms.settings.database import database
from cms.settings.env import Environment, env
from cms.settings.mail import mail_settings


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Environment:
    for name, value in {
        "FLAG": "perhaps",
        "NUMBER": "many",
        "ADDRESS": "newsroom",
        "ZONE": "Asia/Nowhere",
        "WORDS": " ru, ,tg ",
        "EMPTY": " ",
        "GOOD_ADDRESS": "https://newsroom.example/",
    }.items():
        monkeypatch.setenv(name, value)
    return Environment()


def test_a_wrong_value_gives_the_default_and_a_problem_with_its_remedy(environment: Environment) -> None:
    assert environment.flag("FLAG", default=True, meaning="") is True
    assert environment.number("NUMBER", 7, "") == 7
    assert environment.address("ADDRESS", "http://localhost", "") == "http://localhost"
    assert environment.time_zone("ZONE", "Asia/Dushanbe", "") == "Asia/Dushanbe"
    assert [name for name, _what, _fix in environment.problems] == ["FLAG", "NUMBER", "ADDRESS", "ZONE"]
    assert all(what and fix for _name, what, fix in environment.problems)


def test_right_values(environment: Environment) -> None:
    assert environment.words("WORDS", "", "") == ["ru", "tg"]
    assert environment.text("EMPTY", "default", "") == "default"
    assert environment.address("GOOD_ADDRESS", "", "") == "https://newsroom.example"
    assert not environment.problems


def test_a_folder_is_made_and_one_that_cannot_be_used_is_a_problem(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert environment.folder("FOLDER", tmp_path / "a" / "b", "").is_dir()
    assert not environment.problems
    (tmp_path / "file").touch()
    environment.folder("FILE", tmp_path / "file", "")
    monkeypatch.setattr("os.access", lambda *_: False)
    environment.folder("LOCKED", tmp_path, "")
    assert [name for name, _what, _fix in environment.problems] == ["FILE", "LOCKED"]


def test_no_address_of_a_database_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "problems", [])
    assert database("mysql://x", otherwise={"ENGINE": "sqlite"}) == {"ENGINE": "sqlite"}
    assert database("", otherwise={"ENGINE": "sqlite"}) == {"ENGINE": "sqlite"}
    assert database("postgres://u:p@h:5/d", otherwise={})["NAME"] == "d"
    assert [name for name, *_ in env.problems] == ["DATABASE_URL"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost", {"port": 25, "use_tls": False, "use_ssl": False}),
        ("smtps://u:p%40@mail.example", {"port": 465, "use_ssl": True, "password": "p@"}),
        ("smtp+tls://mail.example:587", {"port": 587, "use_tls": True}),
    ],
)
def test_mail_servers(url: str, expected: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "problems", [])
    mailers = mail_settings(url, sender="a@example.org")["MAILERS"]
    options = next(mailer["OPTIONS"] for mailer in mailers.values() if "host" in mailer.get("OPTIONS", {}))
    assert expected.items() <= options.items()
    assert not env.problems


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://host:port", "nonsense"])
def test_no_mail_server_is_a_problem(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "problems", [])
    mail_settings(url, sender="a@example.org")
    assert [name for name, *_ in env.problems] == ["MAIL_URL"]
