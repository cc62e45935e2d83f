"""Several machines that start at once with a new version: one makes what is missing, the others wait for it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.migrated_file import put_migrated_file

pytestmark = pytest.mark.sql


@pytest.fixture(scope="module")
def environment(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[dict[str, str]]:
    """Yield the variables of a newsroom whose last migration of messages is undone, and that isn't set up."""
    folder = tmp_path_factory.mktemp("newsroom")
    variables = os.environ | {"NEWSROOM_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "cms.settings.development"}
    variables |= {"ELASTICSEARCH_URL": "", "PYTHONPATH": str(settings.BASE_DIR)}
    with ExitStack() as undo:
        if connection.vendor == "postgresql":
            name, kept = f"starting_{os.getpid()}", f"{connection.settings_dict['NAME']}_kept"
            variables["DATABASE_URL"] = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"

            def run(statement):
                with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
                    cursor.execute(statement)

            run(f'CREATE DATABASE {name} TEMPLATE "{kept}"')
            undo.callback(run, f"DROP DATABASE {name} WITH (FORCE)")
        else:
            put_migrated_file(folder / "newsroom.sqlite3")
        back = [sys.executable, "manage.py", "migrate", "chorsu_delivery", "0002", "--verbosity=0"]
        subprocess.run(back, cwd=settings.BASE_DIR, env=variables, check=True)
        yield variables


@pytest.mark.parametrize(
    ("place", "name", "command", "made", "nothing"),
    [
        (
            "django.db.migrations.executor.MigrationExecutor",
            "migrate",
            "migrate",
            "0003_headers... OK",
            "No migrations",
        ),
        ("cms.newsroom.setup", "_make_site", "setup_newsroom", "Home page of ru", "Nothing was missing."),
    ],
    ids=["migrate", "setup_newsroom"],
)
def test_the_second_waits_and_finds_nothing_to_do(environment, place, name, command, made, nothing):
    script = [sys.executable, str(Path(__file__).with_name("paused_command.py")), place, name, command]
    pipe = subprocess.PIPE
    with ExitStack() as ending:

        def begin():
            process = subprocess.Popen(
                script, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, bufsize=0
            )
            ending.enter_context(process)
            ending.callback(process.kill)
            assert process.stdout.readline() == b"begins\n"
            return process

        first = begin()
        while b"inside" not in (line := first.stdout.readline()):
            assert line
        second = begin()
        assert not select.select([second.stdout], [], [], 1)[0], "It doesn't wait."
        # Both: the second would hold the lock while it waits to be told, and the first writes on after its transaction.
        for process in (first, second):
            process.stdin.write(b"\n")
        said = [process.communicate()[0].decode() for process in (first, second)]
    assert made in said[0], said
    assert nothing in said[1], said
    assert [first.returncode, second.returncode] == [0, 0]
