"""What is wrong is found, each thing forced once, and nothing in a healthy newsroom; who asks, and what they learn."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest
from aiosmtpd.controller import Controller
from django.core.checks import ERROR, WARNING, CheckMessage, Error, Info
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import Settings

from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due, send
from chorsu_search.models import IndexChange, IndexWriter
from chorsu_search.writing import sync
from cms.health import findings, views
from cms.management.commands import doctor
from cms.models import SweepRun
from cms.settings.env import mail_settings
from cms.wiring.sweeps import SWEEPS
from cms.worker import Sweep, Worker
from tests.cms.test_environment import in_production, production
from tests.factories import make_article, make_user
from tests.migrated_file import ROOT, put_migrated_file
from tests.tour.services import Letters, eventually, free_port

NEVER = float("-inf"), list[CheckMessage]()


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch):
    monkeypatch.setattr(views, "_last", NEVER)
    findings._newest_backup.cache_clear()
    findings._mail_fault.cache_clear()


@pytest.fixture(scope="module")
def _after_a_worker(newsroom_of_module, kept_in_module):
    with kept_in_module():
        assert Worker(SWEEPS).run_once()


@pytest.fixture
def healthy(_after_a_worker, db, settings, tmp_path, _messages_in_english):
    """Return to a newsroom whose worker has run all its jobs."""
    settings.DATA_DIR = tmp_path


def wrong() -> list[tuple[str, str, str]]:
    found = [each for each in findings.findings() if each.is_serious(WARNING)]
    assert all(str(each.hint) for each in found)
    return [(str(each.obj), "error" if each.is_serious() else "warning", str(each.msg)) for each in found]


def test_in_a_healthy_newsroom_nothing_is_wrong_and_what_is_stands_on_the_page(healthy, client, monkeypatch):
    assert wrong() == []
    assert client.get("/readyz").content == b"ready\n"
    client.force_login(make_user("Chief editors"))
    response = client.get(reverse("health"))
    assert response.text.count("All is well.") == len(findings.CHECKS) - 2
    assert "no place for backups" in response.text
    assert connection.display_name in response.text
    assert not views._wrong(response.wsgi_request.user)
    SweepRun.objects.all().delete()
    monkeypatch.setattr(views, "_last", NEVER)
    assert "No worker runs" in client.get(reverse("health")).text


# --- each thing, once ---


@dataclass
class Given:
    """What a newsroom is made ill with."""

    monkeypatch: pytest.MonkeyPatch
    settings: Settings
    folder: Path


def stop_the_worker(_given: Given) -> None:
    SweepRun.objects.update(seen_at=timezone.now() - timedelta(minutes=10))


def let_a_wrong_clock_have_written(_given: Given) -> None:
    SweepRun.objects.update(seen_at=timezone.now() + timedelta(hours=3))


def let_a_job_fail(_given: Given) -> None:
    def job() -> None:
        raise RuntimeError("a@newsroom.example")

    worker = Worker([Sweep("bad", job, 10)])
    for _time in range(3):
        worker.run_once()


def send_by(port: int, settings: Settings) -> None:
    """Have mails be sent by the server at this port."""
    for name, value in mail_settings(f"smtp://127.0.0.1:{port}", sender="n@newsroom.example").items():
        setattr(settings, name, value)
    settings.CHORSU_DELIVERY = {**settings.CHORSU_DELIVERY, "MAILER": "server"}


def take_the_mail_server_away(given: Given) -> None:
    send_by(free_port(), given.settings)


def hold_messages_up(given: Given) -> None:
    former = given.settings.CHORSU_DELIVERY
    take_the_mail_server_away(given)
    send(channel="mail", recipient="a@newsroom.org", subject="s", body="b", key="k")
    assert deliver_due() == 1
    given.settings.CHORSU_DELIVERY = {**former, "MAILER": "default"}


def let_one_address_be_wrong(_given: Given) -> None:
    send(channel="mail", recipient="wrong@newsroom.org", subject="s", body="b", key="k")
    OutgoingMessage.objects.update(attempts=3, last_error="no such user")
    send(channel="mail", recipient="right@newsroom.org", subject="s", body="b", key="k")
    OutgoingMessage.objects.filter(recipient="right@newsroom.org").update(sent_at=timezone.now())


def leave_free(given: Given, share: float) -> None:
    """Let as much of the disk be free as this share of what is enough."""
    given.monkeypatch.setattr(findings, "FREE_SHARE", 10)
    given.monkeypatch.setattr(findings, "FREE_BYTES", shutil.disk_usage(given.folder).free / share)


def fill_the_disk(given: Given) -> None:
    leave_free(given, 0.1)


def make_the_disk_small(given: Given) -> None:
    leave_free(given, 0.5)


def undo_a_migration(_given: Given) -> None:
    newest = sorted(findings._newest_migrations())[0]
    MigrationRecorder(connection).record_unapplied(*newest)


def leave_static_files_where_they_are(given: Given) -> None:
    backend = {"BACKEND": "cms.reader.caches.StaticFilesStorage"}
    given.settings.STATIC_ROOT = given.folder / "nothing"
    given.settings.STORAGES = {**given.settings.STORAGES, "staticfiles": backend}


def put_something_in_the_place_of_media(given: Given) -> None:
    given.settings.MEDIA_ROOT = given.folder / "file"
    (given.folder / "file").touch()


def damage_the_cache(given: Given) -> None:
    (given.folder / "cache").touch()
    kept = {"BACKEND": "cms.reader.caches.FileCache", "LOCATION": given.folder / "cache"}
    given.settings.CACHES = {**given.settings.CACHES, "default": kept}


def leave_changes_unindexed(_given: Given) -> None:
    IndexChange.objects.create(engine="embedded", page_id=make_article().pk)
    IndexChange.objects.update(created_at=timezone.now() - timedelta(minutes=10))


def bring_back_an_older_database(_given: Given) -> None:
    IndexWriter.objects.update_or_create(engine="embedded", defaults={"rebuild": True, "rebuild_until": None})


def stop_elasticsearch(given: Given) -> None:
    server = {
        "ENGINE": "chorsu_search.engines.elasticsearch.ElasticsearchEngine",
        "URL": f"http://127.0.0.1:{free_port()}",
    }
    engines = {"elasticsearch": server, **given.settings.CHORSU_SEARCH["ENGINES"]}
    given.settings.CHORSU_SEARCH = {**given.settings.CHORSU_SEARCH, "ENGINES": engines}


def keep_backups_in(folder: Path, settings: Settings) -> None:
    settings.BACKUP_TO = str(folder)
    own = {"BACKEND": "cms.backup.FolderStorage", "OPTIONS": {"location": str(folder)}}
    settings.STORAGES = {**settings.STORAGES, "backups": own}


def make_no_backup(given: Given) -> None:
    keep_backups_in(given.folder / "backups", given.settings)


def take_the_backups_bucket_away(given: Given) -> None:
    given.settings.BACKUP_TO = "s3://backups"
    keys = {"access_key": "key", "secret_key": "secret"}
    options = {"bucket_name": "backups", "endpoint_url": f"http://127.0.0.1:{free_port()}", **keys}
    bucket = {"BACKEND": "cms.bucket.BackupBucket", "OPTIONS": options}
    given.settings.STORAGES = {**given.settings.STORAGES, "backups": bucket}


def forget_to_back_up(given: Given) -> None:
    make_no_backup(given)
    (given.folder / "backups").mkdir()
    for days in (-3, 200):  # and a clock ran ahead
        (given.folder / "backups" / f"{timezone.now() + timedelta(days):%Y-%m-%dT%H%M%SZ}.json").touch()


@pytest.mark.parametrize(
    ("make_ill", "subject", "level", "words"),
    [
        (stop_the_worker, "worker", "error", "No worker runs"),
        (let_a_wrong_clock_have_written, "worker", "error", "No worker runs"),
        (let_a_job_fail, "worker", "warning", "job bad failed 3 times"),
        (take_the_mail_server_away, "mail", "error", "doesn’t answer: "),
        (hold_messages_up, "messages", "warning", "not leaving"),
        (let_one_address_be_wrong, "messages", "warning", "Messages that fail: 1"),
        (fill_the_disk, "disk", "error", "MB left"),
        (make_the_disk_small, "disk", "warning", "MB left"),
        (undo_a_migration, "migrations", "error", "older than the program"),
        (leave_static_files_where_they_are, "static_files", "error", "weren’t collected"),
        (put_something_in_the_place_of_media, "files", "error", "read or kept in"),
        (damage_the_cache, "cache", "warning", "slower"),
        (leave_changes_unindexed, "search", "warning", "Changed pages wait for search: "),
        (bring_back_an_older_database, "search", "warning", "fit the database"),
        (stop_elasticsearch, "search", "warning", "doesn't answer"),
        (make_no_backup, "backup", "warning", "no backup"),
        (forget_to_back_up, "backup", "warning", "no backup"),
        (take_the_backups_bucket_away, "backup", "error", "doesn’t answer"),
    ],
)
def test_what_is_wrong_is_found_told_to_chiefs_and_named_to_probes(
    make_ill,
    subject,
    level,
    words,
    healthy,
    client,
    monkeypatch,
    settings,
    tmp_path,
):
    make_ill(Given(monkeypatch, settings, tmp_path))
    ((found, how, text),) = wrong()
    assert (found, how) == (subject, level)
    assert words in text
    # Strangers learn the subject alone, and only the database keeps readers away.
    answer = client.get("/readyz", headers={"host": "10.0.0.7"})
    lacking = subject in {"migrations", "static_files"}
    assert answer.content.decode().split() == [*(["not"] if lacking else []), "ready", subject]
    assert answer.status_code == (503 if lacking else 200)
    with translation.override("ru"):
        (row,) = views._wrong(make_user("Chief editors"))
    assert row.title != text
    assert row.remark


@pytest.mark.usefixtures("_messages_in_english")
def test_backups_are_looked_for_now_and_then_also_while_their_store_hangs(settings, monkeypatch):
    newest = mock.Mock(side_effect=OSError("Read timeout"))
    settings.BACKUP_TO = "s3://backups"
    monkeypatch.setattr(findings, "newest_backup", newest)
    for now, times in ((1000.0, 1), (1000.0, 1), (1300.0, 2)):
        monkeypatch.setattr(findings, "time", SimpleNamespace(monotonic=lambda now=now: now))
        (fault,) = findings.findings([findings.backup])
        assert (fault.level, fault.msg, newest.call_count) == (ERROR, "It doesn’t answer: Read timeout", times)


@pytest.mark.skipif(os.getuid() == 0, reason="Nobody refuses root a folder.")
def test_a_folder_that_may_not_be_read(healthy, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir(mode=0o300)
    assert [subject for subject, _level, _text in wrong()] == ["files"]


def test_a_job_of_a_former_version_and_a_backup_of_today_are_no_fault(healthy, settings, tmp_path):
    SweepRun.objects.create(name="former", failures=5, seen_at=timezone.now() - timedelta(hours=3))
    keep_backups_in(tmp_path, settings)
    (tmp_path / f"{timezone.now():%Y-%m-%dT%H%M%SZ}.json").touch()
    assert wrong() == []


# --- who asks ---


def test_figures_are_for_whoever_has_the_token(healthy, client, settings):
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 401
    settings.METRICS_TOKEN = "a-token"
    for said in ("", "Bearer a-toke", "a-token", "Bearer ü"):
        refused = client.get("/metrics", headers={"authorization": said})
        assert (refused.status_code, refused.content) == (401, b"")
    SweepRun.objects.all().delete()
    text = client.get("/metrics", headers={"authorization": "Bearer a-token"}).text
    assert 'newsroom_finding{subject="worker"} 2.0' in text
    assert 'newsroom_finding{subject="mail"} 0.0' in text
    assert 'newsroom_queue_length{queue="messages"} 0.0' in text


def test_an_answer_is_kept_for_seconds(healthy, monkeypatch, client):
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr(views, "findings", lambda: pytest.fail("It was looked for again at once."))
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(("hangs_behind", "answer"), [(9, b"ready\nlate\n"), (1, b"not ready\nlate\n")])
def test_one_looks_and_the_others_wait_for_nobody(hangs_behind, answer, monkeypatch, client):
    asked, goes_on = threading.Event(), threading.Event()

    def slow():
        yield from (Info("", obj=check.__name__) for check in findings.CHECKS[:hangs_behind])
        asked.set()
        goes_on.wait(60)

    monkeypatch.setattr(views, "findings", slow)
    # Nobody asked for an hour; what was found then is an answer as long as the look takes no longer than usual.
    names = [check.__name__ for check in findings.CHECKS]
    monkeypatch.setattr(views, "_last", (time.monotonic() - 3600, [Info("", obj=name) for name in names]))
    looking = threading.Thread(target=views.recent)
    looking.start()
    assert asked.wait(60)
    try:
        assert {client.get("/readyz").content for _time in range(50)} == {b"ready\n"}
        monkeypatch.setattr(views, "LATE_SECONDS", 0)
        assert client.get("/readyz").content == answer
    finally:
        goes_on.set()
        looking.join()
    assert views.recent()[-1].obj != "late"


def test_nothing_else_is_a_probe(healthy, client):
    for name in ("healthz", "readyz", "metrics"):
        for address in (f"/{name}/", f"/ru/{name}", f"/{name};x"):
            assert client.get(address).status_code in {301, 302, 404}, address
        # The test's client takes what stands behind two slashes for a host.
        assert client.generic("GET", "/", PATH_INFO=f"//{name}").status_code in {301, 302, 404}
        assert client.post(f"/{name}").status_code in {403, 404}
    assert client.get("/healthz", headers={"host": "evil.example:99999/%0d%0a"}).content == b"alive\n"
    assert client.head("/healthz").content == b""


# --- in processes of their own ---


@pytest.mark.thorough
def test_figures_of_two_processes_are_added_up_also_when_one_was_replaced(tmp_path):
    put_migrated_file(tmp_path / "data" / "newsroom.sqlite3")
    served = production(tmp_path, METRICS_TOKEN="a-token")
    port = free_port()
    gunicorn = Path(sys.executable).with_name("gunicorn")
    command = [gunicorn, "-c", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", "--log-level=warning"]

    def ask(path, **headers):
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def is_alive():
        try:
            # By its address, over http, as a load balancer does.
            return ask("/healthz", Host="127.0.0.1")[0] == 200
        except OSError:
            return False

    def workers():
        return {int(each) for each in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()}

    def figure():
        text = ask("/metrics", Authorization="Bearer a-token")[1]
        return sum(map(int, re.findall(r'seconds_count\{route="robots",status="200"\} (\d+)', text)))

    log = tmp_path / "log"
    with log.open("w") as written, subprocess.Popen(command, cwd=ROOT, env=served, stderr=written) as server:
        try:
            eventually(is_alive, "an answer of the server")
            asked, folder = 0, next(Path("/dev/shm").glob(f"newsroom-metrics-{server.pid}-*"))
            while len(list(folder.glob("histogram_*"))) < 2:
                asked += ask("/robots.txt", **{"Host": "newsroom.example", "X-Forwarded-Proto": "https"})[0] == 200
                assert asked < 1000, "one process had no request"
            assert figure() == asked
            before = workers()
            os.kill(min(before), signal.SIGTERM)
            eventually(lambda: len(workers()) == 2 and workers() != before, "a process in the place of the ended one")
            eventually(lambda: is_alive() and figure() == asked, "the figures of both")
        finally:
            server.terminate()
    assert not folder.exists()
    lines = re.findall(r"\[[0-9a-f]{16}\] INFO cms\.requests: (.*) \d+ ms\n", log.read_text())
    assert lines == ["GET robots 200"] * asked, "probes have no line"


def test_a_process_gets_a_file_that_none_has_also_after_a_reload():
    pre_fork = runpy.run_path(str(ROOT / "deploy" / "gunicorn.conf.py"))["pre_fork"]
    server, worker = SimpleNamespace(WORKERS={1: SimpleNamespace(place=0), 2: SimpleNamespace(place=2)}), mock.Mock()
    pre_fork(server, worker)
    assert worker.place == 1


def test_what_others_leave_in_shared_memory_keeps_no_server_from_starting(tmp_path, monkeypatch):
    on_starting = runpy.run_path(str(ROOT / "deploy" / "gunicorn.conf.py"))["on_starting"]
    monkeypatch.setitem(on_starting.__globals__, "worker_tmp_dir", str(tmp_path))
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    # No process has these numbers.
    (tmp_path / "newsroom-metrics-4194305-x").symlink_to(tmp_path / "nothing")
    (left := tmp_path / "newsroom-metrics-4194306-x").mkdir()
    on_starting(None)
    assert not left.exists()
    assert Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).parent == tmp_path


def test_each_subject_has_its_alarm_in_the_docs_and_its_name_on_the_page():
    table = re.findall(
        r"^\| `(\w+)`", (ROOT / "docs" / "operate.md").read_text().partition("## Alarms")[2], re.MULTILINE
    )
    page = (ROOT / "cms" / "templates" / "newsroom" / "health.html").read_text()
    subjects = {check.__name__ for check in findings.CHECKS} | {views.LATE.obj}
    assert set(table) == subjects
    assert set(re.findall(r'each.obj == "(\w+)"', page)) == subjects


@pytest.mark.thorough
def test_the_doctor_says_that_the_database_is_away_and_looks_at_the_rest(tmp_path):
    away = f"127.0.0.1:{free_port()}"
    servers = {"DATABASE_URL": f"postgres://n:secret@{away}/n", "MAIL_URL": f"smtp://{away}"}
    done = in_production(tmp_path, "manage.py", "doctor", **servers)
    assert done.returncode == 1
    assert done.stdout.count("database: The database doesn’t answer.") == 1
    assert "ERROR   mail: " in done.stdout
    assert "INFO    disk: " in done.stdout
    assert "secret" not in done.stderr + done.stdout


def test_the_doctor_of_a_healthy_newsroom(healthy, monkeypatch, capsys):
    make_article(title="Оби Сарез")
    sync()
    # Tests' settings are no site's.
    monkeypatch.setattr(doctor, "run_checks", lambda **_options: [])
    call_command("doctor")
    said = capsys.readouterr().out
    assert "INFO    fonts: All is well." in said
    assert f"database: {connection.display_name}" in said
    assert {line.split()[0] for line in said.splitlines()} == {"INFO"}
    faults = [Error("Of a plug-in.", "Mend it.", id="silenced.E001"), Error("Another.", "Mend it.", id="other.E001")]
    monkeypatch.setattr(doctor, "run_checks", lambda **_options: faults)
    with override_settings(SILENCED_SYSTEM_CHECKS=["silenced.E001"]), pytest.raises(CommandError):
        call_command("doctor")
    assert "Of a plug-in." not in (said := capsys.readouterr().out)
    assert "ERROR   ?: (other.E001) Another.\n\tHINT: Mend it.\n" in said


def test_the_doctor_sends_a_mail_and_says_what_the_server_says(db, settings, monkeypatch, capsys):
    letters = Letters()
    server = Controller(letters, hostname="127.0.0.1", port=free_port())
    send_by(server.port, settings)
    monkeypatch.setattr(doctor, "CHECKS", ())
    monkeypatch.setattr(doctor, "run_checks", lambda **_options: [])
    server.start()
    try:
        call_command("doctor", "--mail", "chief@newsroom.example")
    finally:
        server.stop()
    assert "The server took the mail" in capsys.readouterr().out
    assert letters.to("chief@newsroom.example")
    with pytest.raises(CommandError):
        call_command("doctor", "--mail", "chief@newsroom.example")
    assert "refused" in capsys.readouterr().out


def test_the_doctor_finds_a_font_without_tajik_letters_and_words_that_search_lost(healthy, monkeypatch, settings):
    latin = str(ROOT / "cms" / "static" / "cms" / "fonts" / "latin-400.woff2")
    monkeypatch.setattr(doctor.finders, "find", lambda _name: latin)
    assert "ӣ ӯ ҳ қ ғ ҷ" in str(next(iter(doctor.fonts())).msg)
    settings.CHORSU_SEARCH = {**settings.CHORSU_SEARCH, "AFTER_COMMIT": False}
    make_article(title="Оби Сарез")
    assert [each.msg for each in doctor.words()] == ["Search doesn't find 'Оби Сарез' (ru)."]


def test_a_clock_that_differs_is_told(healthy, monkeypatch):
    monkeypatch.setattr(findings, "timezone", mock.Mock(now=lambda: timezone.now() - timedelta(seconds=100)))
    _version, drift = findings.database()
    assert re.fullmatch(r"Its clock and this machine’s differ by (99|100) s\.", str(drift.msg))
