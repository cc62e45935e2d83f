"""The newsroom that tests copy is the one that ``setup_newsroom`` makes."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from pytest_django import Settings

from chorsu_articles.models import HomePage
from cms.newsroom.setup import setup_newsroom
from tests.cms.conftest import switch_on
from tests.newsroom_copy import copy_newsroom

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


@pytest.fixture(autouse=True)
def _two_languages(settings: Settings) -> None:
    switch_on(settings, "ru", "kk")


def copied() -> dict[str, list[tuple[object, ...]]]:
    """Return all rows after a copy that is taken back."""
    found = {}
    with transaction.atomic(), connection.cursor() as cursor:
        copy_newsroom()
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = sorted(map(repr, cursor.fetchall()))
        assert setup_newsroom() == []
        transaction.set_rollback(True)
    assert not HomePage.objects.exists()
    return found


def test_a_copy_has_every_row() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("On PostgreSQL the newsroom is set up each time.")
    assert copied() == copied()


def test_what_a_test_made_before_stays() -> None:
    copied()
    Group.objects.create(name="Made before")
    copy_newsroom()
    assert Group.objects.filter(name="Made before").exists()
    assert HomePage.objects.count() == 2
