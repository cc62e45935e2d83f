"""The embedded engines and Elasticsearch keep the same contract."""

from __future__ import annotations

import importlib
import os
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import connection, transaction
from elasticsearch import ConnectionTimeout

from chorsu_search.engines import elasticsearch_query, fts, kept, tsvector
from chorsu_search.engines.base import EngineError, EngineNotReadyError, EngineUnavailableError
from chorsu_search.engines.elasticsearch import ElasticsearchEngine
from chorsu_search.engines.embedded import embedded_engine
from chorsu_search.engines.portable import PortableEngine
from chorsu_search.engines.postgresql import PostgresqlEngine
from chorsu_search.engines.sqlite import SqliteEngine
from chorsu_search.engines.table import TableEngine
from chorsu_search.models import Document
from chorsu_search.queries import Query
from tests.search.contract import EngineContract, document

# Seconds: other parts of the tests keep the server busy, and a new index may take it more than ten then.
PATIENT: dict[str, Any] = {"search_timeout": 20, "index_timeout": 60}


class FullText(EngineContract):
    """The suite of engines over a full-text index."""

    def test_one_question_counts_ranks_and_reads(self, django_assert_num_queries: Any) -> None:
        self.fill(*(document(number, body="газ", country=("TJ",)) for number in range(1, 40)))
        for filters in ({}, {"country": "TJ", "year": "2025"}):
            with django_assert_num_queries(1):
                results = self.ask("газ", limit=30, filters=filters)
            assert (results.total, len(results.hits), dict(results.facets["country"])) == (39, 30, {"TJ": 39})

    def test_the_counts_of_very_many_are_kept_until_something_is_written(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kept, "MANY", 2)
        self.fill(*(document(number, body="газ", country=("TJ",)) for number in range(1, 4)))
        self.ask("газ")
        Document.objects.filter(page_id=1).delete()  # as another process would
        old = self.ask("газ")
        assert (old.total, len(old.hits), dict(old.facets["country"])) == (3, 2, {"TJ": 3})
        assert self.ask("газ", filters={"country": "TJ"}).total == 2, "another question"
        assert [self.found("газ", limit=1, offset=place) for place in range(3)] == [[3], [2], []]
        assert self.found("газ", order="date") == [3, 2]
        self.fill(document(4, body="вода"))
        assert self.ask("газ").total == 2
        Document.objects.all().delete()
        assert self.ask("газ").total == 0, "few are counted each time"

    def test_what_a_text_says_often_comes_first(self) -> None:
        self.fill(
            document(1, body="газ, газа, газом и вода", year=2020),
            document(2, body="газ и вода, вода, воды", year=2024),
            document(3, body="газ и вода " * 3 + "другие слова " * 500, year=2024),
        )
        assert self.found("газ")[0] == 1
        assert self.found("вода")[0] == 2

    def test_kept_counts_grow_old(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kept, "MANY", 2)
        self.fill(*(document(number, body="газ") for number in range(1, 5)))
        assert self.ask("газ").total == 4
        Document.objects.filter(page_id=1).delete()
        assert self.ask("газ").total == 4
        monkeypatch.setattr(kept.time, "monotonic", lambda: float("inf"))
        assert self.ask("газ").total == 3


@pytest.mark.django_db
class TestSqlite(FullText):
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
        (message,) = self.engine.check()
        # An error would stop `migrate`, without which the rebuild can't read pages after an update.
        assert (message.id, message.is_serious()) == ("chorsu_search.W008", False)
        self.engine.rebuild(["ru"], lambda _code: iter([[document(1, body="газ")]]), lambda *_args: None, version=0)
        assert self.engine.check() == []
        assert self.found("газ") == [1]

    def test_a_lost_table_is_an_error_of_the_engine_until_a_rebuild(self) -> None:
        self.fill(document(1, body="газ"))
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {fts.TABLE}")
        with pytest.raises(EngineError, match="search_rebuild"):
            self.found("газ")
        self.engine.rebuild(
            ["ru"], lambda _code: iter([[document(1, body="газ", version=2)]]), lambda *_args: None, version=1
        )
        assert self.found("газ") == [1]


@pytest.mark.sql
@pytest.mark.django_db
class TestPostgresql(FullText):
    @pytest.fixture
    def engine(self) -> TableEngine:
        if connection.vendor != "postgresql":
            pytest.skip("runs on PostgreSQL")
        return PostgresqlEngine()

    def test_is_the_embedded_engine_here(self) -> None:
        assert isinstance(embedded_engine(), PostgresqlEngine)

    def test_what_a_migration_dropped_is_reported_and_mended_by_a_rebuild(self) -> None:
        self.fill(document(1, body="газ"))
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {tsvector.DOCUMENTS} DROP COLUMN {tsvector.COLUMN}")
        (message,) = self.engine.check()
        assert (message.id, "vector" in message.msg) == ("chorsu_search.W008", True)
        assert not message.is_serious()
        with pytest.raises(EngineError, match="search_rebuild"), transaction.atomic():
            self.found("газ")
        self.engine.rebuild(
            ["ru"], lambda _code: iter([[document(1, body="газ", version=2)]]), lambda *_args: None, version=1
        )
        assert self.engine.check() == []
        assert self.found("газ") == [1]

    def test_tokens_are_lexemes_whatever_the_server_takes_for_a_word(self) -> None:
        words = ["g20", "20g", "1e5", "007", "क्षि", "е́ж", "١٢", "x" * 64, "ы" * 200, "the"]
        self.fill(*(document(number, "de", body=word) for number, word in enumerate(words, 1)))
        assert [self.found(word, "de") for word in words] == [[number] for number in range(1, len(words) + 1)]

    def test_a_longer_text_than_the_server_counts_is_found_by_its_beginning(self) -> None:
        self.fill(document(1, body=" ".join(f"слово{number}" for number in range(30_000))))
        assert self.found("слово16000") == [1]

    def test_what_a_rebuild_has_written_is_counted_for_the_planner(self) -> None:
        documents = [document(number, body="газ", country=("TJ",), version=2) for number in range(1, 30)]
        self.engine.rebuild(["ru"], lambda _code: iter([documents]), lambda *_args: None, version=1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname, reltuples FROM pg_class WHERE relname = ANY(%s)", [list(tsvector.REBUILT)])
            counted = dict(cursor.fetchall())
        assert counted.keys() == set(tsvector.REBUILT)
        assert (counted[tsvector.DOCUMENTS], counted["chorsu_search_documentfacet"]) == (29, 58)

    def test_words_are_in_the_vector_alone(self) -> None:
        self.fill(document(1, headline="Тайна", body="газ"))
        (row,) = Document.objects.values()
        assert not any(row[name] for name in tsvector.WORDS)
        assert row["language_token"]
        self.engine.delete([1], version=2)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {tsvector.COLUMN}::text FROM {tsvector.DOCUMENTS}")
            assert cursor.fetchone() == ("",)

    def test_a_column_that_the_server_made_is_kept_by_the_upgrade(self) -> None:
        self.fill(document(1, body="газ"))
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {tsvector.DOCUMENTS} DROP COLUMN {tsvector.COLUMN}")
            cursor.execute(
                f"ALTER TABLE {tsvector.DOCUMENTS} ADD {tsvector.COLUMN} tsvector "
                "GENERATED ALWAYS AS (('xru:1 ' || 'газ:2')::tsvector) STORED"
            )
        migration = importlib.import_module("chorsu_search.migrations.0011_postgresql_vector")
        with connection.schema_editor() as editor:
            migration.write_it_with_the_row(None, editor)
        assert self.engine.check() == []
        assert self.found("газ") == [1]
        self.fill(document(1, body="вода", version=2))
        assert (self.found("газ"), self.found("вода")) == ([], [1])

    def test_a_common_word_is_found_by_the_index(self) -> None:
        self.fill(*(document(number, body="газ " * 400) for number in range(1, 60)))
        tsvector.optimise(connection)
        with connection.cursor() as cursor:
            for function in (tsvector.FOUND, tsvector.SCORES):
                cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = %s", [function])
                assert cursor.fetchone() == (["enable_seqscan=off"],)
        assert self.ask("газ").total == 59


@pytest.mark.django_db
class TestPortable(EngineContract):
    @pytest.fixture
    def engine(self) -> TableEngine:
        return PortableEngine()

    def test_is_the_embedded_engine_on_other_databases(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connection, "vendor", "mysql")
        assert isinstance(embedded_engine(), PortableEngine)

    def test_says_that_it_reads_everything(self) -> None:
        (message,) = self.engine.check()
        assert message.id == "chorsu_search.I001"


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
class TestElasticsearch(EngineContract):
    @pytest.fixture
    def engine(self, elasticsearch_engine: ElasticsearchEngine) -> ElasticsearchEngine:
        return elasticsearch_engine

    def aliases(self) -> dict[str, list[str]]:
        return self.engine._aliases()

    def test_answers_about_very_many_are_kept_until_something_is_written(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fill(*(document(number, body="газ") for number in range(1, 4)))
        other = ElasticsearchEngine(self.engine.server.url, prefix=self.engine.prefix, **PATIENT)

        def totals() -> tuple[int, int]:
            self.ask("газ")
            other.delete([other.stored_ids(after=0, limit=1)[0]], version=5)
            other.refresh()
            return self.ask("газ").total, self.ask("газ", limit=0).total

        assert totals() == (2, 2)
        monkeypatch.setattr(kept, "MANY", 1)
        assert totals() == (2, 1)
        self.fill(document(4, body="вода"))
        assert self.ask("газ").total == 1

    def test_one_index_per_language_behind_an_alias(self) -> None:
        self.fill(document(1, "tg", body="газ"), document(2, "en", body="gas"))
        before = self.aliases()
        assert sorted(before) == sorted(f"{self.engine.prefix}.{code}" for code in ("ru", "tg", "en"))
        self.engine.rebuild(["ru"], lambda _code: iter([]), lambda *_args: None, version=0)
        after = self.aliases()
        assert after[f"{self.engine.prefix}.ru"] != before[f"{self.engine.prefix}.ru"]
        assert all(len(indexes) == 1 for indexes in after.values())
        assert len(self.engine.server.client.indices.get(index=f"{self.engine.prefix}.*").body) == 3

    def test_what_a_broken_rebuild_left_is_cleared_by_the_next(self) -> None:
        self.engine._create("ru", suffix=".next")  # a rebuild that was killed
        self.fill(document(1, body="газ"))
        assert self.found("газ") == [1]
        self.engine.rebuild(
            ["ru"], lambda _code: iter([[document(1, body="газ", version=3)]]), lambda *_args: None, version=2
        )
        assert not any(alias.endswith(".next") for alias in self.aliases())
        assert len(self.engine.server.client.indices.get(index=f"{self.engine.prefix}.ru*").body) == 1

    def test_a_rebuild_whose_last_answer_is_lost_keeps_the_new_index(self, monkeypatch: pytest.MonkeyPatch) -> None:
        indices = self.engine.server.write_client.indices
        move = indices.update_aliases

        def move_and_lose_the_answer(**values: Any) -> None:
            move(**values)
            raise ConnectionTimeout("the line is cut")

        monkeypatch.setattr(indices, "update_aliases", move_and_lose_the_answer)
        batches = [[document(1, body="газ", version=3)]]
        with pytest.raises(EngineUnavailableError):
            self.engine.rebuild(["ru"], lambda _code: iter(batches), lambda *_args: None, version=2)
        assert self.found("газ") == [1]
        monkeypatch.undo()
        self.engine.rebuild(["ru"], lambda _code: iter(batches), lambda *_args: None, version=2)
        indexes = self.engine.server.client.indices.get(index=f"{self.engine.prefix}.*").body
        assert len(indexes) == 1, "the index that lost its alias is cleared away"

    def test_the_first_page_of_a_new_language_makes_its_index(self) -> None:
        self.fill(document(1, "kk", body="газ"))
        assert self.found("газ", "kk") == [1]
        assert self.found("газ", "kk", "ky") == [1], "a language without pages doesn't spoil the others"

    @pytest.mark.parametrize("moment", ["before the request", "at the request"])
    def test_two_writers_of_the_first_pages_of_a_language_share_one_index(
        self, moment: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The second has seen that there is no index yet, when the first creates it and writes its page."""
        second = ElasticsearchEngine(self.engine.server.url, prefix=self.engine.prefix, **PATIENT)
        place, name = (
            (second, "_create") if moment == "before the request" else (second.server.write_client.indices, "create")
        )
        create = getattr(place, name)

        def come_second(*arguments: Any, **values: Any) -> Any:
            self.engine.index([document(1, "kk", body="газ")])
            return create(*arguments, **values)

        monkeypatch.setattr(place, name, come_second)
        second.index([document(2, "kk", body="газ")])
        self.engine.refresh()
        assert set(self.found("газ", "kk")) == {1, 2}
        assert len(self.aliases()[f"{self.engine.prefix}.kk"]) == 1

    def test_the_first_pages_of_many_languages_by_many_writers_are_all_found(self) -> None:
        codes = ["kk", "ky", "uz", "tg", "fa", "de"]
        url, prefix = self.engine.server.url, self.engine.prefix
        writers = [ElasticsearchEngine(url, prefix=prefix, **PATIENT) for _ in range(4)]
        start = threading.Barrier(len(writers))

        def write(number: int) -> None:
            start.wait()
            for code in codes:
                writers[number].index([document(number, code, body="газ")])

        with ThreadPoolExecutor(len(writers)) as pool:
            list(pool.map(write, range(len(writers))))
        self.engine.refresh()
        assert [sorted(self.found("газ", code)) for code in codes] == [list(range(len(writers)))] * len(codes)

    def test_the_first_page_of_a_language_may_come_while_it_is_put_into_service(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        indices = self.engine.server.write_client.indices
        move = indices.update_aliases

        def move_after_a_page(**values: Any) -> None:
            monkeypatch.undo()
            self.fill(document(1, "kk", body="газ", version=3))
            move(**values)

        monkeypatch.setattr(indices, "update_aliases", move_after_a_page)
        self.engine.rebuild(["kk"], lambda _code: iter([]), lambda *_args: None, version=2)
        assert self.found("газ", "kk") == [1]
        self.fill(document(2, "kk", body="газ", version=4))
        assert set(self.found("газ", "kk")) == {1, 2}

    def test_a_refused_page_does_not_stop_a_rebuild(self, caplog: pytest.LogCaptureFixture) -> None:
        too_long = document(2, body="газ", country=("T" * 40_000,), version=12)
        batches = [[document(1, body="газ", version=11), too_long], [document(3, body="газ", version=13)]]
        refused = self.engine.rebuild(["ru"], lambda _code: iter(batches), lambda *_args: None, version=10)
        assert refused == [2]
        assert set(self.found("газ")) == {1, 3}
        assert "Page 2 could not be indexed" in caplog.text
        assert "immense term" in caplog.text
        with pytest.raises(EngineError, match="refused page 2"):
            self.engine.index([too_long])

    def test_shards_and_replicas_are_as_set(self) -> None:
        options = {"prefix": self.engine.prefix, "shards": 3, "replicas": 0, **PATIENT}
        engine = ElasticsearchEngine([self.engine.server.url], **options)
        engine.rebuild(["ru"], lambda _code: iter([[document(1, body="газ")]]), lambda *_args: None, version=0)
        (index,) = engine.server.client.indices.get_settings(index=f"{engine.prefix}.ru.*").body.values()
        found = index["settings"]["index"]
        assert (found["number_of_shards"], found["number_of_replicas"]) == ("3", "0")
        assert self.found("газ") == [1]

    def test_another_node_answers_for_one_that_is_away(self) -> None:
        self.fill(document(1, body="газ"))
        hosts = ["http://127.0.0.1:9", self.engine.server.url]
        engine = ElasticsearchEngine(hosts, prefix=self.engine.prefix, **PATIENT)
        for _ in range(3):
            assert [hit.page_id for hit in engine.search(Query("газ", languages=("ru",))).hits] == [1]
            engine.index([document(1, body="газ", version=2)])

    def test_an_index_that_lost_its_alias_has_it_again_at_the_next_question_or_change(self) -> None:
        for act in (lambda: self.found("газ"), lambda: self.fill(document(2, body="вода", version=5))):
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

    def test_leaves_the_indexes_of_a_site_with_a_longer_name_alone(self) -> None:
        self.fill(document(1, body="газ"))
        shorter = ElasticsearchEngine(self.engine.server.url, prefix=self.engine.prefix.partition("-")[0], **PATIENT)
        assert shorter._languages() == []
        shorter.delete([1], version=9)
        self.engine.refresh()
        assert self.found("газ") == [1]

    def test_the_check_says_whether_the_site_can_be_served(self) -> None:
        assert self.engine.check() == []
        (message,) = ElasticsearchEngine(self.engine.server.url, prefix="nobody", **PATIENT).check()
        assert (message.id, message.hint) == ("chorsu_search.W002", "Run `manage.py search_rebuild`.")

    def test_refuses_nothing_silently(self) -> None:
        engine = ElasticsearchEngine(self.engine.server.url, prefix=f"{self.engine.prefix}x", **PATIENT)
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


@pytest.mark.parametrize(("url", "prefix"), [("localhost:9200", "x"), ("http://x:9200", "My.Site"), ("", "x")])
def test_options_that_can_not_be_right_are_reported(url: str, prefix: str) -> None:
    (message,) = ElasticsearchEngine(url, prefix=prefix).check()
    assert message.id == "chorsu_search.E003"


@pytest.mark.parametrize(
    "options",
    [
        {"url": ["http://x:9200", "y:9200"]},
        {"url": []},
        {"url": "http://x:9200", "shards": 0},
        {"url": "http://x:9200", "replicas": -1},
        {"url": "http://x:9200", "replicas": "two"},
    ],
)
def test_options_of_several_nodes_that_can_not_be_right_are_reported(options: dict[str, Any]) -> None:
    assert {message.id for message in ElasticsearchEngine(**options).check()} == {"chorsu_search.E003"}


def test_the_required_library_is_what_the_engine_asks_with() -> None:
    assert importlib.import_module("elasticsearch_dsl").Search is elasticsearch_query.Search


class Impostor(BaseHTTPRequestHandler):
    """A server that gives one answer to everything."""

    answer: tuple[int, str, dict[str, str]] = (200, "", {})

    def do_GET(self) -> None:
        status, body, headers = self.answer
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_PUT = do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_args: object) -> None:
        """Keep silent."""


REAL = {"X-Elastic-Product": "Elasticsearch"}


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ((401, '{"error": "missing authentication"}', REAL), "refuses the credentials"),
        ((403, "{}", REAL), "refuses the credentials"),
        ((503, "{}", REAL), "is busy"),
        ((429, "{}", {}), "is busy"),
        ((404, "<h1>Not found</h1>", {"Content-Type": "text/html"}), "no Elasticsearch 8 or 9"),
        ((200, "<h1>Welcome</h1>", {"Content-Type": "text/html"}), "no Elasticsearch 8 or 9"),
        ((200, "{}", {}), "no Elasticsearch 8 or 9"),
        ((406, "{}", REAL), "neither version 8 nor 9"),
        ((400, '{"error": {"type": "media_type_header_exception"}, "status": 400}', REAL), "neither version 8 nor 9"),
    ],
)
def test_a_server_that_is_of_no_use_is_unavailable_and_says_why(
    answer: tuple[int, str, dict[str, str]], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Impostor, "answer", answer)
    server = HTTPServer(("127.0.0.1", 0), Impostor)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        engine = ElasticsearchEngine(f"http://somebody:secret@127.0.0.1:{server.server_port}")
        for attempt in (
            lambda: engine.search(Query("газ", languages=("ru",))),
            lambda: engine.index([document(1, body="газ")]),
            lambda: engine.rebuild(["ru"], lambda _code: iter([]), lambda *_args: None, version=0),
        ):
            with pytest.raises(EngineUnavailableError, match=text) as caught:
                attempt()
            assert "secret" not in str(caught.value)
        (message,) = engine.check()
        assert message.id == "chorsu_search.W001"
        assert text in message.msg
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
