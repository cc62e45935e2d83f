"""Production writes down every error, with the request's number, and nothing of people."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due
from chorsu_locales.request_numbers import request_number
from cms.logs import PrivateFormatter
from cms.worker import Sweep, Worker
from tests.articles.pictures import file_of
from tests.factories import PASSWORD, make_article, make_home, make_section, make_user, signed_in

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


@pytest.mark.thorough
def test_an_error_is_logged_with_its_number_and_without_what_people_typed(tmp_path):
    program = """
client.cookies["sessionid"] = "sessionsecret"
answer = client.post("/fail/tokensecret/?q=querysecret", {"password": "typedsecret"}, REMOTE_ADDR="198.51.100.77")
print(answer.status_code, answer["X-Request-ID"])
print(answer.content.decode())
client.get("/fail/?q=querysecret")
# What anybody can make happen is no error. As Django does for a page that isn't there; ours needs a database.
logging.getLogger("django.request").warning("Not Found: /nothing/")
client.get("/", headers={"host": "evil.example"})
logging.getLogger("cms.worker").info("The worker runs %s.", "all")
"""
    variables = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "DJANGO_SETTINGS_MODULE": "cms.settings.production",
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "newsroom.example",
        "BASE_URL": "https://newsroom.example",
        "NEWSROOM_DATA": str(tmp_path),
    }
    command = [sys.executable, "-W", "ignore", "-c", SITE + program]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=variables, capture_output=True, text=True, check=False, timeout=120
    )
    shown, log = done.stdout, done.stderr
    assert done.returncode == 0, log
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
    line, said = log.splitlines()[-2:]
    assert re.fullmatch(r"\[[0-9a-f]{16}\] INFO cms\.requests: GET - 400 \d+ ms", line)
    assert said == "[-] INFO cms.worker: The worker runs all."
    assert "Not Found" not in log
    assert "evil" not in log


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
def test_addresses_are_hidden(text, expected):
    record = logging.LogRecord("x", logging.INFO, "", 0, text, None, None)
    assert PrivateFormatter().format(record) == f"[-] INFO x: {expected}"


# Each is typed or sent somewhere below, and nobody may read it in the log.
SECRETS = [
    "zarina",
    "gulrukhsor",
    "querysecret",
    "typedsecret",
    "remarksecret",
    "filesecret",
    "198.51.100",
    "secretbrow",
]


@pytest.fixture
def written() -> Iterator[dict[str, io.StringIO]]:
    """Write, by the levels of production, in both forms."""
    streams = {"text": io.StringIO(), "json": io.StringIO()}
    handlers = [logging.StreamHandler(stream) for stream in streams.values()]
    for handler, form in zip(handlers, streams, strict=True):
        handler.setFormatter(PrivateFormatter(form))
    levels = {"": "WARNING", "cms": "INFO", "django": "INFO", "django.request": "ERROR"}
    before = {name: logging.getLogger(name).level for name in levels}
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    for handler in handlers:
        logging.getLogger().addHandler(handler)
    yield streams
    for handler in handlers:
        logging.getLogger().removeHandler(handler)
    for name, former in before.items():
        logging.getLogger(name).setLevel(former)


@pytest.mark.usefixtures("newsroom", "_messages_in_english")
def test_the_lines_of_a_day_tell_nothing_of_people(written, settings, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("to gulrukhsor@example.org from 198.51.100.77")

    make_user("Chief editors", email="zarina@example.org", first_name="Zarina")
    article = make_article(make_section(make_home()), title="Harvest")
    agent = {"user-agent": "SecretBrowser/9 (X11; Linux)", "accept-language": "en"}
    client = Client(raise_request_exception=False, REMOTE_ADDR="198.51.100.77", headers=agent)
    login, invite = reverse("wagtailadmin_login"), reverse("newsroom_invite")
    client.post(login, {"username": "zarina@example.org", "password": "typedsecret"})
    assert client.post(login, {"username": "zarina@example.org", "password": PASSWORD}).status_code == 302
    form = {"address": "gulrukhsor@example.org", "first_name": "Gulrukhsor", "message_language": "en"}
    form |= {"roles": "journalist", "languages": "ru"}
    invited = client.post(invite, form)
    with monkeypatch.context() as broken_mail:
        broken_mail.setattr("chorsu_delivery.mail.send_now", fail)
        assert deliver_due() == 1
    OutgoingMessage.objects.update(not_before=timezone.now())
    deliver_due()
    sent = mail.outbox[-1]
    assert sent.extra_headers["X-Request-ID"] == invited["X-Request-ID"]
    path = urlsplit(re.findall(r"http\S+/invitation/\S+", str(sent.body))[0]).path
    visitor = Client(REMOTE_ADDR="198.51.100.77", headers=agent)
    assert visitor.get(path).status_code == 302
    visitor.get("/ru/search/", {"q": "querysecret"})
    visitor.get(article.url)
    visitor.get("/ru/zarina@example.org/querysecret/")
    report = {"page": article.pk, "comment": "remarksecret", "selected": "Harvest"}
    visitor.post("/feedback/report/", json.dumps(report), content_type="application/json")
    file = SimpleUploadedFile("filesecret.png", file_of("png"))
    client.post(reverse("wagtailimages:add"), {"title": "filesecret", "file": file, "collection": "1"})
    broken = client.post(invite, {**form, "rows-TOTAL_FORMS": "999"})
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    large = client.post(invite, form)
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
    monkeypatch.setattr("cms.newsroom.invitations.invite", fail)
    failed = client.post(invite, {**form, "address": "gulrukhsor2@example.org"})
    assert [answer.status_code for answer in (broken, large, failed)] == [400, 400, 500]

    text, lines = written["text"].getvalue(), written["json"].getvalue().splitlines()
    for secret in (*SECRETS, *path.lower().split("/")[3:-1]):
        assert secret not in f"{text}{lines}".lower()
    records = [json.loads(line) for line in lines]
    requests = [record for record in records if record["logger"] == "cms.requests"]
    assert [(record["method"], record["route"], record["status"]) for record in requests] == [
        ("POST", "wagtailadmin_login", 200),
        ("POST", "wagtailadmin_login", 302),
        ("POST", "newsroom_invite", 302),
        ("GET", "invitation", 302),
        ("GET", "chorsu_search:search", 200),
        ("GET", article.url, 200),
        ("GET", "-", 404),
        ("POST", "chorsu_feedback:report", 201),
        ("POST", "wagtailimages:add", 302),
        ("POST", "newsroom_invite", 400),
        ("POST", "newsroom_invite", 400),
        ("POST", "newsroom_invite", 500),
    ]
    assert all(isinstance(record["ms"], int) for record in requests)
    of_one = {record["logger"] for record in records if record["number"] == invited["X-Request-ID"]}
    assert of_one == {"cms.requests", "chorsu_delivery"}
    for refused in (broken, large):
        assert len([line for line in text.splitlines() if refused["X-Request-ID"] in line]) == 2
    assert "What was sent to newsroom_invite could not be read: BadRequest" in text
    assert "TooManyFieldsSent at cms." in text
    (fault,) = [record for record in records if "Traceback" in record["message"]]
    assert (fault["number"], fault["level"]) == (failed["X-Request-ID"], "ERROR")
    assert fault["message"].splitlines()[-1] == "RuntimeError: to … from …"


@pytest.mark.django_db
def test_each_run_of_a_sweep_has_a_number_and_a_failure_bears_it(written):
    numbers = []

    def fail():
        numbers.append(request_number())
        raise RuntimeError

    worker = Worker([Sweep("one", fail, 1), Sweep("two", fail, 1)])
    assert not worker.run_once()
    assert len(set(numbers)) == 2
    assert request_number() == ""
    for number in numbers:
        assert f"[{number}] ERROR cms.worker: The sweep" in written["text"].getvalue()


@pytest.mark.usefixtures("newsroom", "_messages_in_english")
def test_previews_and_pages_that_the_worker_asks_for_are_parts_of_another_line(written):
    section = make_section(make_home())
    draft = make_article(section, title="Embargoed", live=False)
    client = signed_in(make_user("Chief editors"))
    shown = client.get(reverse("wagtailadmin_pages:view_draft", args=[draft.pk]))
    assert (shown.status_code, "Embargoed" in shown.content.decode()) == (200, True)
    published = make_article(section, title="Harvest")

    def ask():
        assert request_number()
        assert WSGIHandler().get_response(RequestFactory().get(published.url)).status_code == 200

    assert Worker([Sweep("one", ask, 1)]).run_once()
    (line,) = written["text"].getvalue().splitlines()
    assert re.fullmatch(r"\[[0-9a-f]{16}\] INFO cms\.requests: GET wagtailadmin_pages:view_draft 200 \d+ ms", line)
    assert shown["X-Request-ID"] in line
