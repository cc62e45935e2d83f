"""Pages through a real Elasticsearch, also while it comes and goes: in the end the index is the database."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connections
from wagtail.models import PageViewRestriction

from chorsu_articles.models import AnalysisPage
from chorsu_search.engines import get_engine, reset_breakers
from chorsu_search.engines.base import EngineError
from chorsu_search.engines.elasticsearch import ElasticsearchEngine
from chorsu_search.management.commands.search_check import compare
from chorsu_search.models import IndexChange
from chorsu_search.writing import rebuild, sync
from tests.factories import make_article, make_home, make_section
from tests.faults.proxy import PASS, REFUSE, TcpProxy
from tests.search.stubborn import EMBEDDED, elasticsearch_at
from tests.search.test_engines import elasticsearch_engine  # noqa: F401 - a fixture
from tests.search.test_write_path import wake_all


def use(settings: Any, engine: ElasticsearchEngine, url: str, **options: Any) -> None:
    """Let a server answer, and the embedded engine where it doesn't."""
    reset_breakers()
    server = elasticsearch_at(url, PREFIX=engine.prefix, INDEX_TIMEOUT=60, **options)
    settings.CHORSU_SEARCH = {"ENGINES": {"elasticsearch": server, "embedded": EMBEDDED}, "PAUSE": 0}


@pytest.fixture
def line(elasticsearch_engine, settings) -> Iterator[TcpProxy]:  # noqa: F811
    """Return a line to the server, which stands on this machine, that can be cut."""
    line = TcpProxy(urlsplit(elasticsearch_engine.server.url).port or 9200)
    use(settings, elasticsearch_engine, f"http://127.0.0.1:{line.port}")
    yield line
    reset_breakers()
    line.close()


def cut_and_mend(line: TcpProxy) -> None:
    for mode, seconds in ((REFUSE, 0.3), (PASS, 0.7)):
        line.mode = mode
        time.sleep(seconds)


def change_something(chance: random.Random, number: int) -> None:
    """Do one of the things that editors do."""
    page = chance.choice(AnalysisPage.objects.all())
    parent = page.get_parent().specific
    match chance.randrange(9):
        case 0 | 1 | 2:
            make_article(parent, title=f"Газ {number}", slug=f"gas-{number}", locale=page.locale)
        case 3:
            page.title = f"Вода {number}"
            page.save()
        case 4:
            page.unpublish()
        case 5:
            page.save_revision().publish()
        case 6:
            page.delete()
        case 7:
            PageViewRestriction.objects.create(page=parent, restriction_type=PageViewRestriction.LOGIN)
        case 8:
            PageViewRestriction.objects.all().delete()


def publish_some() -> None:
    for language in ("ru", "tg"):
        section = make_section(make_home(language))
        for number in range(10):
            make_article(section, title=f"Начало {number}", slug=f"begin-{number}", locale=section.locale)


@pytest.mark.elasticsearch
@pytest.mark.django_db(transaction=True)
def test_in_the_end_both_indexes_are_the_database(line):
    publish_some()
    rebuild()
    done, half = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def again_and_again(work, end=done):
        def run():
            try:
                while not end.is_set():
                    with suppress(EngineError):
                        work()
                    time.sleep(0.05)
            except BaseException as error:  # noqa: BLE001 - handed to the test
                failures.append(error)
            finally:
                connections.close_all()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    # No rebuild in the second half: it would mend what a sweep lost.
    threads = [again_and_again(rebuild, half), *map(again_and_again, (sync, wake_all, partial(cut_and_mend, line)))]
    chance = random.Random(7)
    try:
        for number in range(80):
            change_something(chance, number)
            if number == 40:
                half.set()
    finally:
        half.set()
        done.set()
        for thread in threads:
            thread.join()
    assert not failures
    while IndexChange.objects.exists():
        wake_all()
        assert not sync().error
    for name in ("elasticsearch", "embedded"):
        found = compare(name)
        assert (found.checked > 2, found.faults, found.unreadable) == (True, [], [])


@pytest.mark.elasticsearch
@pytest.mark.django_db
def test_from_page_to_answer(client, settings, elasticsearch_engine):  # noqa: F811
    use(settings, elasticsearch_engine, elasticsearch_engine.server.url, SEARCH_TIMEOUT=20)

    def ask(text):
        get_engine("elasticsearch").refresh()
        answer = client.get("/ru/search/", {"q": text}).context["results"]
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
