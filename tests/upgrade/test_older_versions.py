"""A newsroom of an older version is updated as docs/deploy.md says, and everything is found in it.

On SQLite one was made before the plug-ins had packages of their own, and one before the state of an article had a row;
on PostgreSQL on 25 November 2026.
"""

from __future__ import annotations

import json
import lzma
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
ON_POSTGRESQL = connection.vendor == "postgresql"
FOLDER = Path(__file__).parent
ON_SQLITE = ("before_packages.sqlite3.xz", "before_state_rows.sqlite3.xz")
# `make slow` runs the tests on SQLite; PostgreSQL's are among the others that touch SQL.
OLD = ["before_outlets.sql.xz"] if ON_POSTGRESQL else [pytest.param(each, marks=pytest.mark.slow) for each in ON_SQLITE]
# Numbers of an index and rebuilds under way: the writer of an index has a row of its own now. Pairs are made anew.
DROPPED = {"chorsu_search_indexversion", "chorsu_search_indexrebuild", "chorsu_translation_unitpair"}
# What Django itself writes while it migrates, what setup_newsroom adds, and the pages that are looked at.
GROWING = {"django_migrations", "django_content_type", "auth_permission", "auth_group_permissions", "sqlite_sequence"}
GROWING |= {"newsroom_cache", "chorsu_cms_setupstep"}
# What is for the web server.
NOT_HERE = {"check", "collectstatic"}

# In one process: each update takes a quarter of a minute.
pytestmark = pytest.mark.sql
Read = Callable[[str], list[tuple]]


@contextmanager
def sqlite_database(folder: Path, old: Path) -> Iterator[tuple[dict[str, str], Read]]:
    path = folder / "newsroom.sqlite3"
    path.write_bytes(lzma.decompress(old.read_bytes()))
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        yield {}, lambda sql: database.execute(sql).fetchall()


@contextmanager
def postgresql_database(_folder: Path, old: Path) -> Iterator[tuple[dict[str, str], Read]]:
    import psycopg  # noqa: PLC0415 - not there where the tests run on SQLite

    server, name = os.environ["DATABASE_URL"], f"older_version_{os.getpid()}"
    url = re.sub(r"[^/]*$", name, server, count=1)
    with psycopg.connect(server, autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            with psycopg.connect(url, autocommit=True) as database:
                database.execute(lzma.decompress(old.read_bytes()).decode())
            with psycopg.connect(url, autocommit=True) as database:
                yield {"DATABASE_URL": url}, lambda sql: database.execute(sql).fetchall()
        finally:
            administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


def counts(read: Read) -> dict[str, int]:
    tables = (
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        if ON_POSTGRESQL
        else "SELECT name FROM sqlite_master WHERE type = 'table'"
    )
    return {name: read(f'SELECT count(*) FROM "{name}"')[0][0] for (name,) in read(tables)}


def commands() -> list[str]:
    """Return what is run after each update, as docs/deploy.md says."""
    assert "\n    newsroom prepare\n" in (ROOT / "docs/deploy.md").read_text()
    called = re.findall(r'call_command\("(\w+)"', (ROOT / "deploy/prepare.py").read_text())
    return [name for name in called if name not in NOT_HERE]


@pytest.fixture(scope="module", params=OLD)
def updated(request, tmp_path_factory) -> Iterator[tuple[dict[str, int], dict[str, int], dict]]:
    """Return the rows of each table before and after, and what was read."""
    folder = tmp_path_factory.mktemp("old")
    with (postgresql_database if ON_POSTGRESQL else sqlite_database)(folder, FOLDER / request.param) as (
        variables,
        read,
    ):
        # Somebody is signed in to the site that still runs.
        read("INSERT INTO django_session VALUES ('signed-in', '', '2999-01-01 00:00:00+00:00') RETURNING session_key")
        before = {name: rows for name, rows in counts(read).items() if name not in DROPPED}
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "ELASTICSEARCH_URL"}}
        variables |= {"NEWSROOM_DATA": str(folder), "NEWSROOM_LANGUAGES": "ru,tg,en", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, Path(__file__).with_name("update.py"), *commands()],
            cwd=ROOT, env=kept | variables, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        yield before, counts(read), json.loads(done.stdout.splitlines()[-1])


def test_the_commands_are_those_of_an_update():
    assert commands() == ["move_documents", "migrate", "setup_newsroom"]


def test_no_row_is_lost(updated):
    before, after, _read = updated
    lost = {name: (rows, after.get(name)) for name, rows in before.items() if rows > after.get(name, -1)}
    assert not lost
    assert {name: number for name, number in before.items() if name not in GROWING} == {
        name: after.get(name) for name in before if name not in GROWING
    }


def test_everything_is_found(updated):
    before, _after, read = updated
    assert set(read["pages"].values()) == {200}
    assert len(read["pages"]) > 10
    assert read["found"] == 1
    assert read["waiting"] == before["chorsu_editorial_foureyestaskstate"] == 1
    assert len(read["reports"]) == 1
    assert read["demo"] == before["chorsu_cms_demoobject"]
    assert read["states"].count("in_review") == 1
    assert read["states"].count("live") >= 5
    by_worker, by_command = read["remembered"]
    assert by_worker == by_command > 100


def test_every_paragraph_is_on_its_page(updated):
    *_counts, read = updated
    assert read["paragraphs"] > 50
    assert read["lost"] == []
