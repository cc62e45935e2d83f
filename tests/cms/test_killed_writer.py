"""Power cuts and ``kill -9`` on SQLite: a writer that dies in the middle leaves nothing half done."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

ROUNDS = 5


@pytest.mark.django_db
def test_nothing_is_half_done_after_a_kill(tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("About the file of SQLite.")
    # The tables are there already: migrating takes longer than everything else here.
    with sqlite3.connect(connection.settings_dict["NAME"]) as source:
        source.backup(copy := sqlite3.connect(tmp_path / "newsroom.sqlite3"))
        copy.close()
    outside = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "ELASTICSEARCH_URL"}}
    run = subprocess.run(
        [sys.executable, "-m", "tests.cms.killed_writer", str(ROUNDS)],
        cwd=settings.BASE_DIR,
        env=outside | {"NEWSROOM_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cms.settings.test"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    rounds = [line for line in lines if "published" not in line]
    assert len(rounds) == ROUNDS
    for found in rounds:
        assert (found["killed"], found["integrity"], found["wrong"], found["left"]) == (True, "ok", {}, 0), found
    assert rounds[-1]["live"] > 3, run.stderr[-2000:]
