"""The worker survives its sweeps, keeps their pace, and ends when told to; abandoned uploads are deleted."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from wagtail.models import UploadedFile

from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import send
from cms.models import SweepRun
from cms.wiring.sweeps import SWEEPS
from cms.worker import Sweep, Worker, _reserved
from tests.articles.pictures import SECRETS, WAYS, stored_files, telling_file
from tests.factories import make_user

ROOT = Path(__file__).resolve().parents[2]
NAMES = """
import time, django
django.setup()
from django.db import connection
from chorsu_delivery.models import OutgoingMessage
from cms.models import SweepRun
from cms.worker import Sweep, Worker
"""
TABLES = """
with connection.schema_editor() as editor:
    editor.create_model(OutgoingMessage)
    editor.create_model(SweepRun)
"""


class Clock:
    """Time that passes only while a worker waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.monkeypatch = monkeypatch
        monkeypatch.setattr("cms.worker.time.monotonic", lambda: self.now)
        # The connections belong to the test's transaction.
        monkeypatch.setattr("cms.worker.close_old_connections", lambda: None)
        monkeypatch.setattr("cms.worker.connections.close_all", lambda: None)

    def run(self, seconds: float, *sweeps: Sweep) -> None:
        """Let a worker run the sweeps for so long."""
        worker = Worker(sweeps)

        def wait(rest: float) -> None:
            self.now += rest
            if self.now > seconds:
                worker.stopping.set()

        self.monkeypatch.setattr(worker, "_listen", lambda: None)
        self.monkeypatch.setattr(worker.stopping, "wait", wait)
        worker.run_forever()


@pytest.fixture
def clock(monkeypatch) -> Clock:
    return Clock(monkeypatch)


@pytest.mark.django_db
def test_a_failing_sweep_waits_longer_each_time_and_stops_nothing_else(clock, caplog):
    failed: list[float] = []
    good: list[float] = []

    def fail():
        failed.append(clock.now)
        raise RuntimeError("the server is away")

    with caplog.at_level(logging.ERROR, "cms.worker"):
        clock.run(155, Sweep("bad", fail, 10), Sweep("good", lambda: good.append(clock.now), 10))
    assert failed == pytest.approx([0, 20, 60, 140])
    assert len(good) == 16
    # Logged once, with what to do.
    assert [record.getMessage() for record in caplog.records] == [
        "The sweep bad failed and is tried again, less and less often. To see it alone: manage.py bad"
    ]
    row = SweepRun.objects.get(name="bad")
    assert (row.failures, row.succeeded_at) == (4, None)
    assert "the server is away" in row.last_error
    assert SweepRun.objects.get(name="good").failures == 0


@pytest.mark.django_db
def test_a_sweep_is_tried_as_often_as_ever_while_the_database_takes_nothing(clock, monkeypatch):
    failed: list[float] = []

    def fail():
        failed.append(clock.now)
        raise OperationalError

    monkeypatch.setattr(SweepRun.objects, "update_or_create", Mock(side_effect=OperationalError))
    clock.run(45, Sweep("bad", fail, 10))
    assert failed == pytest.approx([0, 10, 20, 30, 40])


@pytest.mark.django_db
def test_a_sweep_that_works_again_is_forgiven(clock):
    runs: list[float] = []

    def recover():
        runs.append(clock.now)
        if len(runs) == 1:
            raise RuntimeError

    clock.run(45, Sweep("s", recover, 10))
    assert runs == pytest.approx([0, 20, 30, 40])
    row = SweepRun.objects.get(name="s")
    assert (row.failures, row.last_error) == (0, "")
    assert row.succeeded_at is not None


@pytest.mark.django_db
def test_a_sweep_with_more_to_do_goes_on_at_once(clock):
    left = [2, 1, 0]
    runs: list[float] = []

    def sweep():
        runs.append(clock.now)
        return left.pop(0)

    clock.run(59, Sweep("s", sweep, 60))
    assert len(runs) == 3
    assert runs[-1] < 1


@pytest.mark.django_db(transaction=True)
def test_a_sweep_that_lasts_holds_no_other_up(monkeypatch):
    """As the rebuild of a search index does; it is started again only when it has come to its end."""
    going_on, ended = threading.Event(), threading.Event()
    started: list[str] = []
    others: list[str] = []

    def rebuild():
        started.append(threading.current_thread().name)
        assert going_on.wait(60)
        ended.set()

    def other():
        others.append(threading.current_thread().name)
        if len(others) == 5:
            assert len(started) == 1
            going_on.set()
        if ended.is_set():
            worker.stopping.set()
        return 1

    worker = Worker([Sweep("lasts", rebuild, 0.01, beside=True), Sweep("other", other, 0.01)])
    monkeypatch.setattr(worker, "_listen", lambda: None)
    worker.run_forever()
    assert set(started) == {"lasts"}
    assert "lasts" not in others
    assert len(others) >= 5


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_comes_while_the_worker_holds_its_event_is_heard(sent, monkeypatch):
    worker = Worker([])
    is_set, main = worker.stopping.set, threading.get_ident()

    def in_another_thread():
        assert threading.get_ident() != main, "it would wait for itself"
        is_set()

    monkeypatch.setattr(worker.stopping, "set", in_another_thread)
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)
    before = [signal.getsignal(number) for number in numbers]
    try:
        worker._listen()
        os.kill(os.getpid(), sent)
        assert worker.stopping.wait(20)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def test_what_lasts_runs_beside_the_other_sweeps():
    assert {sweep.name for sweep in SWEEPS if sweep.beside} == {"search_rebuild", "import_archives"}


@pytest.mark.sql
@pytest.mark.django_db
def test_no_two_workers_run_a_lone_sweep_at_the_same_time():
    runs: list[str] = []
    second = Worker([Sweep("lone", lambda: runs.append("second"), 1, alone=True)])

    def first():
        runs.append("first")
        assert second.run_once()

    assert Worker([Sweep("lone", first, 1, alone=True)]).run_once()
    assert runs == ["first"]
    assert second.run_once()
    assert runs == ["first", "second"]


@pytest.mark.sql
@pytest.mark.django_db
def test_a_worker_that_has_lost_a_sweep_gives_nothing_back():
    """The first one's lease has ended, another runs the sweep, and a third one asks for it after the first ended."""
    runs: list[str] = []
    third = Worker([Sweep("lone", lambda: runs.append("third"), 1, alone=True)])
    first_ends = ExitStack()

    def second():
        runs.append("second")
        first_ends.close()
        assert third.run_once()

    first_ends.enter_context(_reserved(Sweep("lone", lambda: None, 1, alone=True)))
    SweepRun.objects.update(claimed_until=timezone.now())
    assert Worker([Sweep("lone", second, 1, alone=True)]).run_once()
    assert runs == ["second"]
    assert third.run_once()
    assert runs == ["second", "third"]


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_a_long_sweep_is_renewed(monkeypatch):
    """What a lease does with clocks that ran ahead, and at renewals: tests/delivery/test_leases.py."""
    monkeypatch.setattr("chorsu_delivery.leases.RENEWAL_SECONDS", 0.01)

    def long():
        held_until = SweepRun.objects.get().claimed_until
        end = time.monotonic() + 30
        while SweepRun.objects.get().claimed_until == held_until:
            assert time.monotonic() < end, "The lease was not renewed."
            time.sleep(0.01)

    assert Worker([Sweep("lone", long, 1, alone=True)]).run_once()
    assert SweepRun.objects.get().claimed_until is None


@pytest.mark.django_db
def test_once_sends_what_waits_and_tells_of_failures(monkeypatch):
    send(channel="mail", recipient="a@example.org", subject="S", body="B", key="k")
    call_command("worker", "--once")
    assert OutgoingMessage.objects.get().sent_at is not None
    assert set(SweepRun.objects.values_list("name", flat=True)) >= {"deliver_messages", "publish_scheduled"}


@pytest.mark.thorough
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_what_a_killed_worker_held_is_taken_over_within_a_minute(tmp_path):
    holder = start(
        tmp_path,
        f"""
{TABLES}
OutgoingMessage.objects.create(channel="mail", recipient="a@example.org", subject="S", body="B", key="k")
def sweep():
    OutgoingMessage.objects.claim(limit=1)
    print("holding", flush=True)
    time.sleep(600)
Worker([Sweep("lone", sweep, 1, alone=True)]).run_forever()
""",
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n"
    killed = timezone.now()
    holder.kill()
    holder.communicate()
    output, _ = start(
        tmp_path,
        f"""
import datetime
from django.utils import timezone
for seconds in (0, 60):
    timezone.now = lambda: datetime.datetime.fromisoformat("{killed}") + datetime.timedelta(seconds=seconds)
    Worker([Sweep("lone", lambda: print("sweeping"), 1, alone=True)]).run_once()
    print(seconds, len(OutgoingMessage.objects.claim(limit=1)))
""",
    ).communicate(timeout=60)
    assert output == "0 0\nsweeping\n60 1\n"


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_signal_ends_it_in_the_middle_of_a_sweep(tmp_path):
    process = start(
        tmp_path,
        f"""
{TABLES}
def sweep():
    print("sweeping", flush=True)
    time.sleep(60)
Worker([Sweep("s", sweep, 30)]).run_forever()
print("stopped", flush=True)
""",
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "sweeping\n"
        process.send_signal(signal.SIGTERM)
        # Less than the sweep's own minute, which a worker that doesn't break it off would wait for.
        output, _ = process.communicate(timeout=30)
        assert output == "stopped\n"
        assert process.returncode == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def start(folder: Path, program: str) -> subprocess.Popen[str]:
    """Run a program with the worker's names in a process of its own, on the database of a folder."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "cms.settings.test", "NEWSROOM_DATA": str(folder)}
    environment.pop("DATABASE_URL", None)
    return subprocess.Popen(
        [sys.executable, "-c", NAMES + program], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.django_db
def test_an_upload_that_nobody_completes_is_kept_for_two_days(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CHORSU_ARTICLES = {"PRIVATE_FOLDER": str(tmp_path / "private")}
    client.force_login(make_user(superuser=True))
    content = telling_file("jpeg")
    for name in ("left.jpg", "new.jpg", "lost.jpg"):
        WAYS["several together"](client, name, content, title="t" * 300)
    left, new, lost = UploadedFile.objects.order_by("pk")
    # It is as it was sent, and so nothing that the web server hands out.
    assert SECRETS[0] in left.file.read()
    assert all(name.startswith("private/") for name in stored_files(tmp_path))
    left.file.close()
    os.utime(left.file.path, (0, 0))
    Path(lost.file.path).unlink()
    call_command("delete_expired")
    assert list(UploadedFile.objects.all()) == [new]
    assert stored_files(tmp_path) == [f"private/{new.file.name}"]
