"""The whole way from a saved page to an answer, through a real Elasticsearch."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from chorsu_search.engines import get_engine, reset_breakers
from chorsu_search.engines.elasticsearch import ElasticsearchEngine
from chorsu_search.models import IndexChange
from chorsu_search.writing import rebuild, sync
from tests.factories import make_article
from tests.search.test_engines import elasticsearch_engine  # noqa: F401 - a fixture
from tests.search.test_write_path import wake_all

EMBEDDED = {"ENGINE": "chorsu_search.engines.embedded.embedded_engine"}


@pytest.mark.elasticsearch
@pytest.mark.django_db
def test_from_page_to_answer(client: Client, settings: Any, elasticsearch_engine: ElasticsearchEngine) -> None:  # noqa: F811
    reset_breakers()
    options = {
        "ENGINE": "chorsu_search.engines.elasticsearch.ElasticsearchEngine",
        "URL": elasticsearch_engine.server.url,
        "PREFIX": elasticsearch_engine.prefix,
        "SEARCH_TIMEOUT": 20,
        "INDEX_TIMEOUT": 60,
    }
    settings.CHORSU_SEARCH = {"ENGINES": {"elasticsearch": options, "embedded": EMBEDDED}, "PAUSE": 0}

    def ask(text: str) -> tuple[list[str], bool]:
        get_engine("elasticsearch").refresh()
        answer = client.get("/ru/search/", {"q": text}).context["answer"]
        return [str(item.title) for item in answer.found], answer.degraded

    article = make_article(title="Переговоры о воде")
    assert "search_rebuild" in sync().error, "an index that was never filled takes no changes"
    assert IndexChange.objects.filter(engine="elasticsearch").exists()
    assert ask("вода") == (["Переговоры о <mark>воде</mark>"], True), "the embedded engine answers meanwhile"
    rebuild()
    assert ask("вода") == (["Переговоры о <mark>воде</mark>"], False)
    article.title = "Переговоры о газе"
    article.save()
    wake_all()
    call_command("search_sync")
    assert ask("вода") == ([], False)
    assert ask("газ") == (["Переговоры о <mark>газе</mark>"], False)
    article.unpublish()
    sync()
    assert ask("газ") == ([], False)
    assert not IndexChange.objects.exists()
