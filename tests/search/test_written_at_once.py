"""Many pages are read and written in as many statements as few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chorsu_articles.models import AnalysisPage, Publication, PublicationAuthor, Topic
from chorsu_search.documents import SearchDocument, build_document, read_documents, specific_pages
from chorsu_search.engines import get_engine
from chorsu_search.models import Document, DocumentFacet, Word
from chorsu_search.names import store_headlines
from chorsu_search.registry import _preparations
from chorsu_search.spelling.vocabulary import remember_words
from tests.factories import make_article, make_person, make_section

pytestmark = [pytest.mark.sql, pytest.mark.django_db]


def documents(number: int, *, word: str = "вода", first: int = 1, year: int = 2001) -> list[SearchDocument]:
    return [
        SearchDocument(
            page_id, "ru",
            {"headline": f"{word} номер{page_id}", "body": f"Здесь {word}"},
            {"country": ("TJ", "UZ"), "year": (str(year),)},
            datetime(2026, 1, 1, tzinfo=UTC),
        )
        for page_id in range(first, first + number)
    ]  # fmt: skip


def index(found: Sequence[SearchDocument]) -> None:
    get_engine("embedded").index(found, claim=1)


@pytest.mark.parametrize("write", [index, store_headlines, remember_words])
def test_statements_do_not_grow_with_the_documents(write):
    def asked(number, first):
        counts = []
        for word in ("вода", "вода", "газ"):
            with CaptureQueriesContext(connection) as queries:
                write(documents(number, word=f"{word}{first}", first=first))
            counts.append(len(queries))
        return counts

    assert asked(3, first=1) == asked(20, first=101)


def test_what_is_written_again_has_its_facets_once():
    index(documents(2))
    index(documents(1, year=2002))
    facets = DocumentFacet.objects.filter(name="year").order_by("document").values_list("value", flat=True)
    assert list(facets) == ["2002", "2001"]
    assert DocumentFacet.objects.count() == 6


def test_letters_are_stored_as_they_are():
    index(documents(1))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT texts FROM {Document._meta.db_table}")
            assert "вода" in cursor.fetchone()[0]
    assert Document.objects.get().texts["headline"] == "вода номер1"


def test_a_word_is_written_as_most_pages_that_come_together_write_it():
    first, second = documents(2)
    remember_words([replace(first, texts={"body": "Вода"}), replace(second, texts={"body": "«вода»"})])
    assert list(Word.objects.values_list("written", "documents")) == [("вода", 2)]


def test_the_questions_about_pages_do_not_grow_with_the_pages(monkeypatch):
    person, topic = make_person(), Topic.objects.create(name_ru="Топик", slug="topic")
    section = make_section()
    pages = [
        make_article(section, author_links=[PublicationAuthor(person=person)], topics=[topic]).pk
        for _number in range(4)
    ]

    def read(keys):
        with CaptureQueriesContext(connection) as queries:
            found, unreadable = read_documents(specific_pages(keys))
        assert not unreadable
        return len(queries), found

    read(pages)  # content types are asked for once in a process
    (few, _first), (many, found) = read(pages[:2]), read(pages)
    assert few == many <= 14
    assert {document.facets["section"] for document in found} == {(str(section.pk),)}
    assert {(document.texts["people"], document.texts["topics"]) for document in found} == {("Нависанда", "Топик")}
    # A page that nothing was fetched for is read as well.
    page = AnalysisPage.objects.get(pk=pages[0])
    assert build_document(page) == next(each for each in found if each.page_id == page.pk)
    monkeypatch.setitem(_preparations, Publication, lambda _pages: 1 / 0)
    assert read(pages)[1] == found
