"""Backups: whole or not there, read back, encrypted, kept by rule; and what is put back from one."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import BaseCommand, CommandError
from django.core.management.base import SystemCheckError
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from wagtail.documents import get_document_model

from chorsu_delivery.models import OutgoingMessage
from chorsu_search.models import IndexWriter
from chorsu_search.writing import due_rebuilds, writer_names
from cms import backup
from cms.backup import back_up, newest_backup, restore
from cms.management.commands.back_up import Command as BackUp
from cms.models import ReaderStamp
from cms.reader.cache_version import current_version
from tests.factories import make_picture
from tests.migrated_file import ROOT, put_migrated_file

pytestmark = pytest.mark.django_db

# None of the second in which the next one begins.
OLD = "2026-01-01T000000Z"


@pytest.fixture(autouse=True)
def place(settings, tmp_path, monkeypatch):
    # SQLite copies nothing for a connection that writes, as a test's own does.
    monkeypatch.setattr(backup, "_dump", lambda path: path.write_bytes(os.urandom(100)))
    settings.BACKUP_TO = str(tmp_path / "backups")
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    own = {"BACKEND": "cms.backup.FolderStorage", "OPTIONS": {"location": settings.BACKUP_TO}}
    settings.STORAGES = settings.STORAGES | {"backups": own}
    return tmp_path / "backups"


@pytest.fixture
def loaded(monkeypatch):
    """The dumps that would be put in the place of the tests' own database."""
    dumps: list[Path] = []
    monkeypatch.setattr(backup, "_is_used", lambda: False)
    monkeypatch.setattr(backup, "_load", dumps.append)
    monkeypatch.setattr(backup, "call_command", lambda *_words, **_options: None)
    return dumps


def names(place):
    return sorted(path.stem for path in place.glob("*.json"))


def only(place):
    """Return the name of the only backup."""
    [name] = names(place)
    return name


def stored_only(place):
    """Back up, and return the name of the only backup with its head."""
    back_up()
    name = only(place)
    return name, json.loads((place / f"{name}.json").read_text())


def make_old(place):
    """Let the only backup be an earlier one."""
    (place / f"{only(place)}.json").rename(place / f"{OLD}.json")


def objects(place):
    return {path.name for path in (place / "objects").iterdir()}


def make_document():
    return get_document_model().objects.create(title="Plan", file=ContentFile(b"the plan", "plan.txt"))


def test_a_backup_has_what_rows_name_and_stores_what_is_unchanged_once(place, loaded):
    assert newest_backup() is None
    picture, document, lost = make_picture(), make_document(), make_picture()
    kept, size = picture.get_rendition("width-30"), picture.get_rendition("width-20")
    default_storage.delete(lost.file.name)
    said = back_up()
    assert said.startswith(f"Backed up as {only(place)}: 2 files. MISSING")
    assert lost.file.name in said
    assert abs(newest_backup() - datetime.now(UTC)) < timedelta(minutes=1)
    first = objects(place)
    assert len(first) == 4  # two files, the database, the list
    modes = {(path.is_file(), path.stat().st_mode & 0o777) for path in place.rglob("*")}
    assert modes == {(True, 0o640), (False, 0o750)}
    make_old(place)
    back_up()
    assert len(objects(place) - first) == 2
    for file in (picture.file, document.file, size.file):
        default_storage.delete(file.name)
    default_storage.save(document.file.name, ContentFile(b"another"))
    restore(names(place)[-1], over=True, identity="")
    assert default_storage.open(document.file.name).read() == b"the plan"
    # Of the size nothing is left, so that no page shows it broken, and it is made again.
    assert list(picture.renditions.all()) == [kept]
    assert default_storage.exists(kept.file.name)
    assert len(loaded) == 1


@pytest.mark.program("age")
def test_with_a_recipient_nothing_is_stored_plainly_and_another_key_opens_nothing(
    place, settings, tmp_path, loaded, monkeypatch
):
    for name in ("right", "wrong"):
        subprocess.run(["age-keygen", "-o", tmp_path / name], capture_output=True, check=True)
    public = subprocess.run(["age-keygen", "-y", tmp_path / "right"], capture_output=True, text=True, check=True)
    settings.BACKUP_RECIPIENT = public.stdout.strip()
    make_document()
    back_up()
    assert all(path.read_bytes().startswith(b"age-encryption.org/v1") for path in (place / "objects").iterdir())
    name = only(place)
    for identity in ("", str(tmp_path / "wrong")):
        with pytest.raises(CommandError):
            restore(name, over=True, identity=identity)
    assert not loaded
    restore(name, over=True, identity=str(tmp_path / "right"))
    assert loaded
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CommandError, match="age"):
        back_up()
    assert names(place) == [name]


def test_a_backup_holds_no_secret(place, settings, monkeypatch):
    secrets = [settings.SECRET_KEY, "secret-of-the-store", "postgres://name:word@host/database"]
    monkeypatch.setenv("S3_SECRET", secrets[1])
    monkeypatch.setenv("DATABASE_URL", secrets[2])
    monkeypatch.setenv("BASE_URL", "https://newsroom.example")
    back_up()
    stored = b"".join(path.read_bytes() for path in place.rglob("*") if path.is_file())
    assert b"https://newsroom.example" in stored
    assert not [each for each in secrets if each.encode() in stored]


def test_what_breaks_off_leaves_earlier_backups_whole_and_none_that_looks_so(place, monkeypatch):
    make_document()
    name, _head = stored_only(place)
    before = objects(place)

    def full(self, name, content):
        Path(self.path(name)).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(FileSystemStorage, "_save", full)
        with pytest.raises(CommandError, match="No space left"):
            back_up()
    assert (names(place), objects(place)) == ([name], before)
    # One that was killed leaves objects that no backup names; the next one deletes them.
    make_old(place)
    for path in [*(place / "objects").iterdir()]:
        path.rename(f"{path}.part").write_bytes(b"half")
    back_up()
    [_, name] = names(place)
    assert {*json.loads((place / f"{name}.json").read_text())["objects"]} == objects(place)
    assert {len(each) for each in objects(place)} == {len("-") + 32 + 64}


def test_what_reads_back_as_another_is_not_left_to_later_backups(place, monkeypatch):
    make_document()
    save = FileSystemStorage._save
    with monkeypatch.context() as disk:
        disk.setattr(FileSystemStorage, "_save", lambda self, name, _: save(self, name, ContentFile(b"another")))
        with pytest.raises(CommandError, match="isn't what was stored"):
            back_up()
    assert objects(place) == set()


def test_two_at_once_leave_each_others_files_and_an_operators_folders_alone(settings):
    own, file = settings.DATA_DIR / "backup-before-move", settings.DATA_DIR / "backup-2026.tar.gz"
    left = settings.DATA_DIR / ".back_up-unfinished-x"
    own.mkdir()
    left.mkdir()
    file.touch()
    with backup._working_folder() as folder:
        assert not left.exists()
        for second in (back_up, lambda: restore("2026-01-01T000000Z", over=True, identity="")):
            with pytest.raises(CommandError, match="Another back_up or restore runs"):
                second()
        assert folder.exists()
    back_up()
    assert own.exists()
    assert file.exists()


def test_another_settings_error_costs_no_backup(place, monkeypatch):
    monkeypatch.setattr(BaseCommand, "check", Mock(side_effect=SystemCheckError))
    BackUp().execute(force_color=False, no_color=False, skip_checks=False)
    assert names(place)


def test_a_folder_that_is_not_mounted_costs_no_earlier_backup(place, settings):
    documents = [make_document(), make_document()]
    back_up()
    make_old(place)
    settings.BACKUP_KEEP = [1, 0, 0]
    for document in documents:
        default_storage.delete(document.file.name)
    with pytest.raises(CommandError, match="Most files are missing"):
        back_up()
    assert len(names(place)) == 2


def test_a_byte_that_changed_costs_one_file_or_stops_a_restore_before_the_database(place, loaded):
    documents = [make_document(), make_document(), make_document()]
    name, head = stored_only(place)
    [database, *_files, of_names] = head["objects"]

    def change(name):
        path = place / "objects" / name
        path.write_bytes(path.read_bytes()[:-1] + b"?")

    named = json.loads((place / "objects" / of_names).read_text())["files"]
    change(named[documents[0].file.name])
    (place / "objects" / named[documents[1].file.name]).unlink()
    default_storage.delete(documents[2].file.name)
    with pytest.raises(CommandError) as error:  # the command ends with 1
        restore(name, over=True, identity="")
    assert str(error.value).startswith("Restored 1 files")
    damaged = ", ".join(sorted(each.file.name for each in documents[:2]))
    assert f"DAMAGED in the backup, and not restored: {damaged}." in str(error.value)
    assert loaded, "the rest is restored"
    assert default_storage.exists(documents[2].file.name)
    loaded.clear()
    for each in (database, of_names):
        change(each)
        with pytest.raises(CommandError, match="isn't what was stored"):
            restore(name, over=True, identity="")
    assert not loaded


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"files": {"../../outside": None}}, "outside"),
        ({"files": {"/tmp/outside": None}}, "outside"),
        ({"migrations": ["chorsu_cms.9999_ahead"]}, "newer code"),
        ({"vendor": "oracle"}, "DATABASE_URL"),
        ({"database": "../../secret"}, "isn't what was stored|secret"),
    ],
)
def test_a_list_from_elsewhere_leads_nowhere_else(change, said, place, loaded, tmp_path):
    make_document()
    name, head = stored_only(place)
    manifest = json.loads((place / "objects" / head["objects"][-1]).read_text())
    [entry] = manifest["files"].values()
    manifest |= {key: dict.fromkeys(value, entry) if key == "files" else value for key, value in change.items()}
    (tmp_path / "list").write_text(json.dumps(manifest))
    head["objects"][-1] = backup._store("0" * 32, tmp_path / "list")
    (place / f"{name}.json").write_text(json.dumps(head))
    with pytest.raises(CommandError, match=said):
        restore(name, over=True, identity="")
    assert not loaded
    assert not list(tmp_path.rglob("outside"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"encrypted": fal', "it is no JSON"),
        ("[]", "it doesn't say its encrypted"),
        ('{"encrypted": false}', "it doesn't say its objects"),
        ('{"encrypted": false, "objects": []}', "it doesn't say its objects"),
    ],
)
def test_a_broken_backup_is_named_with_what_is_broken(place, loaded, text, fault):
    back_up()
    make_old(place)
    (place / f"{OLD}.json").write_text(text)
    for command in (back_up, partial(restore, OLD, over=True, identity="")):
        with pytest.raises(CommandError, match=f"^The backup {OLD} is broken: {fault}"):
            command()
    assert not loaded


def test_of_a_list_that_is_broken_or_gone_the_object_is_named(place, loaded, tmp_path):
    name, head = stored_only(place)
    file = place / f"{name}.json"
    (tmp_path / "list").write_text('{"vendor": "sqlite"}')
    file.write_text(json.dumps(head | {"objects": [backup._store("0" * 32, tmp_path / "list")]}))
    with pytest.raises(CommandError, match=f"^The backup {name} is broken: it doesn't say its database"):
        restore(name, over=True, identity="")
    file.write_text(json.dumps(head))
    (place / "objects" / head["objects"][-1]).unlink()
    with pytest.raises(CommandError, match=f"^The object {head['objects'][-1]} is missing"):
        restore(name, over=True, identity="")
    assert not loaded


def test_of_a_backup_that_is_not_there_the_newest_are_named(place, loaded):
    back_up()
    with pytest.raises(CommandError, match=f"The newest are: {only(place)}"):
        restore("2020-01-01T000000Z", over=True, identity="")
    assert not loaded


def test_a_database_with_tables_is_replaced_by_intention_alone(place, loaded, monkeypatch):
    name, _head = stored_only(place)
    with pytest.raises(CommandError, match="--over"):
        restore(name, over=False, identity="")
    monkeypatch.setattr(backup, "_is_used", lambda: True)
    with pytest.raises(CommandError, match="systemctl stop"):
        restore(name, over=True, identity="")
    assert not loaded


def test_backups_are_kept_by_days_weeks_and_months(place, settings):
    settings.BACKUP_KEEP = [7, 5, 12]
    place.mkdir()
    now = datetime.now(UTC)
    days = [now - timedelta(days=age) for age in [*range(40), *range(40, 800, 9)]]
    ahead = now + timedelta(days=200)

    def keep(*moments):
        for moment in moments:
            (place / f"{moment:%Y-%m-%dT%H%M%SZ}.json").write_text('{"encrypted": false, "objects": ["list"]}')
        backup._delete_old()
        return [datetime.strptime(name, "%Y-%m-%dT%H%M%S%z") for name in names(place)]

    kept = keep(*days)
    assert [day.date() for day in days[:7]] == [day.date() for day in kept[:-8:-1]]
    assert len({f"{day:%G %V}" for day in kept}) >= 5
    assert len({f"{day:%Y %m}" for day in kept}) == 12
    assert len(kept) <= 8 + 5 + 12
    # Whatever the rule says, not the last.
    settings.BACKUP_KEEP = [0, 0, 0]
    assert keep(ahead)[:-1] == [kept[-1]] == [backup.newest_backup()]


def test_of_the_former_state_nothing_is_shown_used_or_sent_again(settings):
    sessions = import_module(settings.SESSION_ENGINE).SessionStore
    sessions().create()
    message = OutgoingMessage.objects.create(channel="mail", recipient="a@example.org", subject="s", body="b", key="k")
    for engine in writer_names():
        IndexWriter.objects.create(engine=engine)
    former = ReaderStamp.objects.create(value="former")
    cache.set("kept", 1)
    backup._begin_anew()
    message.refresh_from_db()
    assert (message.sent_at is None, message.last_error[:4]) == (False, "Held")
    assert not sessions.get_model_class().objects.exists()
    assert not ReaderStamp.objects.filter(pk=former.pk).exists()
    assert current_version() not in {"", "former"}
    assert cache.get("kept") is None
    assert set(due_rebuilds()) == set(writer_names())


def test_sqlite_is_copied_while_people_write_and_replaced_at_once_unless_it_is_used(tmp_path, monkeypatch):
    monkeypatch.undo()
    source, target = (sqlite3.connect(tmp_path / name, check_same_thread=False) for name in ("source", "target"))
    for number, database in enumerate((source, target)):
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE page (number)")
        database.execute("INSERT INTO page VALUES (?)", [number])
        database.commit()
    writer = sqlite3.connect(tmp_path / "source")
    writer.execute("INSERT INTO page VALUES (5)")  # and doesn't commit
    stub = Mock(vendor="sqlite", connection=source, settings_dict={"NAME": str(tmp_path / "target")})
    monkeypatch.setattr(backup, "connection", stub)
    backup._dump(tmp_path / "dump")
    own = DatabaseWrapper({**connections["default"].settings_dict, "NAME": str(tmp_path / "target")})
    monkeypatch.setattr(backup, "connection", own)
    assert backup._is_used()
    target.close()
    assert not backup._is_used()
    backup._load(tmp_path / "dump")
    assert sqlite3.connect(tmp_path / "target").execute("SELECT number FROM page").fetchall() == [(0,)]


@pytest.mark.slow
def test_a_restored_newsroom_is_signed_out_of_sends_nothing_twice_and_is_searched_anew(tmp_path):
    former, restored = tmp_path / "former", tmp_path / "restored"
    put_migrated_file(former / "newsroom.sqlite3")
    for kind in ("media", "private"):
        (restored / kind).mkdir(parents=True)
        (restored / kind).chmod(0o2750)
    variables = {"DJANGO_SETTINGS_MODULE": "cms.settings.test", "BACKUP_TO": str(tmp_path / "to"), "DATABASE_URL": ""}

    def run(data, *words):
        environment = os.environ | variables | {"NEWSROOM_DATA": str(data)}
        command = [sys.executable, "-c", SCRIPT, *words]
        return subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout

    name = run(former, "back_up").split()[3].rstrip(":")
    said = json.loads(run(restored, "restore", name).splitlines()[-1])
    assert said.pop("stamps") != ["former"]
    assert said == {"unsent": 0, "sessions": 0, "rebuild": True, "read": "the plan"}
    [folder] = (restored / "private").iterdir()
    assert folder.stat().st_mode & 0o7777 == 0o2750
    assert (restored / "newsroom.sqlite3").stat().st_mode & 0o777 == 0o640


SCRIPT = """
import json, sys, django
django.setup()
from importlib import import_module
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from wagtail.documents import get_document_model
from chorsu_delivery.models import OutgoingMessage
from chorsu_search.models import IndexWriter
from cms.models import ReaderStamp
store = import_module(settings.SESSION_ENGINE).SessionStore
if sys.argv[1] == "back_up":
    get_document_model().objects.create(title="Plan", file=ContentFile(b"the plan", "plan.txt"))
    OutgoingMessage.objects.create(channel="mail", recipient="a@example.org", subject="s", body="b", key="k")
    IndexWriter.objects.get_or_create(engine=next(iter(settings.CHORSU_SEARCH)))
    ReaderStamp.objects.all().delete()
    ReaderStamp.objects.create(value="former")
    store().create()
call_command(*sys.argv[1:])
if sys.argv[1] == "restore":
    print(json.dumps({
        "unsent": OutgoingMessage.objects.unsent().count(),
        "sessions": store.get_model_class().objects.count(),
        "stamps": list(ReaderStamp.objects.values_list("value", flat=True)),
        "rebuild": IndexWriter.objects.exists() and not IndexWriter.objects.filter(rebuild=False).exists(),
        "read": get_document_model().objects.get(title="Plan").file.read().decode(),
    }))
"""
