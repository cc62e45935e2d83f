"""Search in a site where `pip install chorsu` was run without the extra: words and a command, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chorsu_search.checks import check_settings

ROOT = Path(__file__).resolve().parents[2]
COMMAND = 'pip install "chorsu[search]"'
# An entry of None makes `import` say that there is no such module.
SCRIPT = """
import sys
sys.modules |= dict.fromkeys(("snowballstemmer", "elasticsearch"))
from django.core.management import CommandError, call_command, execute_from_command_line
for command in ("check", "migrate"):
    try:
        execute_from_command_line(["manage.py", command])
    except SystemExit as end:
        print(command, end.code)
call_command("migrate", skip_checks=True, verbosity=0)
from django.test import Client
from django.test.utils import setup_test_environment
from wagtail.models import Page
setup_test_environment()
Page.objects.get(depth=2).add_child(title="Переговоры о воде", slug="water")
for words in ("переговоры", "переговорам"):
    response = Client().get("/search/", {"q": words, "exact": "1"})
    print(response.status_code, response.context["results"].total)
try:
    call_command("search_rebuild")
except CommandError as error:
    print(error)
"""
REFUSED = "import of elasticsearch halted; None in sys.modules. `manage.py check` says what to do."


def test_commands_say_what_to_install_and_search_folds(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.search.plain_site.settings",
        "PLAIN_SITE_DATABASE": str(tmp_path / "plain.sqlite3"),
    }
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    for text in (
        "chorsu_search.E007", COMMAND, "Search in Russian, English needs snowballstemmer",
        "The search engine 'elasticsearch' needs elasticsearch",
    ):  # fmt: skip
        assert done.stderr.count(text) in {2, 4}, text  # in both commands
    lines = done.stdout.splitlines()
    assert lines[:4] == ["check 1", "migrate 1", "200 1", "200 0"], done.stderr
    assert lines[4].startswith("embedded: ru 2")
    assert lines[5:] == [f"elasticsearch: {REFUSED}"]
    assert f"The search engine 'elasticsearch' is out of service: {REFUSED}" in done.stderr


@pytest.mark.parametrize(("code", "expected"), [("tg", []), ("de", []), ("en-gb", ["chorsu_search.E007"])])
def test_only_languages_with_a_stemmer_need_it(settings, monkeypatch, code, expected):
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES = [(code, code)]
    assert check_settings() == []
    monkeypatch.setattr("chorsu_search.checks.STEMMERS", {})
    assert [message.id for message in check_settings()] == expected
