"""The site's settings on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.signals import connection_created

ROOT = Path(__file__).resolve().parents[2]


def test_the_system_check_passes_on_postgresql(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        "DJANGO_SETTINGS_MODULE": "cms.settings.test",
        "NEWSROOM_DATA": str(tmp_path),
    }
    run = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stderr
    assert "postgres.E005" not in run.stderr


@pytest.mark.sql
@pytest.mark.django_db
def test_postgresql_compiles_no_question_of_the_newsroom() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite compiles nothing")
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_no_plug_in_changes_a_connection_of_its_site() -> None:
    listening = {listener().__module__ for _key, listener, *_ in connection_created.receivers}
    assert "cms.receivers" in listening
    assert not [module for module in listening if module.startswith("chorsu_")]
