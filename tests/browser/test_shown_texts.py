"""A name that readers see is changed in its form, and put back there by one press."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from chorsu_articles.models import Topic
from tests.browser.conftest import enter
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom")


def test_enter_in_a_field_saves_and_puts_nothing_back(page):
    topic = Topic.objects.create(name_ru="Вода", name_en="Water", slug="water")
    enter(page, make_user("Editors (ru)"))
    for name in ("Воды", "Водоёмы"):
        page.goto(f"/admin/snippets/chorsu_articles/topic/edit/{topic.pk}/")
        page.locator("#id_name_ru").fill(name)
        page.locator("#id_name_ru").press("Enter")
        expect(page.get_by_text("updated")).to_be_visible()
    assert Topic.objects.get().name_ru == "Водоёмы"
