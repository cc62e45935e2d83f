"""Columns per language: those that the database lacks are made, and a language with a region finds its own."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from chorsu_articles.columns import languages_in_order_of_fallback, own_column_language
from chorsu_articles.models import Topic
from chorsu_articles.receivers import add_missing_columns


def test_a_region_has_the_columns_of_its_language() -> None:
    assert own_column_language("ru-kg") == own_column_language("RU") == "ru"
    assert own_column_language("de") is None
    assert languages_in_order_of_fallback("ru-kg")[:2] == ["ru", "en"]
    assert languages_in_order_of_fallback("de")[0] == "en"


@pytest.mark.django_db
def test_with_nothing_to_add_migrate_may_be_called_inside_a_transaction() -> None:
    assert add_missing_columns(apps=apps, using="default") == []


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_a_language_that_came_later_gets_its_columns_and_nothing_is_lost() -> None:
    Topic.objects.create(name_ru="Вода")
    with connection.cursor() as cursor:
        for name in ("name_fa", "description_fa"):
            cursor.execute(f"ALTER TABLE chorsu_articles_topic DROP COLUMN {name}")
    assert set(add_missing_columns(apps=apps, using="default")) == {
        "chorsu_articles_topic.name_fa",
        "chorsu_articles_topic.description_fa",
    }
    assert add_missing_columns(apps=apps, using="default") == []
    topic = Topic.objects.get()
    assert (topic.name_ru, topic.name_fa) == ("Вода", None)
    topic.name_fa = "آب"
    topic.save()
    assert [row.name_fa for row in Topic.objects.named("آب")] == ["آب"]
