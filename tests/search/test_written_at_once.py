"""Many pages are read and written in as many statements as few, and still each by its own version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chorsu_articles.models import AnalysisPage, Publication, Topic
from chorsu_search.documents import SearchDocument, build_document
from chorsu_search.engines import get_engine
from chorsu_search.forgiving import services as vocabulary
from chorsu_search.forgiving.services import Readings, remember_words
from chorsu_search.models import Document, DocumentFacet, NameWord, PageWords, Word
from chorsu_search.names import store_headlines
from chorsu_search.queries import Query
from chorsu_search.registry import _preparations
from chorsu_search.services import read_documents, specific_pages
from tests.factories import make_article, make_person, make_section

pytestmark = [pytest.mark.sql, pytest.mark.django_db]


def documents(number: int, *, version: int = 1, word: str = "вода", first: int = 1) -> list[SearchDocument]:
    return [
        SearchDocument(
            page_id, version, "ru",
            {"headline": f"{word} номер{page_id}", "body": f"Здесь {word}"},
            {"country": ("TJ", "UZ"), "year": (str(2000 + version),)},
            datetime(2026, 1, 1, tzinfo=UTC),
        )
        for page_id in range(first, first + number)
    ]  # fmt: skip


def index(found: Sequence[SearchDocument]) -> None:
    get_engine("embedded").index(found)


@pytest.mark.parametrize("write", [index, store_headlines, remember_words])
def test_statements_do_not_grow_with_the_documents(write: Callable[[Sequence[SearchDocument]], None]) -> None:
    def asked(number: int, first: int) -> list[int]:
        counts = []
        for version, word in enumerate(("вода", "вода", "газ"), 1):
            with CaptureQueriesContext(connection) as queries:
                write(documents(number, version=version, word=f"{word}{first}", first=first))
            counts.append(len(queries))
        return counts

    assert asked(5, first=1) == asked(40, first=101)


@pytest.mark.parametrize("held", [1, 3])
def test_a_page_that_another_process_stores_meanwhile_keeps_its_newest_reading(held: int) -> None:
    """It comes between the question which pages are new and their insertion."""
    (other,) = documents(1, version=held, word="нефть")
    (ours,) = documents(1, version=2, word="газ")
    engine: Any = get_engine("embedded")
    come: list[int] = []

    def come_between(execute: Any, sql: str, *arguments: Any) -> Any:
        if sql.startswith("INSERT") and Document._meta.db_table in sql and not come:
            come.append(held)
            engine.index([other])
        return execute(sql, *arguments)

    with connection.execute_wrapper(come_between):
        engine.index([ours])
    assert come
    assert [engine.search(Query(word, languages=("ru",))).total for word in ("нефть", "газ")] == [held == 3, held == 1]
    assert {facet.value for facet in DocumentFacet.objects.filter(name="year")} == {"2003" if held == 3 else "2002"}
    assert DocumentFacet.objects.count() == 3


def test_facets_that_stay_are_not_written_again() -> None:
    index(documents(1))
    before = set(DocumentFacet.objects.filter(name="country").values_list("pk", "value"))
    index(documents(1, version=2))
    assert set(DocumentFacet.objects.filter(name="country").values_list("pk", "value")) == before
    assert list(DocumentFacet.objects.filter(name="year").values_list("value", flat=True)) == ["2002"]


def test_letters_are_stored_as_they_are() -> None:
    index(documents(1))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT texts FROM {Document._meta.db_table}")
            assert "вода" in cursor.fetchone()[0]
    assert Document.objects.get().texts["headline"] == "вода номер1"


def test_of_two_readings_kept_together_the_newer_counts() -> None:
    readings = Readings()
    old, new = documents(1, version=1, word="вода"), documents(1, version=2, word="газ")
    readings.add(new)
    readings.add(old)
    readings.record()
    assert "газ" in set(Word.objects.values_list("word", flat=True))
    assert not Word.objects.filter(word="вода").exists()
    assert PageWords.objects.get().version == 2


def test_readings_are_recorded_when_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a rebuild needs no more memory for a larger archive."""
    monkeypatch.setattr(vocabulary, "_KEPT_WORDS", 10)
    readings = Readings()
    for document in documents(10):
        readings.add([document])
        assert len(readings._readings) <= 4
        assert sum(map(len, readings._spellings.values())) <= 12
    readings.record()
    assert Word.objects.get(word="вода").documents == 10


def test_a_word_is_written_as_most_pages_that_come_together_write_it() -> None:
    first, second = documents(2)
    remember_words([replace(first, texts={"body": "Вода"}), replace(second, texts={"body": "«вода»"})])
    assert list(Word.objects.values_list("written", "documents")) == [("вода", 2)]


def test_headlines_that_stay_are_not_written_again() -> None:
    store_headlines(documents(2))
    before = set(NameWord.objects.values_list("pk", flat=True))
    changed, same = documents(2, version=2)
    store_headlines([replace(changed, texts={"headline": "Газ"}), same])
    after = set(NameWord.objects.values_list("pk", flat=True))
    assert len(before & after) == 2
    assert set(NameWord.objects.values_list("word", "version")) == {("газ", 2), ("вода", 2), ("номер2", 2)}


def test_the_questions_about_pages_do_not_grow_with_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    person, topic = make_person(), Topic.objects.create(name_ru="Топик", slug="topic")
    pages, section = [], make_section()
    for number in range(8):
        article = make_article(section, title=f"Газ {number}", slug=f"gas-{number}")
        article.author_links.create(person=person)
        article.topics.add(topic)
        article.save()
        pages.append(article.pk)

    def read(keys: list[int]) -> tuple[int, list[SearchDocument]]:
        with CaptureQueriesContext(connection) as queries:
            found, unreadable = read_documents(specific_pages(keys), 1)
        assert not unreadable
        return len(queries), found

    read(pages)  # content types are asked for once in a process
    (few, _first), (many, found) = read(pages[:2]), read(pages)
    assert few == many <= 14
    assert {document.facets["section"] for document in found} == {(str(section.pk),)}
    assert {(document.texts["people"], document.texts["topics"]) for document in found} == {("Нависанда", "Топик")}
    # A page that nothing was fetched for is read as well.
    page = AnalysisPage.objects.get(pk=pages[0])
    assert build_document(page, version=1) == next(each for each in found if each.page_id == page.pk)
    monkeypatch.setitem(_preparations, Publication, lambda _pages: 1 / 0)
    assert read(pages)[1] == found
