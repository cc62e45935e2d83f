"""Nobody waits for a search server: neither who searches nor who saves a page."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from chorsu_search.engines import ask_engines, get_breaker, reset_breakers
from chorsu_search.engines.base import EngineUnavailableError
from chorsu_search.queries import Query
from tests.search.stubborn import EMBEDDED, elasticsearch_at


@pytest.fixture
def silent_server(settings) -> Iterator[None]:
    """A server that takes connections and never says a word, as the first engine."""
    reset_breakers()
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = elasticsearch_at(url, SEARCH_TIMEOUT=20, INDEX_TIMEOUT=20)
        settings.CHORSU_SEARCH = {"ENGINES": {"elasticsearch": server, "embedded": EMBEDDED}, "PAUSE": 0}
        yield
    reset_breakers()


@pytest.mark.django_db
@pytest.mark.usefixtures("silent_server")
def test_no_reader_waits_while_it_is_tried_whether_the_server_is_back():
    get_breaker("elasticsearch").failed(EngineUnavailableError("gone"))
    asked: list[str] = []
    answered = threading.Event()

    def question(engine):
        name = threading.current_thread().name
        asked.append(name)
        if name == "search elasticsearch":
            answered.wait(30)
            return 1
        return engine.search(Query("газ", languages=("ru",))).total

    found = ask_engines(question)
    assert (found.value, found.degraded) == (0, True)
    assert not answered.is_set()
    answered.set()
    end = time.monotonic() + 30
    while get_breaker("elasticsearch").failures:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert sorted(asked) == sorted({"search elasticsearch", threading.current_thread().name})
