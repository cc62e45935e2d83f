"""Production writes down every error, with the request's number, and nothing of people."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from cms.logs import PrivateFormatter

SITE = """
import logging, sys
import django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = ":memory:"
from django.test import Client
from django.urls import path
import cms.urls

def fail(request, token=""):
    typed = request.POST.get("password", "")
    try:
        int(typed or request.GET.get("q", "no number"))
    except ValueError as error:
        said = f"of person@example.org at 203.0.113.9 or 2001:db8::7, with {dict(request.COOKIES)}"
        raise RuntimeError(said) from error

cms.urls.urlpatterns.insert(0, path("fail/<token>/", fail))
cms.urls.urlpatterns.insert(0, path("fail/", fail))
client = Client(raise_request_exception=False, headers={"X-Forwarded-Proto": "https", "host": "newsroom.example"})
"""


def logged(folder: Path, program: str) -> tuple[str, str]:
    """Run requests under the settings of production; return what was printed, and what was logged."""
    variables = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "DJANGO_SETTINGS_MODULE": "cms.settings.production",
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "newsroom.example",
        "BASE_URL": "https://newsroom.example",
        "NEWSROOM_DATA": str(folder),
    }
    command = [sys.executable, "-W", "ignore", "-c", SITE + program]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=variables, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def test_an_error_is_logged_with_its_number_and_without_what_people_typed(tmp_path: Path) -> None:
    shown, log = logged(
        tmp_path,
        """
client.cookies["sessionid"] = "sessionsecret"
answer = client.post("/fail/tokensecret/?q=querysecret", {"password": "typedsecret"}, REMOTE_ADDR="198.51.100.77")
print(answer.status_code, answer["X-Request-ID"])
print(answer.content.decode())
client.get("/fail/?q=querysecret")
""",
    )
    status, number = shown.splitlines()[0].split()
    assert status == "500"
    assert f"500 · {number}" in shown
    assert f"[{number}] ERROR django.request: Internal Server Error: /fail/…/" in log
    assert f"[{number}] Traceback (most recent call last):" in log
    assert "ValueError: invalid literal for int() with base 10: '…'" in log
    assert "RuntimeError: of … at … or …, with {'…': '…'}" in log.replace("'sessionid'", "'…'")
    assert re.search(r"\[[0-9a-f]{16}\] ERROR .*: /fail/\n", log)
    for secret in ("secret", "person", "203.0.113", "198.51.100", "2001:db8"):
        assert secret not in log


def test_what_anybody_can_make_happen_is_not_logged(tmp_path: Path) -> None:
    shown, log = logged(
        tmp_path,
        """
# As Django does for a page that isn't there; ours needs a database.
logging.getLogger("django.request").warning("Not Found: /nothing/")
print(client.get("/", headers={"host": "evil.example"}).status_code)
logging.getLogger("chorsu.worker").info("The worker runs %s.", "all")
""",
    )
    assert shown == "400\n"
    assert log == "[-] INFO chorsu.worker: The worker runs all.\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No mail to a.b+c@mail.example.org.", "No mail to …"),
        ("(Name <a@b.tj>)", "(Name <…>)"),
        ("from 10.0.0.7:443", "from …:443"),
        ("[2001:db8:1:2::9]:443", "[…]:443"),
        ("at 12:30:45 of 2026-11-25, lines[::2], 8.0.1", "at 12:30:45 of 2026-11-25, lines[::2], 8.0.1"),
        ("DETAIL:  Failing row contains (5, Real, Name).", "DETAIL:…"),
        ("one\nERROR forged: two", "one\n[-] ERROR forged: two"),
    ],
)
def test_addresses_are_hidden(text: str, expected: str) -> None:
    import logging  # noqa: PLC0415

    record = logging.LogRecord("x", logging.INFO, "", 0, text, None, None)
    assert PrivateFormatter().format(record) == f"[-] INFO x: {expected}"


@pytest.mark.django_db
def test_every_answer_has_a_number(client: Client) -> None:
    numbers = [client.get(path)["X-Request-ID"] for path in ("/robots.txt", "/nothing/", "/admin/login/")]
    assert len({number for number in numbers if re.fullmatch("[0-9a-f]{16}", number)}) == 3
