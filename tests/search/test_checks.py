"""Each wrong setting has a numbered check that names the fix."""

from __future__ import annotations

from functools import partial

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
from tests.search.stubborn import EMBEDDED, elasticsearch_at


@pytest.mark.parametrize(
    ("value", "number", "text"),
    [
        ([], 1, "is no dict"),
        ({"ENGINE": {}}, 1, "unknown key: 'ENGINE'"),
        ({"ENGINES": {}}, 2, "names no engine"),
        ({"ENGINES": {"x": {}}}, 2, 'no "ENGINE"'),
        ({"ENGINES": {"x": {"ENGINE": "no.such.thing"}}}, 2, "can't be imported"),
        ({"ENGINES": {"x": {"ENGINE": "builtins.dict"}}}, 2, "no search engine"),
        ({"ENGINES": {"x": {**EMBEDDED, "USING": "other"}}}, 2, "don't fit"),
        ({"PAGE_SIZE": 0}, 1, "PAGE_SIZE"),
        ({"PAUSE": "long"}, 1, "PAUSE"),
        ({"RECENCY": -1}, 1, "RECENCY"),
        ({"BASE_TEMPLATE": ""}, 1, "BASE_TEMPLATE"),
        ({"EXCLUDE": ["blog.Nothing"]}, 1, "EXCLUDE"),
        ({"EXCLUDE": ["nonsense"]}, 1, "EXCLUDE"),
    ],
)
def test_settings(settings, value, number, text):
    settings.CHORSU_SEARCH = {}
    assert check_settings() == []
    settings.CHORSU_SEARCH = value
    (message,) = check_settings()
    assert message.id == f"chorsu_search.E00{number}"
    assert text in message.msg
    assert message.hint


@pytest.mark.django_db
def test_the_database_is_looked_at_only_when_asked_for(settings):
    settings.CHORSU_SEARCH = {"ENGINES": {"es": elasticsearch_at("x")}}
    assert check_engines(databases=None) == []
    assert [message.id for message in check_engines(databases=["default"])] == ["chorsu_search.E003"]


@pytest.mark.sql
@pytest.mark.django_db
def test_the_migrated_database_is_sound():
    found = [message.id for message in run_checks(databases=["default"])]
    assert not [identifier for identifier in found if str(identifier).startswith("chorsu_search")]
    if connection.vendor == "sqlite":
        assert SqliteEngine.missing(connection) == []


@pytest.mark.django_db
def test_a_page_that_can_not_be_indexed_is_named():
    IndexChange.objects.create(engine="embedded", page_id=7, attempts=1, last_error="too long")
    stuck = IndexChange.objects.create(engine="embedded", page_id=8, attempts=9, last_error="refused: too long")
    (message,) = check_engines(databases=["default"])
    assert message.id == "chorsu_search.W003"
    assert "Page 8 could not be indexed in 'embedded': refused: too long" in message.msg
    stuck.delete()
    assert check_engines(databases=["default"]) == []


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (partial(register, Publication, Extras), "has a search builder already"),
        (partial(register_labels, "country", dict), "has labels already"),
        (partial(register_labels, "colour", dict), "is not a facet; they are section, country, topic, person, year"),
        (partial(register_facet, "topic", "", ""), "The facet 'topic' is registered already"),
        (partial(register_facet, "year", "", ""), "The facet 'year' is registered already"),
        *((partial(register_facet, wrong, "", ""), "can't be the name of a facet")
          for wrong in ("", "Colour", "farbe größe", "x" * 21, "page", "q")),
    ],
)  # fmt: skip
def test_the_registry_refuses_duplicates(call, said):
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.django_db
def test_a_page_with_an_unknown_facet_says_which_there_are(monkeypatch):
    page = make_article()
    monkeypatch.setitem(registry._builders, Publication, lambda _page: Extras(facets={"colour": ("red",)}))
    with pytest.raises(ValueError, match=r"'colour' is not a facet; they are section,.*See register_facet"):
        build_document(page)
