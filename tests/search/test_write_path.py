"""From a saved page to the index: nothing is lost, whatever fails and whenever."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import batched

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from chorsu_articles.models import AnalysisPage
from chorsu_search import documents, services, writing
from chorsu_search.documents import SearchDocument
from chorsu_search.engines import get_breaker, get_engine
from chorsu_search.engines.base import EngineError, EngineUnavailableError
from chorsu_search.models import Document, DocumentFacet, IndexChange, IndexWriter
from chorsu_search.queries import Query
from chorsu_search.registry import Extras
from chorsu_search.writing import SyncReport, rebuild, sync
from tests.factories import make_article, make_home, make_section
from tests.search.stubborn import StubbornEngine


def found(text: str, language: str = "ru") -> list[int]:
    return [hit.page_id for hit in get_engine("embedded").search(Query(text, languages=(language,))).hits]


def wake_all() -> None:
    """Let every waiting row be due now."""
    IndexChange.objects.update(not_before=timezone.now() - timedelta(seconds=1))


def noted() -> list[tuple[int, bool]]:
    """Return the pages that are noted since the last call, each with whether those below it are meant too."""
    rows = list(IndexChange.objects.order_by("pk").values_list("page_id", "subtree"))
    IndexChange.objects.all().delete()
    return rows


@pytest.mark.django_db
def test_what_changes_a_page_is_noted_in_its_transaction():
    draft = make_article(live=False)
    noted()
    draft.save_revision().publish()
    assert (draft.pk, False) in noted()
    page = AnalysisPage.objects.get()
    with transaction.atomic():
        page.save()
        assert IndexChange.objects.exists()
        transaction.set_rollback(True)
    assert noted() == []
    page.save_revision()
    assert noted() == [], "a draft is none of readers"
    page.unpublish()
    assert (page.pk, False) in noted()


@pytest.mark.django_db
def test_a_change_notes_what_lies_below():
    home, elsewhere = make_home(), make_home("tg")
    section, other = make_section(home), make_section(home, slug="other")
    article = make_article(section)
    section.refresh_from_db()
    noted()
    section.slug = "elsewhere"
    section.save()
    assert noted() == [(section.pk, True), (section.pk, False)]
    PageViewRestriction.objects.create(page=section, restriction_type="login").delete()
    assert noted() == [(section.pk, True)] * 2
    section.move(elsewhere, pos="last-child")
    rows = noted()
    assert (section.pk, True) in rows
    assert (other.pk, True) not in rows
    section = type(section).objects.get(pk=section.pk)
    section.unpublish()
    assert (section.pk, True) in noted()
    Page.objects.get(pk=section.pk).delete()
    assert {page_id for page_id, _subtree in noted()} >= {section.pk, article.pk}, "each page"


@pytest.mark.django_db
class TestProcessing:
    def test_content_is_read_when_the_row_is_processed(self):
        section = make_section()
        article = make_article(section, title="Вода")
        type(article).objects.filter(pk=article.pk).update(title="Газ")
        sync()
        assert (found("газ"), found("вода")) == ([article.pk], [])
        restriction = PageViewRestriction.objects.create(page=section, restriction_type="login")
        sync()
        assert not Document.objects.filter(pk=article.pk).exists()
        restriction.delete()
        sync()
        assert found("газ") == [article.pk]
        article.delete()
        sync()
        assert not DocumentFacet.objects.filter(document=article.pk).exists()

    def test_an_article_that_has_an_alias_is_found_once(self):
        article = make_article(title="Газ")
        article.create_alias(update_slug="alias")
        sync()
        assert found("газ") == [article.pk]

    @pytest.mark.usefixtures("two_engines")
    def test_an_engine_that_is_down_loses_nothing_and_stops_nobody(self):
        StubbornEngine.failure = EngineUnavailableError("down")
        article = make_article(title="Газ")
        assert sync().error == "down"
        assert found("газ") == [article.pk]
        assert {row.engine for row in IndexChange.objects.all()} == {"stubborn"}
        StubbornEngine.failure = None
        sync()
        assert StubbornEngine.documents[article.pk].texts["headline"] == "Газ"
        assert not IndexChange.objects.exists()

    @pytest.mark.usefixtures("two_engines")
    def test_an_engine_that_fails_between_refusals_is_not_asked_for_every_page(self, monkeypatch):
        pages = [make_article(title="Газ"), make_article(title="Вода"), make_article(title="Нефть")]
        IndexChange.objects.exclude(page_id__in=[page.pk for page in pages]).delete()
        asked = []

        def index(_self, documents, *, claim):
            asked.append(len(documents))
            raise EngineError("refused") if len(documents) > 1 else EngineUnavailableError("down")

        monkeypatch.setattr(StubbornEngine, "index", index)
        assert sync().error == "down"
        assert asked == [3, 1]
        assert IndexChange.objects.filter(engine="stubborn", attempts=0).count() == 3

    @pytest.mark.usefixtures("two_engines")
    @pytest.mark.parametrize(("write", "refusal"), [(sync, EngineError), (sync, ValueError), (rebuild, EngineError)])
    def test_pages_that_are_refused_or_unreadable_wait_and_do_not_hold_the_others_up(self, monkeypatch, write, refusal):
        good, refused, unreadable = (make_article(title=title) for title in ("Газ", "Вода", "Нефть"))
        original = documents.build_document

        def build(page):
            if page.pk == unreadable.pk:
                raise ValueError("a block that nobody knows")
            return original(page)

        monkeypatch.setattr(documents, "build_document", build)
        StubbornEngine.refused, StubbornEngine.refusal = {refused.pk}, refusal
        report = write()
        assert found("газ") == [good.pk]
        assert good.pk in StubbornEngine.documents
        assert set(IndexChange.objects.values_list("engine", "page_id")) == {
            ("stubborn", refused.pk), ("stubborn", unreadable.pk), ("embedded", unreadable.pk),
        }  # fmt: skip
        assert not report or report.put_back == 3

    @pytest.mark.usefixtures("two_engines")
    def test_a_worker_that_dies_leaves_its_rows_to_the_next(self, monkeypatch):
        make_article(title="Газ")
        IndexChange.objects.exclude(engine="stubborn").delete()

        def die(*_args, **_kwargs):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(writing, "read_documents", die)
            with pytest.raises(KeyboardInterrupt):
                sync()
        # Killed outright it could not release the lease.
        IndexWriter.objects.filter(engine="stubborn").update(claimed_until=timezone.now() + timedelta(seconds=9))
        assert sync().done == 0
        IndexWriter.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
        assert sync().done > 0
        assert not IndexChange.objects.exists()

    @pytest.mark.usefixtures("two_engines")
    def test_a_writer_whose_lease_ended_leaves_its_rows_and_what_another_wrote(self, monkeypatch):
        article = make_article(title="Вода")
        IndexChange.objects.exclude(page_id=article.pk).delete()
        read = writing.read_documents

        def stand_still(pages):
            old = read(pages)
            with monkeypatch.context() as patch:
                patch.setattr(writing, "read_documents", read)
                IndexWriter.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
                AnalysisPage.objects.filter(pk=article.pk).update(title="Газ")
                sync()
                services.note_changes([article.pk])
            return old

        monkeypatch.setattr(writing, "is_here", lambda name: name != "stubborn")
        monkeypatch.setattr(writing, "read_documents", stand_still)
        report = SyncReport()
        writing._write_changes("stubborn", report)
        assert "Another process writes" in report.error
        assert StubbornEngine.documents[article.pk].texts["headline"] == "Газ"
        assert IndexChange.objects.filter(engine="stubborn").exists()
        assert not IndexWriter.objects.get(engine="stubborn").rebuild

    def test_limit(self):
        services.note_changes(range(10_000, 10_005))
        assert sync(limit=2).done == 2
        assert IndexChange.objects.count() == 3

    @pytest.mark.usefixtures("two_engines")
    def test_the_command(self, capsys):
        services.note_changes([1])
        call_command("search_sync")
        assert "2 changes indexed, 0 put back" in capsys.readouterr().out
        StubbornEngine.failure = EngineUnavailableError("down")
        services.note_changes([1])
        with pytest.raises(CommandError, match="down"):
            call_command("search_sync")


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
class TestAfterCommit:
    @pytest.mark.usefixtures("two_engines")
    def test_what_is_published_is_found_at_once_and_an_engine_elsewhere_is_the_workers_alone(self):
        section = make_section()
        StubbornEngine.failure = EngineUnavailableError("down")
        article = make_article(section, title="Газ")
        assert found("газ") == [article.pk], "a failure never reaches the editor"
        StubbornEngine.failure = None
        article.save()
        assert not StubbornEngine.documents
        assert set(IndexChange.objects.values_list("engine", flat=True)) == {"stubborn"}
        wake_all()
        sync()
        assert article.pk in StubbornEngine.documents
        PageViewRestriction.objects.create(page=section, restriction_type="login")
        assert found("газ") == [], "so does a small subtree"

    def test_a_request_does_few_rows_of_others(self, settings):
        settings.CHORSU_SEARCH = {"AFTER_COMMIT": False}
        article = make_article(title="Газ")
        assert found("газ") == [], "nothing is tried where the site says so"
        IndexChange.objects.all().delete()
        services.note_changes(range(10_000, 10_050))
        settings.CHORSU_SEARCH = {}
        article.save()
        assert found("газ") == [article.pk]
        assert IndexChange.objects.count() == 50 - writing.OTHERS

    def test_who_releases_the_lease_looks_once_more(self, monkeypatch):
        """Somebody commits while a batch is written, sees the lease held, and leaves."""
        first, second = make_article(title="Газ", slug="first"), make_article(title="Газ", slug="second")
        AnalysisPage.objects.update(title="Вода")
        read = writing.read_documents

        def commit_meanwhile(pages):
            monkeypatch.setattr(writing, "read_documents", read)
            monkeypatch.setattr(services, "write_after_commit", lambda _keys: None)
            services.note_changes([second.pk])
            return read(pages)

        monkeypatch.setattr(writing, "read_documents", commit_meanwhile)
        services.note_changes([first.pk])
        assert set(found("вода")) == {first.pk, second.pk}
        assert not IndexChange.objects.exists()

    @pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite lets one transaction write at a time")
    def test_a_request_never_waits_for_the_lease(self):
        article = make_article(title="Газ")
        AnalysisPage.objects.filter(pk=article.pk).update(title="Вода")

        def save():
            try:
                services.note_changes([article.pk])
            finally:
                connections.close_all()

        thread = threading.Thread(target=save)
        with writing._lease("embedded"):
            thread.start()
            thread.join(timeout=60)
            assert not thread.is_alive()
            assert IndexChange.objects.exists()
        sync()
        assert found("вода") == [article.pk]

    def test_a_crash_between_commit_and_indexing_loses_nothing(self, monkeypatch):
        def fail(_keys):
            raise SystemError("killed")

        with monkeypatch.context() as patch:
            patch.setattr(services, "write_after_commit", fail)
            article = make_article(title="Газ")
        assert found("газ") == []
        sync()
        assert found("газ") == [article.pk]

    def test_a_page_deleted_while_it_is_read_is_gone(self):
        section = make_section()
        gone, kept = make_article(section, title="Газ", slug="gas"), make_article(section, title="Газ", slug="gas-2")

        def delete_between(execute, sql, *args):
            if sql.startswith("SELECT") and AnalysisPage._meta.db_table in sql and not deleted:
                deleted.append(gone.pk)
                Page.objects.filter(pk=gone.pk).delete()
            return execute(sql, *args)

        deleted: list[int] = []
        with connection.execute_wrapper(delete_between):
            rebuild(languages=["ru"])
        assert deleted
        assert found("газ") == [kept.pk]

    @pytest.mark.thorough
    def test_rebuild_while_people_publish(self):
        """One thread rebuilds again and again while another publishes, corrects and deletes."""
        section = make_section()
        pages = [make_article(section, title=f"Газ {number}", slug=f"gas-{number}") for number in range(8)]
        IndexChange.objects.all().delete()
        failures: list[BaseException] = []
        done = threading.Event()

        def rebuild_again():
            try:
                while not done.is_set():
                    rebuild(languages=["ru"])
            except BaseException as error:  # noqa: BLE001 - handed to the test
                failures.append(error)
            finally:
                connections.close_all()

        thread = threading.Thread(target=rebuild_again)
        thread.start()
        try:
            for number, page in enumerate(pages):
                if number % 4 == 0:
                    AnalysisPage.objects.get(pk=page.pk).delete()
                elif number % 4 == 1:
                    page.title = f"Вода {number}"
                    page.save()
                else:
                    make_article(section, title=f"Нефть {number}", slug=f"oil-{number}")
                    section.refresh_from_db()
        finally:
            done.set()
            thread.join()
        assert not failures
        sync()

        assert [len(found(text)) for text in ("газ", "вода", "нефть")] == [4, 2, 4]


@pytest.mark.django_db
class TestRebuild:
    def test_the_command_fills_an_empty_index_and_names_what_it_does_not_know(self, capsys):
        article = make_article(title="Газ")
        make_article(make_section(make_home("tg")), title="Газ")
        make_article(title="Газ", live=False, slug="draft")
        IndexChange.objects.all().delete()
        call_command("search_rebuild")
        assert found("газ") == [article.pk]
        assert "tg 2" in capsys.readouterr().out
        for option, name in (("language", "xx"), ("engine", "solr")):
            with pytest.raises(CommandError, match=f"No such {option}: {name}"):
                call_command("search_rebuild", **{option: [name]})

    def test_all_pages_are_indexed_however_many_batches_they_are(self, monkeypatch):
        monkeypatch.setattr(writing, "BATCH", 2)
        section = make_section()
        pages = [make_article(section, title=f"Газ {number}") for number in range(3)]
        IndexChange.objects.all().delete()
        rebuild()
        assert sorted(found("газ")) == [page.pk for page in pages]

    def test_forgets_what_is_gone_and_what_is_excluded(self, settings):
        article = make_article(title="Газ")
        sync()
        for live, excluded, pages in (
            (False, (), []), (True, (), [article.pk]), (True, ("chorsu_articles.AnalysisPage",), []),
        ):  # fmt: skip
            AnalysisPage.objects.update(live=live)
            settings.CHORSU_SEARCH = {"EXCLUDE": excluded}
            rebuild()
            assert found("газ") == pages
            assert Document.objects.filter(pk=article.pk).exists() == bool(pages)

    @pytest.mark.usefixtures("two_engines")
    def test_goes_on_with_the_next_engine(self):
        article = make_article(title="Газ")
        StubbornEngine.failure = EngineUnavailableError("down")
        with pytest.raises(CommandError, match="stubborn: down"):
            call_command("search_rebuild")
        assert found("газ") == [article.pk]
        get_breaker("stubborn").failed(EngineUnavailableError("down"))
        StubbornEngine.failure = None
        rebuild()
        assert get_breaker("stubborn").failures == 0, "it answers again after a rebuild"


@pytest.mark.sql
@pytest.mark.django_db
def test_what_a_site_tells_is_made_storable(monkeypatch):
    article = make_article()
    article.title = "Газ\ud83d\0"
    extras = Extras(facets={"topic": (7, "д" * 300, "д" * 200)})  # type: ignore[arg-type]
    monkeypatch.setattr("chorsu_search.documents.extras_for", lambda _page: extras)
    document = documents.build_document(article)
    assert document.texts["headline"] == "Газ"
    assert document.facets["topic"] == ("7", "д" * 100)
    get_engine("embedded").index([document])
    assert found("газ") == [article.pk]


@pytest.mark.django_db
def test_a_text_of_many_paragraphs_is_read_as_a_block_for_each_was():
    old = [
        {"type": "heading", "value": {"text": "Roads", "level": "h2"}},
        {"type": "paragraph", "value": "<p>The road is open.</p>"},
    ]
    new = [{"type": "paragraph", "value": "<h2>Roads</h2><p>The road is open.</p><ul><li>One</li><li>Two</li></ul>"}]
    read = [documents.build_document(make_article(body=body)).texts["body"] for body in (old, new)]
    # A line each: an extract sets a dot behind the heading.
    assert read == ["Roads\nThe road is open.", "Roads\nThe road is open.\nOne\nTwo"]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [2_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_many_documents(number):
    """Not timed: that so many are stored, counted, filtered and forgotten within the databases' limits."""
    engine = get_engine("embedded")

    def total(text, **values):
        return engine.search(Query(text, languages=("ru",), **values)).total

    topics = ("вода", "газ", "дорога", "хлопок")
    some = [
        SearchDocument(
            page_id=page_id,
            language="ru",
            texts={"headline": f"Отчёт {page_id}", "body": topics[page_id % 4]},
            facets={"country": ("TJ" if page_id % 2 else "UZ",)},
        )
        for page_id in range(1, number + 1)
    ]
    for documents_ in batched(some, 1000):
        engine.index(documents_)
    assert total("отчет") == number
    assert total("газ отчет", filters={"country": "TJ"}) == number // 4
    engine.delete(range(1, number // 2 + 101))
    assert total("отчет") == number // 2 - 100
    rebuild()
    assert total("отчет") == 0


@pytest.mark.sql
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["stubborn", "embedded"])
@pytest.mark.usefixtures("two_engines")
def test_no_two_processes_rebuild_one_engine_at_the_same_time(name):
    make_article(title="Газ")
    told: list[int] = []

    def come_between(_language, done):
        told.append(done)
        with pytest.raises(CommandError, match=f"{name}: Another process rebuilds this index now"):
            call_command("search_rebuild", engine=[name])
        make_article(slug=f"oil-{len(told)}")

    rebuild(engines=[name], progress=come_between)
    assert told
    assert not IndexChange.objects.filter(engine=name).exists(), "a rebuild gives way to changes"
    # One that was killed is in nobody's way when its lease is over.
    IndexWriter.objects.filter(engine=name).update(rebuild_until=timezone.now(), rebuild=True)
    rebuild(engines=[name])
    assert not IndexWriter.objects.filter(rebuild=True).exists()


@pytest.mark.django_db(transaction=True)
def test_who_saves_a_page_waits_for_few_writers():
    """On SQLite each transaction waits for whoever writes: the note, and all that follows from it."""
    article = make_article(title="Газ")
    AnalysisPage.objects.update(title="Вода")
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        services.note_changes([article.pk])
    asked = [query["sql"] for query in queries]
    open_ = written = 0
    for sql in asked:
        open_ += sql.startswith("BEGIN") - sql.startswith("COMMIT")
        written += sql.startswith("BEGIN") or (not open_ and sql.startswith(("INSERT", "UPDATE", "DELETE")))
    assert found("вода") == [article.pk]
    assert written <= 2, asked
    assert len(asked) <= 45, asked
