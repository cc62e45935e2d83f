"""`manage.py search_analyze`."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from chorsu_search.analysis import get_analyser
from chorsu_search.engines.elasticsearch_index import LONGEST_TEXT
from tests.search.stubborn import elasticsearch_at
from tests.search.test_engines import elasticsearch_engine  # noqa: F401 - a fixture

LINES = (
    "Ҷумҳурии Тоҷикистон",
    "",
    "меҳмонон 😀 китобҳоро",
    "...",
    "  ҷ\u0443\u0304 " + "китоб " * 1500,
    "нависандагон",
)


def analyze(monkeypatch: pytest.MonkeyPatch, text: str, *arguments: str) -> list[list[str]]:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    out = io.StringIO()
    call_command("search_analyze", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_of_tokens_for_a_line_of_text(monkeypatch):
    found = analyze(monkeypatch, "\n".join(LINES), "tg", "--engine", "embedded")
    assert found == [get_analyser("tg").tokens(line) for line in LINES]
    assert found[:2] == [["чумхур", "точикистон"], []]
    assert analyze(monkeypatch, "Ponies\r\n", "en") == [["poni"]]
    assert analyze(monkeypatch, "", "en") == []


@pytest.mark.elasticsearch
def test_the_server_gives_the_same(
    monkeypatch,
    settings,
    elasticsearch_engine,  # noqa: F811
):
    settings.CHORSU_SEARCH = {"ENGINES": {"elasticsearch": elasticsearch_at(elasticsearch_engine.server.url)}}
    text = "\n".join(LINES)
    assert analyze(monkeypatch, text, "tg", "--engine", "elasticsearch") == analyze(monkeypatch, text, "tg")


def test_what_cannot_be_is_said(monkeypatch, settings):
    with pytest.raises(CommandError, match=r"No such language: xx\. There are ru, tg"):
        analyze(monkeypatch, "", "xx")
    with pytest.raises(CommandError, match=r"No such engine: solr\. There are embedded"):
        analyze(monkeypatch, "", "tg", "--engine", "solr")
    longest = "я" * LONGEST_TEXT
    assert len(analyze(monkeypatch, f"{longest}\n{longest}", "tg")) == 2
    with pytest.raises(CommandError, match="Line 2 is longer than 10000 characters"):
        analyze(monkeypatch, f"a\n{longest}я", "tg")
    settings.CHORSU_SEARCH = {"ENGINES": {"elasticsearch": elasticsearch_at("http://127.0.0.1:9")}}
    with pytest.raises(CommandError, match="doesn't answer"):
        analyze(monkeypatch, "a", "tg", "--engine", "elasticsearch")
