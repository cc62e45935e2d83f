"""Entries of the admin's menus: whom they are shown to, and how often that is asked."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chorsu_locales.menus import MenuItemFor


def request_of(user: Any) -> Any:
    request = RequestFactory().get("/")
    request.user = user
    return request


def test_whom_an_entry_is_shown_to_is_asked_once_for_a_request():
    asked = []

    def shown_to(user):
        asked.append(user)
        return bool(user.may)

    entries = [MenuItemFor(label, "/", shown_to=shown_to, name=label) for label in ("one", "two")]
    for may in (True, False):
        request = request_of(SimpleNamespace(may=may))
        assert [entry.is_shown(request) for entry in (*entries, *entries)] == [may] * 4
    assert [user.may for user in asked] == [True, False]


@pytest.mark.parametrize(("number", "label"), [(0, "Unsent"), (3, "Unsent (3)")])
def test_an_entry_has_its_number_and_keeps_none_for_others(number, label):
    entry = MenuItemFor("Unsent", "/", shown_to=bool, count=lambda _user: number, name="unsent")
    assert entry.render_component(request_of(SimpleNamespace())).label == label
    assert entry.label == "Unsent"


def test_no_entry_asks_the_same_twice_for_a_page(admin_client):
    with CaptureQueriesContext(connection) as asked:
        admin_client.get(reverse("wagtailadmin_account"))
    work = [query["sql"] for query in asked if "chorsu_translation_publishedversion" in query["sql"]]
    assert len(work) == 1
