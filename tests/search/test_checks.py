"""Each wrong setting has a numbered check that names the fix."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection

from chorsu_articles.models import Publication
from chorsu_search import registry
from chorsu_search.checks import check_engines, check_settings
from chorsu_search.documents import build_document
from chorsu_search.engines.sqlite import SqliteEngine
from chorsu_search.models import IndexChange
from chorsu_search.registry import Extras, register, register_facet, register_labels
from tests.factories import make_article
from tests.search.stubborn import EMBEDDED


@pytest.mark.parametrize(
    ("value", "expected", "text"),
    [
        ({}, [], ""),
        ([], ["chorsu_search.E001"], "is no dict"),
        ({"ENGINE": {}}, ["chorsu_search.E001"], "unknown key: 'ENGINE'"),
        ({"ENGINES": {}}, ["chorsu_search.E002"], "names no engine"),
        ({"ENGINES": {"x": {}}}, ["chorsu_search.E002"], 'no "ENGINE"'),
        ({"ENGINES": {"x": {"ENGINE": "no.such.thing"}}}, ["chorsu_search.E002"], "can't be imported"),
        ({"ENGINES": {"x": {"ENGINE": "builtins.dict"}}}, ["chorsu_search.E002"], "no search engine"),
        ({"ENGINES": {"x": {**EMBEDDED, "USING": "other"}}}, ["chorsu_search.E002"], "don't fit"),
        ({"PAGE_SIZE": 0}, ["chorsu_search.E001"], "PAGE_SIZE"),
        ({"PAUSE": "long"}, ["chorsu_search.E001"], "PAUSE"),
        ({"RECENCY": -1}, ["chorsu_search.E001"], "RECENCY"),
        ({"BASE_TEMPLATE": ""}, ["chorsu_search.E001"], "BASE_TEMPLATE"),
        ({"EXCLUDE": ["blog.Nothing"]}, ["chorsu_search.E001"], "EXCLUDE"),
        ({"EXCLUDE": ["nonsense"]}, ["chorsu_search.E001"], "EXCLUDE"),
    ],
)
def test_settings(settings: Any, value: Any, expected: list[str], text: str) -> None:
    settings.CHORSU_SEARCH = value
    messages = check_settings()
    assert [message.id for message in messages] == expected
    assert all(message.hint for message in messages)
    assert all(text in message.msg for message in messages)


@pytest.mark.django_db
def test_the_database_is_looked_at_only_when_asked_for(settings: Any) -> None:
    settings.CHORSU_SEARCH = {
        "ENGINES": {"es": {"ENGINE": "chorsu_search.engines.elasticsearch.ElasticsearchEngine", "URL": "x"}}
    }
    assert check_engines(databases=None) == []
    assert [message.id for message in check_engines(databases=["default"])] == ["chorsu_search.E003"]


@pytest.mark.sql
@pytest.mark.django_db
def test_the_migrated_database_is_sound() -> None:
    messages = [
        message.id for message in run_checks(databases=["default"]) if str(message.id).startswith("chorsu_search")
    ]
    assert messages == []
    if connection.vendor == "sqlite":
        assert SqliteEngine.missing(connection) == []


@pytest.mark.django_db
def test_a_page_that_can_not_be_indexed_is_named() -> None:
    IndexChange.objects.create(engine="embedded", page_id=7, attempts=1, last_error="too long")
    stuck = IndexChange.objects.create(engine="embedded", page_id=8, attempts=9, last_error="refused: too long")
    (message,) = check_engines(databases=["default"])
    assert message.id == "chorsu_search.W003"
    assert "Page 8 could not be indexed in 'embedded': refused: too long" in message.msg
    stuck.delete()
    assert check_engines(databases=["default"]) == []


def test_the_registry_refuses_duplicates() -> None:
    def other(_page: Any) -> Extras:
        return Extras()

    with pytest.raises(ValueError, match="has a search builder already"):
        register(Publication, other)
    with pytest.raises(ValueError, match="has labels already"):
        register_labels("country", lambda _values: {})
    with pytest.raises(ValueError, match="is not a facet; they are section, country, topic, person, year"):
        register_labels("colour", lambda _values: {})
    for taken in ("topic", "year"):
        with pytest.raises(ValueError, match=f"The facet '{taken}' is registered already"):
            register_facet(taken, "Topic", "All topics")
    for wrong in ("", "Colour", "farbe größe", "x" * 21, "page", "q"):
        with pytest.raises(ValueError, match="can't be the name of a facet"):
            register_facet(wrong, "Colour", "All colours")


@pytest.mark.django_db
def test_a_page_with_an_unknown_facet_says_which_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    page = make_article()
    monkeypatch.setitem(registry._builders, Publication, lambda _page: Extras(facets={"colour": ("red",)}))
    with pytest.raises(ValueError, match=r"'colour' is not a facet; they are section,.*See register_facet"):
        build_document(page)
