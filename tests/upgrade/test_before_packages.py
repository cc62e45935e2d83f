"""A newsroom that was made before the plug-ins had packages of their own is migrated, and everything is found in it."""

from __future__ import annotations

import json
import lzma
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OLD = Path(__file__).with_name("before_packages.sqlite3.xz")
# What Django itself writes while it migrates, and the pages that are looked at.
GROWING = {"django_migrations", "django_content_type", "auth_permission", "sqlite_sequence", "newsroom_cache"}


def counts(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], dict[str, int], dict]:
    """Return the rows of each table before and after, and what was read."""
    folder = tmp_path_factory.mktemp("old")
    path = folder / "newsroom.sqlite3"
    path.write_bytes(lzma.decompress(OLD.read_bytes()))
    before = counts(path)
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "ELASTICSEARCH_URL"}}
    environment = {**kept, "NEWSROOM_DATA": str(folder), "NEWSROOM_LANGUAGES": "ru,tg,en", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("read_everything.py")],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return before, counts(path), json.loads(done.stdout.splitlines()[-1])


def test_no_row_is_lost(migrated):
    before, after, _read = migrated
    assert {name: number for name, number in before.items() if name not in GROWING} == {
        name: after.get(name) for name in before if name not in GROWING
    }


def test_everything_is_found(migrated):
    before, _after, read = migrated
    assert set(read["pages"].values()) == {200}
    assert len(read["pages"]) > 10
    assert read["found"] == 1
    assert read["waiting"] == before["chorsu_editorial_foureyestaskstate"] == 1
    assert len(read["reports"]) == 1
    assert read["demo"] == before["chorsu_cms_demoobject"]
    assert read["states"] == ["in_review", *["live"] * 5]
