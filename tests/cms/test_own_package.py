"""A newsroom with a package of its own adds a language, as docs/add-a-language.md says, and a kind of publication."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.conf import settings
from django.db import connection

PACKAGE = Path(__file__).with_name("outlet")


def documented_settings() -> str:
    """Return the settings of docs/add-a-language.md, made those of tests, with the package as an app."""
    _before, _fence, block = (settings.BASE_DIR / "docs" / "add-a-language.md").read_text().partition("```python\n")
    text = block.partition("```")[0]
    assert "from cms.settings.production import *" in text
    return text.replace("cms.settings.production", "cms.settings.test") + (
        'INSTALLED_APPS = ["outlet", *[app for app in INSTALLED_APPS if app != "tests.story"]]\n'
        'LOCALE_PATHS = [Path(__file__).parent / "locale"]\n'
    )


@pytest.fixture
def found(db, tmp_path) -> dict[str, Any]:
    """Return what the newsroom shows, on a database that was made without the language and the kind."""
    if connection.vendor != "sqlite":
        pytest.skip("Makes the file of SQLite.")
    with sqlite3.connect(connection.settings_dict["NAME"]) as source:
        source.backup(copy := sqlite3.connect(tmp_path / "newsroom.sqlite3"))
        copy.close()
    package = tmp_path / "outlet"
    shutil.copytree(PACKAGE, package)
    (package / "settings.py").write_text(documented_settings())
    (package / "migrations").mkdir()
    (package / "migrations" / "__init__.py").touch()
    catalogue = package / "locale" / "sgh" / "LC_MESSAGES" / "django.mo"
    catalogue.parent.mkdir(parents=True)
    with catalogue.open("wb") as file:
        write_mo(file, Catalog())
    outside = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "ELASTICSEARCH_URL"}}
    run = subprocess.run(
        [sys.executable, package / "use_it.py"],
        cwd=tmp_path,
        env={
            **outside,
            "DJANGO_SETTINGS_MODULE": "outlet.settings",
            "NEWSROOM_DATA": str(tmp_path),
            "NEWSROOM_LANGUAGES": "ru,tg,sgh",
            "PYTHONPATH": os.pathsep.join([str(tmp_path), str(settings.BASE_DIR)]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "chorsu_articles_person.about_sgh" in run.stdout, "migrate names the columns that it adds"
    result: dict[str, Any] = json.loads(run.stderr.splitlines()[-1])
    return result


def test_a_language_and_a_kind_that_are_not_ours(found):
    assert found["sections"] == ["Подкасты"] * 3, "one in each language"
    assert "PodcastEpisode" in found["page"]
    for url, html in found["lists"].items():
        assert "Выпуск 1" in html, url
        assert "<span>40 мин</span>" in html, url
    in_several_kinds = [
        html.count('<p class="kicker" data-content-skip>Подкаст</p>') for html in found["lists"].values()
    ]
    assert in_several_kinds[0] == 0, "its own section doesn't say what it lists"
    assert all(in_several_kinds[1:])
    assert found["filtered"] == {"uz": 2, "kz": 0}
    assert found["found"] == 2, "by the name of an organisation in a field of its own"
    assert found["costs"][0] == found["costs"][1], "no list costs more with another episode"
    assert "Х̌ац тема" in found["in Shughni"]
    first, second = found["exported"]
    assert (first["minutes"], first["recorded_in"], first["partners"]) == (40, "UZ", ["vodnyy-institut"])
    assert [first, second] == found["exported again"], "a kind of a newsroom's own comes back from its export"
