"""The embedded engines and Elasticsearch keep the same contract."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from search.engines import fts
from search.engines.base import EngineNotReadyError, EngineUnavailableError
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.embedded import embedded_engine
from search.engines.portable import PortableEngine
from search.engines.sqlite import SqliteEngine
from search.engines.table import TableEngine
from search.models import Document
from search.queries import Query
from tests.search.contract import EngineContract, document


@pytest.mark.django_db
class TestSqlite(EngineContract):
    @pytest.fixture
    def engine(self) -> TableEngine:
        if connection.vendor != "sqlite":
            pytest.skip("FTS5 is SQLite's")
        return SqliteEngine()

    def test_is_the_embedded_engine_here(self) -> None:
        assert isinstance(embedded_engine(), SqliteEngine)

    def test_the_full_text_table_follows_every_row(self) -> None:
        self.fill(document(1, body="газ"))
        Document.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {fts.TABLE}({fts.TABLE}, rank) VALUES ('integrity-check', 1)")
            cursor.execute(f"SELECT count(*) FROM {fts.TABLE} WHERE {fts.TABLE} MATCH 'газ'")
            assert cursor.fetchone() == (0,)

    def test_a_lost_trigger_is_reported_and_mended_by_a_rebuild(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {fts.TRIGGERS[0]}")
        assert [message.id for message in self.engine.check()] == ["chorsu_search.E004"]
        self.engine.rebuild(["ru"], lambda _code: iter([[document(1, body="газ")]]), lambda *_args: None, version=0)
        assert self.engine.check() == []
        assert self.found("газ") == [1]

    def test_the_database_answers_within_a_fixed_number_of_queries(self, django_assert_num_queries: Any) -> None:
        self.fill(*(document(number, body="газ", country=("TJ",)) for number in range(1, 40)))
        with django_assert_num_queries(4):
            self.ask("газ", limit=5)
        with django_assert_num_queries(4):
            self.ask("газ", limit=30)


@pytest.mark.sql
@pytest.mark.django_db
class TestPortable(EngineContract):
    @pytest.fixture
    def engine(self) -> TableEngine:
        return PortableEngine()

    def test_is_the_embedded_engine_on_other_databases(self) -> None:
        assert isinstance(embedded_engine(), PortableEngine if connection.vendor != "sqlite" else SqliteEngine)

    def test_says_that_it_reads_everything(self) -> None:
        (message,) = self.engine.check()
        assert message.id == "chorsu_search.I001"


@pytest.fixture
def elasticsearch_engine() -> Iterator[ElasticsearchEngine]:
    """An engine with indexes of its own on the real server, removed afterwards."""
    url = os.environ.get("ELASTICSEARCH_TEST_URL")
    if not url:
        pytest.fail("Set ELASTICSEARCH_TEST_URL to what `tools/elasticsearch_server.py start` prints.")
    engine = ElasticsearchEngine(url, prefix=f"test-{uuid.uuid4().hex[:8]}", search_timeout=20, index_timeout=60)
    yield engine
    for index in engine.client.indices.get(index=f"{engine.prefix}-*").body:
        engine.client.indices.delete(index=index)


@pytest.mark.elasticsearch
class TestElasticsearch(EngineContract):
    @pytest.fixture
    def engine(self, elasticsearch_engine: ElasticsearchEngine) -> ElasticsearchEngine:
        return elasticsearch_engine

    def aliases(self) -> dict[str, list[str]]:
        return self.engine._aliases()

    def test_one_index_per_language_behind_an_alias(self) -> None:
        self.fill(document(1, "tg", body="газ"), document(2, "en", body="gas"))
        before = self.aliases()
        assert sorted(before) == sorted(f"{self.engine.prefix}-{code}" for code in ("ru", "tg", "en"))
        self.engine.rebuild(["ru"], lambda _code: iter([]), lambda *_args: None, version=0)
        after = self.aliases()
        assert after[f"{self.engine.prefix}-ru"] != before[f"{self.engine.prefix}-ru"]
        assert all(len(indexes) == 1 for indexes in after.values())
        assert len(self.engine.client.indices.get(index=f"{self.engine.prefix}-*").body) == 3

    def test_what_a_broken_rebuild_left_is_cleared_by_the_next(self) -> None:
        self.engine._create("ru", suffix="-next")  # a rebuild that was killed
        self.fill(document(1, body="газ"))
        assert self.found("газ") == [1]
        self.engine.rebuild(
            ["ru"], lambda _code: iter([[document(1, body="газ", version=3)]]), lambda *_args: None, version=2
        )
        assert not any(alias.endswith("-next") for alias in self.aliases())
        assert len(self.engine.client.indices.get(index=f"{self.engine.prefix}-ru*").body) == 1

    def test_the_first_page_of_a_new_language_makes_its_index(self) -> None:
        self.fill(document(1, "kk", body="газ"))
        assert self.found("газ", "kk") == [1]
        assert self.found("газ", "kk", "ky") == [1], "a language without pages doesn't spoil the others"

    def test_refuses_nothing_silently(self) -> None:
        engine = ElasticsearchEngine(self.engine.url, prefix=f"{self.engine.prefix}x")
        with pytest.raises(EngineNotReadyError, match="search_rebuild"):
            engine.index([document(1, body="газ")])
        with pytest.raises(EngineNotReadyError, match="search_rebuild"):
            engine.search(Query("газ", languages=("ru",)))


def test_a_server_that_is_down_is_unavailable() -> None:
    engine = ElasticsearchEngine("http://127.0.0.1:9", search_timeout=1, index_timeout=1)
    with pytest.raises(EngineUnavailableError, match="doesn't answer"):
        engine.search(Query("газ", languages=("ru",)))
    with pytest.raises(EngineUnavailableError, match="changes wait"):
        engine.index([document(1, body="газ")])
    with pytest.raises(EngineUnavailableError, match="changes wait"):
        engine.delete([1], version=1)


def test_an_address_without_scheme_is_reported() -> None:
    (message,) = ElasticsearchEngine("localhost:9200").check()
    assert message.id == "chorsu_search.E003"
