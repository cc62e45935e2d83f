"""What is wrong with a running newsroom, and the remedy: for probes, metrics, the page *Health* and the doctor.

A check is a function whose name is its subject. It yields messages of Django's system checks, none where all is well.
"""

from __future__ import annotations

import functools
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.checks import CheckMessage, Error, Info, Warning  # noqa: A004 (Django's)
from django.core.files.storage import default_storage
from django.core.mail import mailers
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Now
from django.templatetags.static import static
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from wagtail.models import Locale

from chorsu_articles.storage import private_folder
from chorsu_delivery.conf import get_settings
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import messages_are_held_up
from chorsu_search.engines import engine_names, get_engine
from chorsu_search.models import IndexChange
from chorsu_search.writing import due_rebuilds
from cms.backup import newest_backup
from cms.models import SweepRun

# The worker notes each half a minute that it lives; some of its jobs last a minute. A job that wasn't begun for hours
# was a former version's.
SILENT, GONE = timedelta(minutes=5), timedelta(hours=2)
BACKUP_AGE, DRIFT = timedelta(hours=26), timedelta(seconds=5)
# Of a disk: a twentieth, of a large one a few gigabytes. Less than a fifth of that is an error.
FREE_SHARE, FREE_BYTES = 0.05, 5_000_000_000
_: Any = gettext_lazy  # the stubs of messages know no texts that are translated when they are read
filled: Any = format_lazy
Found = Iterator[CheckMessage]


def static_files() -> Found:
    try:
        static("cms/css/site.css")
    except ValueError:  # it isn't in the list that this process has read
        yield Error(_("The static files weren’t collected."), _("Run prepare, and restart."))


# Those that this process was begun with: an update that is being installed isn't its own.
_newest_migrations = functools.cache(lambda: set(MigrationLoader(None).graph.leaf_nodes()))


def migrations() -> Found:
    if _newest_migrations() - MigrationRecorder(connection).applied_migrations().keys():
        yield Error(_("The database’s tables are older than the program."), _("Run prepare, and restart."))


def database() -> Found:
    yield Info(f"{connection.display_name} {'.'.join(map(str, connection.get_database_version()))}")
    there, here = Locale.objects.values_list(Now(), flat=True).first(), timezone.now()
    if there and abs(there - here) > DRIFT:
        text = _("Its clock and this machine’s differ by {seconds} s.")
        yield Warning(filled(text, seconds=abs(there - here).seconds), _("Run: timedatectl set-ntp true"))


def worker() -> Found:
    # What is ahead was written by a wrong clock.
    runs = [(run, abs(timezone.now() - run.seen_at)) for run in SweepRun.objects.all()]
    if not any(age < SILENT for _run, age in runs):
        yield Error(_("No worker runs: nothing leaves or is published by time."), _("Start newsroom-worker.service."))
    for run in [run for run, age in runs if run.failures > 2 and age < GONE]:
        text = filled(_("The worker’s job {name} failed {count} times."), name=run.name, count=run.failures)
        yield Warning(text, _("The worker’s log says why."))


def messages() -> Found:
    remedy = _("See Reports > Unsent messages for the reason.")
    if messages_are_held_up():
        yield Warning(_("Messages are not leaving at the moment."), remedy)
    elif stuck := OutgoingMessage.objects.stuck().count():
        yield Warning(filled(_("Messages that fail: {count}."), count=stuck), remedy)


def search() -> Found:
    names, remedy = engine_names(), _("Start its server, or run search_rebuild; the worker’s log says more.")
    for fault in [fault for name in names for fault in get_engine(name).check()]:
        yield Warning(filled(_("Another engine stands in for search: {reason}"), reason=fault.msg), remedy)
    if old := IndexChange.objects.filter(engine__in=names, created_at__lt=timezone.now() - SILENT).count():
        yield Warning(filled(_("Changed pages wait for search: {count}."), count=old), remedy)
    if due_rebuilds():
        yield Warning(_("The search index doesn’t fit the database."), remedy)


def disk() -> Found:
    usage = shutil.disk_usage(settings.DATA_DIR)
    if usage.free < (enough := min(usage.total * FREE_SHARE, FREE_BYTES)):
        kind, text = Error if usage.free < enough / 5 else Warning, _("The disk has only {free} MB left.")
        yield kind(filled(text, free=usage.free // 1_000_000), _("Make room; nothing has to be restarted."))


def cache() -> Found:
    caches["default"].set("health", token := token_hex(8), 60)
    if caches["default"].get("health") != token:
        yield Warning(_("What is kept of pages can’t be used: they are slower."), _("Look at Redis, or the disk."))


def files() -> Found:
    default_storage.exists("health")
    for folder in filter(Path.exists, {Path(settings.MEDIA_ROOT), private_folder()}):  # the first upload makes them
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            text = filled(_("Files can’t be read or kept in {folder}."), folder=folder)
            yield Error(text, _("Let the site’s user write there."))


# What may hang for 20 s is asked once in this time, for strangers have looks taken; so is what signs in to a server.
SELDOM_SECONDS = 300


def _current_period() -> int:
    return int(time.monotonic() // SELDOM_SECONDS)


@functools.lru_cache(maxsize=1)
def _newest_backup(_period: int) -> datetime | str | None:
    try:
        return newest_backup()
    except Exception as error:  # noqa: BLE001 (a bucket's, a disk's)
        return str(error)


def backup() -> Found:
    if not settings.BACKUP_TO:
        yield Info(_("Nobody knows: no place for backups is set."))
    elif isinstance(newest := _newest_backup(_current_period()), str):
        raise OSError(newest)
    elif newest is None or newest < timezone.now() - BACKUP_AGE:
        yield Warning(_("There is no backup of today."), _("Run back_up, and see why its timer doesn’t."))


@functools.lru_cache(maxsize=1)
def _mail_fault(_period: int) -> str:
    """Sign in to the mail server, and return what is wrong with that."""
    try:
        server = mailers[get_settings().mailer]
        server.open()
        server.close()
    except Exception as error:  # noqa: BLE001 (a server's, a socket's)
        return str(error)
    return ""


def mail() -> Found:
    yield from ()
    if fault := _mail_fault(_current_period()):
        raise OSError(fault)


# Without these readers get errors; whatever else is wrong keeps them from nothing.
NEEDED = static_files, migrations, database
# Those that ask no database; what may hang comes last.
ALONE = disk, cache, files, backup, mail
CHECKS = *NEEDED, worker, messages, search, *ALONE


def findings(checks: Iterable[Callable[[], Found]] = CHECKS) -> Found:
    """Look, and yield a message or more of each subject, its ``obj``. A database that is away is asked once."""
    away = False
    for check in checks:
        try:
            said = [] if away and check not in ALONE else list(check()) or [Info(_("All is well."))]
        except DatabaseError:
            text, remedy, away = _("The database doesn’t answer."), _("Start it; look at DATABASE_URL."), True
            said = [Error(text, remedy, obj="database")]
        except Exception as error:  # noqa: BLE001 (whatever a library raises for a server that is away)
            text, remedy = _("It doesn’t answer: {error}"), _("Start it, or correct its settings.")
            said = [Error(filled(text, error=error), remedy)]
        for each in said:
            each.obj = each.obj or check.__name__
            yield each
