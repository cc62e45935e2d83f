"""A name that readers see is changed in its form, and put back there by one press."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from chorsu_articles.models import Topic
from tests.browser.conftest import PHONE, enter
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom")


def test_a_name_is_put_back_by_one_press(new_page: Callable[..., Page]) -> None:
    topic = Topic.objects.create(name_ru="Вода", name_en="Water", slug="water")
    page = new_page(viewport=PHONE)
    enter(page, make_user("Editors (ru)"))
    address = f"/admin/snippets/chorsu_articles/topic/edit/{topic.pk}/"
    page.goto(address)
    expect(page.locator("#id_name_en")).to_be_disabled()
    expect(page.locator("#id_slug")).to_be_disabled()
    page.locator("#id_name_ru").fill("Воды")
    page.locator("footer").get_by_role("button", name="Save").click()
    expect(page.get_by_text("updated")).to_be_visible()
    page.goto(address)
    page.get_by_role("region", name="Changed texts that readers see").get_by_role("button", name="Toggle").click()
    expect(page.get_by_text("Name (Русский): Вода → Name (Русский): Воды")).to_be_visible()
    page.get_by_role("button", name="Put back").click()
    expect(page.get_by_text("Readers see the former text again.")).to_be_visible()
    expect(page.locator("#id_name_ru")).to_have_value("Вода")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert Topic.objects.get().name_ru == "Вода"


def test_enter_in_a_field_saves_and_puts_nothing_back(new_page: Callable[..., Page]) -> None:
    topic = Topic.objects.create(name_ru="Вода", name_en="Water", slug="water")
    page = new_page()
    enter(page, make_user("Editors (ru)"))
    for name in ("Воды", "Водоёмы"):
        page.goto(f"/admin/snippets/chorsu_articles/topic/edit/{topic.pk}/")
        page.locator("#id_name_ru").fill(name)
        page.locator("#id_name_ru").press("Enter")
        expect(page.get_by_text("updated")).to_be_visible()
    assert Topic.objects.get().name_ru == "Водоёмы"
