"""Makers of test data that run once: the next test that begins the same way gets the rows that were written then.

Functions marked ``remembered`` do so, and all fixtures of single tests that return something. It takes place only on
SQLite, and only until something else writes or is patched in the test. What a maker does beside its rows (signals,
patches) isn't done again; one that sends mail is run each time.
"""

from __future__ import annotations

import pickle
import re
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, fields, is_dataclass
from functools import wraps
from typing import Any
from unittest import mock

import pytest
from django.conf import UserSettingsHolder, settings
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import Page, Site

WRITES = re.compile(r'\s*(?:(?:INSERT|REPLACE)(?: OR \w+)? INTO|UPDATE(?: OR \w+)?|DELETE FROM)\s+"?(\w+)', re.I)
# Where files lie doesn't change a row.
OF_NO_ACCOUNT = {"MEDIA_ROOT"}
PLAIN = {"builtins", "datetime", "decimal", "uuid"}
# Rows say when they were written, so that none is used much later.
KEPT_SECONDS = 60
_now = timezone.now


@dataclass(frozen=True, slots=True)
class Written:
    """What a maker did: the tables that it wrote to, with all their rows after it, and what it returned."""

    until: float
    tables: dict[str, list[tuple[Any, ...]]]
    returned: bytes
    children: list[int]
    files: list[tuple[Storage, str, bytes]]


class _State:
    """What the database holds: that of ``migrated``, and what ``makers`` wrote since."""

    makers: tuple[Any, ...] | None = None
    changes = 0
    numbers: Any = None
    migrated: Any = None

    @staticmethod
    def patch() -> pytest.MonkeyPatch | None:
        return None


@dataclass(frozen=True, slots=True)
class _Recording:
    """The tables that a maker writes to while it runs, and its files."""

    tables: set[str] = field(default_factory=set)
    files: list[tuple[Storage, str, bytes]] = field(default_factory=list)


_written: dict[tuple[Any, ...], Written | None] = {}
# A maker may call others.
_recordings: list[_Recording] = []
_save = Storage.save


def begin_session() -> None:
    """Take the database as it is now for the one that every test begins with."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        _State.migrated = _numbers()
        begin_test(_State.patch)


def begin_test(patch: Callable[[], pytest.MonkeyPatch | None]) -> None:
    """Forget what the last test had made; ``patch`` gives what this one may have patched the code with."""
    _State.patch = staticmethod(patch)
    _State.makers = ()
    _State.changes = connection.connection.total_changes if connection.connection else 0
    _State.numbers = _State.migrated


def remembered[**P, R](make: Callable[P, R], seconds: float = KEPT_SECONDS) -> Callable[P, R]:
    """Let a function that writes rows do so without running again. What it is called with, and after what, decides."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        if not _is_known():
            return make(*args, **kwargs)
        try:
            call = (make.__module__, make.__qualname__, _name(args), _name(kwargs))
        except TypeError:
            return make(*args, **kwargs)
        before = _State.makers or ()
        pages = [each for each in (*args, *kwargs.values()) if isinstance(each, Page)]
        key = (before, call, _settings(), get_language(), connection.in_atomic_block)
        written = _written.get(key)
        if written and time.monotonic() < written.until:
            returned = _write(written)
            for page, children in zip(pages, written.children, strict=True):
                page.numchild = children
        elif key in _written and not written:
            return make(*args, **kwargs)
        else:
            returned, is_kept = _run(key, pages, lambda: make(*args, **kwargs), seconds)
            if not is_kept:
                return returned
        _State.makers = (*before, call)
        _State.changes, _State.numbers = connection.connection.total_changes, _numbers()
        return returned

    return made


def _is_known() -> bool:
    """Tell whether nobody but makers wrote since the test began, and nothing is patched."""
    if _State.makers is None or connection.vendor != "sqlite" or timezone.now is not _now:
        return False
    if (patch := _State.patch()) and patch._setattr:
        return False
    if connection.connection is None:
        return False
    if (_State.changes, _State.numbers) != (connection.connection.total_changes, _numbers()):
        _State.makers = None
    return _State.makers is not None


def _numbers() -> Any:
    """Return the last number that each table gave: others than before where a transaction was undone."""
    return connection.connection.execute("SELECT name, seq FROM sqlite_sequence ORDER BY name").fetchall()


def _name(value: Any) -> Any:
    """Return what an argument is known by. Raises TypeError for what isn't plain data."""
    if isinstance(value, Model):
        columns = [repr(each.get_prep_value(getattr(value, each.attname))) for each in value._meta.concrete_fields]
        return value._meta.label, *columns, _name(vars(value).get("_cluster_related_objects"))
    if is_dataclass(value):
        return tuple(_name(getattr(value, each.name)) for each in fields(value))
    if isinstance(value, dict):
        return tuple((name, _name(each)) for name, each in sorted(value.items()))
    if isinstance(value, list | tuple):
        return tuple(map(_name, value))
    if type(value).__module__ not in PLAIN or callable(value):
        raise TypeError
    return repr(value)


def _settings() -> str:
    """Return what a test changed in the settings."""
    changed: dict[str, Any] = {}
    wrapped = settings._wrapped
    while isinstance(wrapped, UserSettingsHolder):
        changed = {name: value for name, value in vars(wrapped).items() if name.isupper()} | changed
        wrapped = wrapped.default_settings
    return repr(sorted((name, repr(value)) for name, value in changed.items() if name not in OF_NO_ACCOUNT))


def _run(key: tuple[Any, ...], pages: list[Page], make: Callable[[], Any], seconds: float) -> tuple[Any, bool]:
    """Run a maker, and keep what it wrote; return what it returns, and whether that was kept."""
    raw, letters, recording = connection.connection, len(getattr(mail, "outbox", ())), _Recording()
    with ExitStack() as stack:
        if not _recordings:
            stack.enter_context(mock.patch.object(Storage, "save", _saved))
            stack.callback(raw.set_trace_callback, None)
            raw.set_trace_callback(_trace)
        stack.callback(_recordings.pop)
        _recordings.append(recording)
        returned = make()
    names = recording.tables
    if not names:
        return returned, False
    for old in [old for old, written in _written.items() if written and written.until < time.monotonic()]:
        del _written[old]
    _written[key] = None
    virtual = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")}
    if letters != len(getattr(mail, "outbox", ())) or not names.isdisjoint(virtual):
        return returned, False
    tables = {name: raw.execute(f'SELECT * FROM "{name}"').fetchall() for name in sorted(names)}
    with suppress(pickle.PicklingError, TypeError, AttributeError):
        children = [page.numchild for page in pages]
        _written[key] = Written(time.monotonic() + seconds, tables, pickle.dumps(returned), children, recording.files)
    return returned, _written[key] is not None


def _trace(sql: str) -> None:
    if found := WRITES.match(sql):
        for recording in _recordings:
            recording.tables.add(found[1])


def _saved(self: Storage, name: str | None, *args: Any, **kwargs: Any) -> str:
    saved = _save(self, name, *args, **kwargs)
    with self.open(saved) as file:
        content = file.read()
    for recording in _recordings:
        recording.files.append((self, saved, content))
    return saved


def _write(written: Written) -> Any:
    raw = connection.connection
    with transaction.atomic():
        for name, rows in written.tables.items():
            raw.execute(f'DELETE FROM "{name}"')
            if rows:
                raw.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(rows[0]))})', rows)
    if "wagtailcore_site" in written.tables:
        Site.clear_site_root_paths_cache()
    for storage, name, content in written.files:
        if not storage.exists(name):
            storage.save(name, ContentFile(content))
    return pickle.loads(written.returned)
