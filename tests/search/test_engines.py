"""The embedded engines and Elasticsearch keep the same contract."""

from __future__ import annotations

import importlib
import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from elasticsearch import ConnectionTimeout

from chorsu_search.engines import base, elasticsearch, postgresql, sqlite
from chorsu_search.engines.base import EngineError, EngineNotReadyError, EngineUnavailableError, LaterClaimError
from chorsu_search.engines.elasticsearch import ElasticsearchEngine
from chorsu_search.engines.embedded import embedded_engine
from chorsu_search.engines.full_text import FullTextEngine
from chorsu_search.engines.postgresql import PostgresqlEngine
from chorsu_search.engines.sqlite import SqliteEngine
from chorsu_search.models import Document
from chorsu_search.queries import Query
from tests.http_server import http_server
from tests.search.contract import EngineContract, document

# Seconds: other parts of the tests keep the server busy, and a new index may take it more than ten then.
PATIENT: dict[str, Any] = {"search_timeout": 20, "index_timeout": 60}


class FullText(EngineContract):
    """The suite of engines over a full-text index."""

    def test_is_the_embedded_engine_here(self):
        assert type(embedded_engine()) is type(self.engine)

    def test_one_question_counts_ranks_and_reads(self, django_assert_num_queries):
        self.fill(*(document(number, body="газ", country=("TJ",)) for number in range(1, 40)))
        for filters in ({}, {"country": "TJ", "year": "2025"}):
            with django_assert_num_queries(1):
                results = self.ask("газ", limit=30, filters=filters)
            assert (results.total, len(results.hits), dict(results.facets["country"])) == (39, 30, {"TJ": 39})

    def test_the_counts_of_very_many_are_kept_until_something_is_written(self, monkeypatch):
        monkeypatch.setattr(base, "MANY", 2)
        self.fill(*(document(number, body="газ", country=("TJ",)) for number in range(1, 4)))
        self.ask("газ")
        Document.objects.filter(pk=1).delete()  # as another process would
        old = self.ask("газ")
        assert (old.total, len(old.hits), dict(old.facets["country"])) == (3, 2, {"TJ": 3})
        assert self.ask("газ", filters={"country": "TJ"}).total == 2, "another question"
        assert [self.found("газ", limit=1, offset=place) for place in range(3)] == [[3], [2], []]
        with monkeypatch.context() as patch:
            patch.setattr(base.time, "monotonic", lambda: float("inf"))
            assert self.ask("газ").total == 2, "they grow old"
        self.ask("газ")
        self.fill(document(4, body="вода"))
        assert self.ask("газ").total == 2
        Document.objects.all().delete()
        assert self.ask("газ").total == 0, "few are counted each time"

    def test_what_a_text_says_often_comes_first(self):
        self.fill(
            document(1, body="газ, газа, газом и вода", year=2020),
            document(2, body="газ и вода, вода, воды", year=2024),
            document(3, body="газ и вода " * 3 + "другие слова " * 500, year=2024),
        )
        assert self.found("газ")[0] == 1
        assert self.found("вода")[0] == 2


@pytest.mark.django_db
class TestSqlite(FullText):
    @pytest.fixture
    def engine(self) -> FullTextEngine:
        if connection.vendor != "sqlite":
            pytest.skip("FTS5 is SQLite's")
        return SqliteEngine()

    def test_the_full_text_table_follows_every_row(self):
        # Whoever put a row in by hand harms nothing.
        Document.objects.create(pk=1, language="ru", language_token="xru", body_tokens="газ")
        self.fill(document(1, body="газ"), document(2, body="газ"))
        assert set(self.found("газ")) == {1, 2}
        Document.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {sqlite.TABLE}({sqlite.TABLE}, rank) VALUES ('integrity-check', 1)")
            cursor.execute(f"SELECT count(*) FROM {sqlite.TABLE} WHERE {sqlite.TABLE} MATCH 'газ'")
            assert cursor.fetchone() == (0,)

    def test_a_lost_trigger_is_reported_and_mended_by_a_rebuild(self):
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {sqlite.TRIGGER}")
            # One that an earlier release had would add each row twice.
            cursor.execute(
                f"CREATE TRIGGER {sqlite.TABLE}_insert AFTER INSERT ON {sqlite.DOCUMENTS} BEGIN "
                f"INSERT INTO {sqlite.TABLE}(rowid) VALUES (new.id); END"
            )
        (message,) = self.engine.check()
        # An error would stop `migrate`, without which the rebuild can't read pages after an update.
        assert (message.id, message.is_serious()) == ("chorsu_search.W008", False)
        self.rebuild("ru", document(1, body="газ"))
        assert self.engine.check() == []
        assert self.found("газ") == [1]
        triggers = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{sqlite.TABLE}%'"
        with connection.cursor() as cursor:
            assert cursor.execute(triggers).fetchall() == [(sqlite.TRIGGER,)]

    def test_a_lost_table_is_an_error_of_the_engine_until_a_rebuild(self):
        self.fill(document(1, body="газ"))
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {sqlite.TABLE}")
        with pytest.raises(EngineError, match="search_rebuild"):
            self.found("газ")
        self.rebuild("ru", document(1, body="газ"))
        assert self.found("газ") == [1]


@pytest.mark.sql
@pytest.mark.django_db
class TestPostgresql(FullText):
    @pytest.fixture
    def engine(self) -> FullTextEngine:
        if connection.vendor != "postgresql":
            pytest.skip("runs on PostgreSQL")
        return PostgresqlEngine()

    def test_what_a_migration_dropped_is_reported_and_mended_by_a_rebuild(self):
        self.fill(document(1, body="газ"))
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {postgresql.DOCUMENTS} DROP COLUMN {postgresql.COLUMN}")
        (message,) = self.engine.check()
        assert (message.id, "vector" in message.msg) == ("chorsu_search.W008", True)
        assert not message.is_serious()
        with pytest.raises(EngineError, match="search_rebuild"), transaction.atomic():
            self.found("газ")
        self.rebuild("ru", document(1, body="газ"))
        assert self.engine.check() == []
        assert self.found("газ") == [1]

    def test_tokens_are_lexemes_whatever_the_server_takes_for_a_word(self):
        words = ["g20", "20g", "1e5", "007", "क्षि", "е́ж", "١٢", "x" * 64, "ы" * 200, "the"]
        self.fill(*(document(number, "de", body=word) for number, word in enumerate(words, 1)))
        assert [self.found(word, "de") for word in words] == [[number] for number in range(1, len(words) + 1)]

    def test_a_longer_text_than_the_server_counts_is_found_by_its_beginning(self):
        self.fill(document(1, body=" ".join(f"слово{number}" for number in range(30_000))))
        assert self.found("слово16000") == [1]

    def test_what_a_rebuild_has_written_is_counted_for_the_planner(self):
        self.rebuild("ru", *(document(number, body="газ", country=("TJ",)) for number in range(1, 30)))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, reltuples FROM pg_class WHERE relname = ANY(%s)", [list(postgresql.REBUILT)]
            )
            counted = dict(cursor.fetchall())
        assert counted.keys() == set(postgresql.REBUILT)
        assert (counted[postgresql.DOCUMENTS], counted["chorsu_search_documentfacet"]) == (29, 58)

    def test_words_are_in_the_vector_alone(self):
        self.fill(document(1, headline="Тайна", body="газ"))
        (row,) = Document.objects.values()
        assert not any(row[name] for name in postgresql.WORDS)

    def test_a_column_that_the_server_made_is_kept_by_the_upgrade(self):
        self.fill(document(1, body="газ"))
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {postgresql.DOCUMENTS} DROP COLUMN {postgresql.COLUMN}")
            cursor.execute(
                f"ALTER TABLE {postgresql.DOCUMENTS} ADD {postgresql.COLUMN} tsvector "
                "GENERATED ALWAYS AS (('xru:1 ' || 'газ:2')::tsvector) STORED"
            )
        migration = importlib.import_module("chorsu_search.migrations.0011_postgresql_vector")
        with connection.schema_editor() as editor:
            migration.write_it_with_the_row(None, editor)
        assert self.engine.check() == []
        assert self.found("газ") == [1]
        self.fill(document(1, body="вода"))
        assert (self.found("газ"), self.found("вода")) == ([], [1])

    def test_a_common_word_is_found_by_the_index(self):
        self.fill(*(document(number, body="газ " * 400) for number in range(1, 60)))
        PostgresqlEngine.optimise(connection)
        with connection.cursor() as cursor:
            for function in (postgresql.FOUND, postgresql.SCORES):
                cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = %s", [function])
                assert cursor.fetchone() == (["enable_seqscan=off"],)
        assert self.ask("газ").total == 59


@pytest.mark.django_db
def test_another_database_has_no_embedded_engine(monkeypatch):
    monkeypatch.setattr(connection, "vendor", "mysql")
    with pytest.raises(EngineUnavailableError, match="SQLite and PostgreSQL, not mysql"):
        embedded_engine()


@pytest.fixture
def elasticsearch_engine() -> Iterator[ElasticsearchEngine]:
    """An engine with indexes of its own on the real server, removed afterwards."""
    url = os.environ.get("ELASTICSEARCH_TEST_URL")
    if not url:
        pytest.fail("Set ELASTICSEARCH_TEST_URL to what `tools/elasticsearch_server.py start` prints.")
    engine = ElasticsearchEngine(url, prefix=f"test-{uuid.uuid4().hex[:8]}", **PATIENT)
    yield engine
    for index in engine.server.client.indices.get(index=f"{engine.prefix}.*").body:
        engine.server.client.indices.delete(index=index)


@pytest.mark.elasticsearch
@pytest.mark.django_db
class TestElasticsearch(EngineContract):
    @pytest.fixture
    def engine(self, elasticsearch_engine) -> ElasticsearchEngine:
        return elasticsearch_engine

    def aliases(self) -> dict[str, list[str]]:
        return self.engine._aliases()

    def test_answers_about_very_many_are_kept_until_something_is_written(self, monkeypatch):
        self.fill(*(document(number, body="газ") for number in range(1, 4)))
        other = ElasticsearchEngine(self.engine.server.url, prefix=self.engine.prefix, **PATIENT)

        def totals():
            self.ask("газ")
            other.delete([other.stored_ids(after=0, limit=1)[0]], claim=2)
            other.refresh()
            return self.ask("газ").total, self.ask("газ", limit=0).total

        assert totals() == (2, 2)
        monkeypatch.setattr(base, "MANY", 1)
        assert totals() == (2, 1)
        self.claim = 2
        self.fill(document(4, body="вода"))
        assert self.ask("газ").total == 1

    def test_one_index_per_language_behind_an_alias(self):
        self.fill(document(1, "tg", body="газ"), document(2, "en", body="gas"))
        before = self.aliases()
        assert before.keys() == {f"{self.engine.prefix}.{code}" for code in ("ru", "tg", "en")}
        self.rebuild("ru")
        after = self.aliases()
        assert after[f"{self.engine.prefix}.ru"] != before[f"{self.engine.prefix}.ru"]
        assert all(len(indexes) == 1 for indexes in after.values())
        assert len(self.engine.server.client.indices.get(index=f"{self.engine.prefix}.*").body) == 3

    def test_what_a_broken_rebuild_left_is_cleared_by_the_next(self):
        self.engine._create("ru", suffix=".next")  # a rebuild that was killed
        self.fill(document(1, body="газ"))
        assert self.found("газ") == [1]
        self.rebuild("ru", document(1, body="газ"))
        assert not any(alias.endswith(".next") for alias in self.aliases())
        assert len(self.engine.server.client.indices.get(index=f"{self.engine.prefix}.ru*").body) == 1

    def test_a_rebuild_whose_last_answer_is_lost_keeps_the_new_index(self, monkeypatch):
        indices = self.engine.server.write_client.indices
        move = indices.update_aliases

        def move_and_lose_the_answer(**values):
            move(**values)
            raise ConnectionTimeout("the line is cut")

        monkeypatch.setattr(indices, "update_aliases", move_and_lose_the_answer)
        with pytest.raises(EngineUnavailableError):
            self.rebuild("ru", document(1, body="газ"))
        assert self.found("газ") == [1]
        monkeypatch.undo()
        self.rebuild("ru", document(1, body="газ"))
        indexes = self.engine.server.client.indices.get(index=f"{self.engine.prefix}.*").body
        assert len(indexes) == 1, "the index that lost its alias is cleared away"

    def test_the_first_page_of_a_language_may_come_while_it_is_put_into_service(self, monkeypatch):
        indices = self.engine.server.write_client.indices
        move = indices.update_aliases

        def move_after_a_page(**values):
            monkeypatch.undo()
            self.fill(document(1, "kk", body="газ"))
            move(**values)

        monkeypatch.setattr(indices, "update_aliases", move_after_a_page)
        self.rebuild("kk")
        assert self.found("газ", "kk") == [1]
        self.fill(document(2, "kk", body="газ"))
        assert set(self.found("газ", "kk")) == {1, 2}

    def test_a_refused_page_is_named(self):
        too_long = document(2, body="газ", country=("T" * 40_000,))
        with pytest.raises(EngineError, match=r"refused page 2 .*immense term"):
            self.fill(document(1, body="газ"), too_long)
        self.engine.refresh()
        assert self.found("газ") == [1], "it stops no other"

    def test_a_writer_that_was_thought_dead_changes_nothing(self):
        """Another one has the lease: it has written a page, and deleted one, since the first read them."""
        self.fill(document(1, body="газ"), document(2, body="газ"))
        self.claim = 3
        self.fill(document(1, body="вода"))
        self.delete(2)
        self.claim = 2
        for late in (1, 2, 3):
            with pytest.raises(LaterClaimError):
                self.fill(document(late, body="газ"))
        with pytest.raises(LaterClaimError):
            self.delete(1)
        self.engine.refresh()
        assert self.found("вода") == [1]
        assert not {1, 2} & {*self.found("газ")}
        (settings,) = self.engine.server.client.indices.get_settings(index=f"{self.engine.prefix}.ru.*").body.values()
        assert settings["settings"]["index"]["gc_deletes"] == "1h", "so long it is remembered what was deleted"

    def test_shards_and_replicas_are_as_set(self):
        options = {"prefix": self.engine.prefix, "shards": 3, "replicas": 0, **PATIENT}
        engine = ElasticsearchEngine([self.engine.server.url], **options)
        with engine.rebuilding("ru") as fill:
            fill([document(1, body="газ")], claim=1)
        (index,) = engine.server.client.indices.get_settings(index=f"{engine.prefix}.ru.*").body.values()
        found = index["settings"]["index"]
        assert (found["number_of_shards"], found["number_of_replicas"]) == ("3", "0")
        assert self.found("газ") == [1]

    def test_another_node_answers_for_one_that_is_away(self):
        self.fill(document(1, body="газ"))
        hosts = ["http://127.0.0.1:9", self.engine.server.url]
        engine = ElasticsearchEngine(hosts, prefix=self.engine.prefix, **PATIENT)
        for _ in range(3):
            assert [hit.page_id for hit in engine.search(Query("газ", languages=("ru",))).hits] == [1]
            engine.index([document(1, body="газ")], claim=1)

    def test_an_index_that_lost_its_alias_has_it_again_at_the_next_question_or_change(self):
        for act in (lambda: self.found("газ"), lambda: self.fill(document(2, body="вода"))):
            self.fill(document(1, body="газ"))
            alias = f"{self.engine.prefix}.ru"
            self.engine.server.client.indices.delete_alias(index=f"{alias}.*", name=alias)
            act()
            assert self.found("газ") == [1]
            assert len(self.aliases()[alias]) == 1
        self.engine.server.client.indices.delete_alias(index=f"{alias}.*", name=alias)
        self.engine.server.client.indices.create(index=f"{alias}.other")
        with pytest.raises(EngineNotReadyError, match="search_rebuild"):
            self.found("газ")

    def test_leaves_the_indexes_of_a_site_with_a_longer_name_alone(self):
        self.fill(document(1, body="газ"))
        shorter = ElasticsearchEngine(self.engine.server.url, prefix=self.engine.prefix.partition("-")[0], **PATIENT)
        assert shorter._languages() == []
        shorter.delete([1], claim=9)
        self.engine.refresh()
        assert self.found("газ") == [1]

    def test_an_index_that_was_never_filled_is_reported_and_refuses_everything(self):
        assert self.engine.check() == []
        engine = ElasticsearchEngine(self.engine.server.url, prefix=f"{self.engine.prefix}x", **PATIENT)
        (message,) = engine.check()
        assert (message.id, message.hint) == ("chorsu_search.W002", "Run `manage.py search_rebuild`.")
        with pytest.raises(EngineNotReadyError, match="search_rebuild"):
            engine.index([document(1, body="газ")], claim=1)
        with pytest.raises(EngineNotReadyError, match="search_rebuild"):
            engine.search(Query("газ", languages=("ru",)))


@pytest.mark.django_db
def test_a_server_that_is_down_is_unavailable():
    engine = ElasticsearchEngine("http://127.0.0.1:9", search_timeout=1, index_timeout=1)
    with pytest.raises(EngineUnavailableError, match="doesn't answer"):
        engine.search(Query("газ", languages=("ru",)))
    with pytest.raises(EngineUnavailableError, match="changes wait"):
        engine.index([document(1, body="газ")], claim=1)
    with pytest.raises(EngineUnavailableError, match="changes wait"):
        engine.delete([1], claim=1)


@pytest.mark.parametrize(
    "options",
    [
        {"url": "localhost:9200"},
        {"url": "http://x:9200", "prefix": "My.Site"},
        {"url": ""},
        {"url": ["http://x:9200", "y:9200"]},
        {"url": "http://x:9200", "shards": 0},
        {"url": "http://x:9200", "replicas": "two"},
    ],
)
def test_options_that_can_not_be_right_are_reported(options):
    assert {message.id for message in ElasticsearchEngine(**options).check()} == {"chorsu_search.E003"}


def test_the_required_library_is_what_the_engine_asks_with():
    assert importlib.import_module("elasticsearch_dsl").Search is elasticsearch.Search


REAL = {"X-Elastic-Product": "Elasticsearch"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ((401, REAL, b'{"error": "missing authentication"}'), "refuses the credentials"),
        ((403, REAL, b"{}"), "refuses the credentials"),
        ((503, REAL, b"{}"), "is busy"),
        ((429, {}, b"{}"), "is busy"),
        ((404, {"Content-Type": "text/html"}, b"<h1>Not found</h1>"), "no Elasticsearch 8 or 9"),
        ((200, {"Content-Type": "text/html"}, b"<h1>Welcome</h1>"), "no Elasticsearch 8 or 9"),
        ((200, {}, b"{}"), "no Elasticsearch 8 or 9"),
        ((406, REAL, b"{}"), "neither version 8 nor 9"),
        ((400, REAL, b'{"error": {"type": "media_type_header_exception"}, "status": 400}'), "neither version 8 nor 9"),
    ],
)
def test_a_server_that_is_of_no_use_is_unavailable_and_says_why(answer, text):
    status, headers, body = answer
    with http_server(lambda *_: (status, {"Content-Type": "application/json", **headers}, body)) as url:
        engine = ElasticsearchEngine(url.replace("//", "//somebody:secret@"))
        for attempt in (
            lambda: engine.search(Query("газ", languages=("ru",))),
            lambda: engine.index([document(1, body="газ")], claim=1),
            lambda: engine.rebuilding("ru").__enter__(),
        ):
            with pytest.raises(EngineUnavailableError, match=text) as caught:
                attempt()
            assert "secret" not in str(caught.value)
        (message,) = engine.check()
    assert message.id == "chorsu_search.W001"
    assert text in message.msg
