"""Back up a newsroom in which people work, and put a backup back: docs/back-up.md.

A backup is a file, ``2026-11-29T030000Z.json``, written last, that names objects: what is unchanged is stored once. The
name of an object is a keyed hash of what it was (recipient, name, time) and the SHA-256 of its bytes as stored.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import batched, chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage, storages
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import FileField
from django.utils import timezone
from django.utils.crypto import salted_hmac
from wagtail.images.models import AbstractRendition
from wagtail.models import UploadedFile

from chorsu_articles.models import PictureRendition
from chorsu_delivery.models import OutgoingMessage
from chorsu_search.models import IndexWriter
from cms.models import AccountSession
from cms.reader.cache_version import make_all_old

NAME = "%Y-%m-%dT%H%M%SZ.json"
# Whose values a backup has; with the others it would let somebody in.
TOLD = ("ALLOWED_HOSTS", "BASE_URL", "NEWSROOM_DATA", "NEWSROOM_LANGUAGES", "SENDFILE", "TIME_ZONE", "TRUSTED_PROXIES")

# What the two JSON files of a backup say, and the kinds of the values.
HEAD: dict[str, type] = {"encrypted": bool, "objects": list}
MANIFEST: dict[str, type] = {"vendor": str, "database": str, "files": dict, "migrations": list}


class FolderStorage(FileSystemStorage):
    """A folder in which a file is there whole or not at all, whenever the process or the machine dies."""

    file_permissions_mode, directory_permissions_mode = 0o640, 0o750

    def _save(self, name: str, content: Any) -> str:
        part = Path(self.path(f"{name}.part"))
        part.unlink(missing_ok=True)  # by one that was killed: the new one would get another name
        try:
            super()._save(f"{name}.part", content)  # type: ignore[misc] # not in the stubs
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(self.path(name))
        finally:
            part.unlink(missing_ok=True)
        return name


def newest_backup() -> datetime | None:
    """Return when the newest whole backup was made, or None where there is none or ``BACKUP_TO`` isn't set."""
    names = _past(_listed("")) if settings.BACKUP_TO else []
    return _made_at(names[-1]) if names else None


def _past(names: list[str]) -> list[str]:
    """Return the backups but for those of a clock that ran ahead."""
    return [name for name in names if name <= datetime.now(UTC).strftime(NAME)]


def _made_at(name: str) -> datetime:
    return datetime.strptime(name, NAME).replace(tzinfo=UTC)


def back_up() -> str:
    """Make a backup, delete what the rule no longer keeps, and return a line about it."""
    name, missing, files = datetime.now(UTC).strftime(NAME), [], {}
    with _working_folder() as folder:
        known = {each[:32]: each for each in _listed("objects") if re.fullmatch("[0-9a-f]{32}-[0-9a-f]{64}", each)}
        named = _named_files()
        _dump(folder / "database")
        database = _store(_key(name), folder / "database")
        # Of rows that came or went meanwhile too: a file too many does no harm.
        for file in sorted(named | _named_files()):
            try:
                key = _key(file, default_storage.get_modified_time(file))
                if key not in known:
                    with default_storage.open(file) as source, (folder / "file").open("wb") as copy:
                        shutil.copyfileobj(source, copy)
            except (FileNotFoundError, SuspiciousOperation):
                missing.append(file)
            else:
                files[file] = known.get(key) or _store(key, folder / "file")
        manifest = {"vendor": connection.vendor, "database": database, "files": files}
        manifest["migrations"] = sorted(map(".".join, MigrationLoader(None).disk_migrations))
        manifest["variables"] = {each: os.environ.get(each, "") for each in TOLD}
        (folder / "manifest").write_text(json.dumps(manifest))
        objects = [database, *files.values(), _store(_key("list", name), folder / "manifest")]
        if not {*objects} <= {*_listed("objects")}:
            raise CommandError("Somebody else deletes in BACKUP_TO. One machine alone backs up to a place.")
        head = {"encrypted": bool(settings.BACKUP_RECIPIENT), "objects": objects}
        storages["backups"].save(name, ContentFile(json.dumps(head).encode()))
        if len(missing) > len(files):
            raise CommandError(f"Most files are missing, such as {missing[0]}: mount their disk. No backup is deleted.")
        _delete_old()
    lost = f" MISSING, although the database names them: {', '.join(missing[:20])}." if missing else ""
    return f"Backed up as {name[:-5]}: {len(files)} files.{lost}"


def restore(name: str, *, over: bool, identity: str) -> str:
    """Put a backup back: the files, then the database, so that what breaks off is begun again.

    Return a line about it. Raise ``CommandError`` with the line, behind all else, where files are damaged.
    """
    damaged = []
    with _working_folder() as folder:
        head = _head(name)
        if head["encrypted"] != bool(identity):
            raise CommandError("--identity names the file with age's secret key, where a backup is encrypted.")
        listed = _fetch(head["objects"][-1], folder / "manifest", identity).read_bytes()
        manifest = _parsed(listed, MANIFEST, name)
        if manifest["vendor"] != connection.vendor:
            raise CommandError(f"The backup is of {manifest['vendor']}. Set DATABASE_URL accordingly.")
        if newer := {*manifest["migrations"]} - {*map(".".join, MigrationLoader(None).disk_migrations)}:
            raise CommandError(f"The backup is of newer code, with {min(newer)}. Update the code first.")
        if connection.introspection.table_names() and not over:
            raise CommandError("The database isn't empty. With --over all that it holds now is lost.")
        if _is_used():
            raise CommandError("Others use the database. Stop them first: systemctl stop newsroom newsroom-worker")
        dump = _fetch(manifest["database"], folder / "database", identity)
        for file, each in manifest["files"].items():
            try:
                stored = _fetch(each, folder / "file", identity)
            except CommandError:  # one object for all backups: no other has it whole
                damaged.append(file)
                continue
            with stored.open("rb") as source:
                default_storage.delete(file)
                default_storage._save(file, File(source))  # type: ignore[attr-defined] # noqa: SLF001 (no other name)
        _load(dump)
        call_command("migrate", verbosity=0, interactive=False)
        lost = f" DAMAGED in the backup, and not restored: {', '.join(damaged)}." if damaged else ""
        restored = len(manifest["files"]) - len(damaged)
        line = f"Restored {restored} files. {_begin_anew()} messages that waited then are held.{lost}"
        if damaged:
            raise CommandError(line)
        return line


def _head(name: str) -> dict[str, Any]:
    """Return what the small file of a backup says: whether it is encrypted, and its objects, the list last."""
    try:
        with storages["backups"].open(f"{name}.json") as file:
            text = file.read()
    except FileNotFoundError:
        newest = ", ".join(each.removesuffix(".json") for each in _listed("")[-3:])
        raise CommandError(f"There is no backup {name} in BACKUP_TO. The newest are: {newest or 'none'}.") from None
    return _parsed(text, HEAD, name)


def _parsed(text: str | bytes, kinds: dict[str, type], name: str) -> dict[str, Any]:
    """Return the JSON object of a backup; raise ``CommandError`` where it has no filled value of a key's kind."""
    try:
        values = json.loads(text)
    except ValueError as error:
        raise CommandError(f"The backup {name} is broken: it is no JSON ({error}). Take another one.") from error
    values = values if isinstance(values, dict) else {}
    for key, kind in kinds.items():
        if not isinstance(values.get(key), kind) or values[key] == []:
            raise CommandError(f"The backup {name} is broken: it doesn't say its {key}. Take another one.")
    return values


def _begin_anew() -> int:
    """Let nothing of the former state be shown, used or sent again; return how many messages are held."""
    there: set[str] = set()
    with suppress(FileNotFoundError):
        there.update(*default_storage.listdir("images"))
    sizes = PictureRendition.objects.all()
    lost = [pk for pk, file in sizes.values_list("pk", "file") if Path(file).parts[1] not in there]
    with transaction.atomic():
        for some in batched(lost, 500):
            # In a bucket each signal's look for the file would be a request.
            sizes.filter(pk__in=some)._raw_delete(sizes.db)  # noqa: SLF001
        make_all_old()
        AccountSession.objects.all().delete()
        IndexWriter.objects.update(rebuild=True)
        waiting = OutgoingMessage.objects.unsent()
        held = waiting.update(sent_at=timezone.now(), last_error="Held: it may have left before.")
    for cache in caches.all():
        cache.clear()
    return held


def _named_files() -> set[str]:
    """Return the files that rows name, without what is made again (sizes) and what waits for its form (uploads)."""
    models = [model for model in apps.get_models() if not issubclass(model, AbstractRendition | UploadedFile)]
    fields = [each for model in models for each in model._meta.local_concrete_fields if isinstance(each, FileField)]
    rows = [each.model._base_manager.values_list(each.name, flat=True) for each in fields]  # noqa: SLF001 (whatever hides)
    return {*chain.from_iterable(rows)} - {"", None}


def _dump(path: Path) -> None:
    if connection.vendor == "postgresql":
        _run_postgresql("pg_dump", "--format=custom", f"--file={path}")
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)


def _is_used() -> bool:
    """Return whether the site or the worker has the database open."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            others = "datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            cursor.execute(f"SELECT FROM pg_stat_activity WHERE {others}")
            return bool(cursor.rowcount)
        try:
            cursor.execute("PRAGMA journal_mode=DELETE")  # needs the database for itself
        except OperationalError:
            return True
    return False


def _load(dump: Path) -> None:
    """Put the database in the place of the one that is there."""
    if connection.vendor == "postgresql":
        _run("pg_restore", f"--file={os.devnull}", str(dump))  # what can't be read must not cost what is there
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")
        _run_postgresql("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(dump))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # of what it knows nothing, PostgreSQL reads whole tables
        return
    connection.close()
    with closing(sqlite3.connect(dump)) as copy, closing(sqlite3.connect(connection.settings_dict["NAME"])) as database:
        copy.backup(database)


def _run_postgresql(program: str, *options: str) -> None:
    (_psql, *place, name), variables = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    _run(program, *place, f"--dbname={name}", *options, **(variables or {}))


def _run(*command: str, **variables: str) -> None:
    """Run a program, which says itself what is wrong."""
    subprocess.run(command, env=os.environ | variables, check=True)  # noqa: S603


def _listed(folder: str) -> list[str]:
    """Return the whole backups, oldest first, or the objects."""
    try:
        return sorted(name for name in storages["backups"].listdir(folder)[1] if folder or name.endswith("Z.json"))
    except FileNotFoundError:
        return []


def _key(*what: object) -> str:
    text = json.dumps([settings.BACKUP_RECIPIENT, *map(str, what)])
    return salted_hmac("cms.backup", text, algorithm="sha256").hexdigest()[:32]


def _store(key: str, path: Path) -> str:
    """Encrypt a file where a recipient is set, store it, read it back, and return the object's name."""
    if settings.BACKUP_RECIPIENT:
        plain, path = path, path.with_suffix(".age")
        _run("age", "--encrypt", "--recipient", settings.BACKUP_RECIPIENT, "--output", str(path), str(plain))
    with path.open("rb") as file:
        name = f"{key}-{hashlib.file_digest(file, 'sha256').hexdigest()}"
        storages["backups"].save(f"objects/{name}", File(file))
    try:
        _fetch(name, path)
    except Exception:
        storages["backups"].delete(f"objects/{name}")  # which later ones would take as known
        raise
    return name


def _fetch(name: str, path: Path, identity: str = "") -> Path:
    """Read an object, compare it with its name, and decrypt it with the secret key in the file ``identity``."""
    try:
        stored = storages["backups"].open(f"objects/{name}")
    except FileNotFoundError:
        raise CommandError(f"The object {name} is missing. Take another backup.") from None
    with stored as source, path.open("w+b") as copy:
        shutil.copyfileobj(source, copy)
        copy.seek(0)
        if hashlib.file_digest(copy, "sha256").hexdigest() != name.rpartition("-")[2]:
            raise CommandError(f"The object {name} isn't what was stored. Take another backup.")
    if identity:
        encrypted, path = path, path.with_suffix(".plain")
        _run("age", "--decrypt", "--identity", identity, "--output", str(path), str(encrypted))
    return path


def _delete_old() -> None:
    names, (days, weeks, months) = _listed(""), settings.BACKUP_KEEP
    past = _past(names)
    kept = {*past[-1:], *(name for name in names if name >= (datetime.now(UTC) - timedelta(days)).strftime(NAME))}
    for period, most in (("%G %V", weeks), ("%Y %m", months)):
        newest = {_made_at(name).strftime(period): name for name in past}
        kept |= {*sorted(newest.values(), reverse=True)[:most]}
    used = {*chain.from_iterable(_head(name.removesuffix(".json"))["objects"] for name in kept)}
    # The lists first: one that is there names objects that are there.
    old = [*({*names} - kept), *(f"objects/{name}" for name in {*_listed("objects")} - used)]
    for name in old:
        storages["backups"].delete(name)


@contextmanager
def _working_folder() -> Iterator[Path]:
    """Yield an empty folder beside the database; what fails meanwhile is a ``CommandError``."""
    if not settings.BACKUP_TO:
        raise CommandError("BACKUP_TO is missing. Set it to a folder, or to s3://bucket/prefix.")
    os.umask(0o027)
    try:
        with (settings.DATA_DIR / ".back_up-lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for left in settings.DATA_DIR.glob(".back_up-unfinished-*"):  # by one that was killed
                shutil.rmtree(left, ignore_errors=True)
            with TemporaryDirectory(prefix=".back_up-unfinished-", dir=settings.DATA_DIR) as folder:
                yield Path(folder)
    except BlockingIOError:
        raise CommandError("Another back_up or restore runs. Wait until it ends.") from None
    except Exception as error:  # a full disk, a program that is missing, a bucket that doesn't answer
        raise CommandError(str(error)) from error
