"""What the text names is taken into the form by one key, and given back by one undo."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from chorsu_articles.models import Country, Topic
from tests.browser.editing import EDITOR, begin, expect_kinds, journalist, open_new, section, texts
from tests.factories import make_event

pytestmark = pytest.mark.usefixtures("newsroom")


def test_offers_are_taken_by_one_key_and_by_a_click(new_page):
    topic, country = Topic.objects.create(name_en="Water"), Country.objects.create(code="ZZ", name_en="Narnia")
    make_event(section("events"), city="Tashkent", country=country, live=False)
    page = open_new(new_page, journalist(), "events")
    page.locator("#id_title").fill("Water in Narnia")
    page.locator("#id_lead").fill("On 12–13 March 2026 they met in Tashkent.")
    panel = page.get_by_role("region", name="From the text")
    expect(panel.get_by_role("button", name="Tashkent")).to_be_visible()

    page.keyboard.press("Control+Alt+o")
    fields = {"#id_starts_on": "2026-03-12", "#id_city": "Tashkent", "#id_country": str(country.pk)}
    for selector, value in fields.items():
        expect(page.locator(selector)).to_have_value(value)
    water = page.locator(f"[name=topics][value='{topic.pk}']")
    expect(water).to_be_checked()
    expect(page.locator("#id_country-chooser [data-chooser-title]")).to_have_text("Narnia")
    expect(panel.get_by_role("button", name="Take all")).to_have_count(0)

    page.get_by_role("button", name="Undo").click()
    for selector in fields:
        expect(page.locator(selector)).to_have_value("")
    expect(water).not_to_be_checked()

    panel.get_by_role("button", name="Water").click()
    expect(water).to_be_checked()
    expect(page.locator("#id_city")).to_have_value("")


def test_quotations_in_a_typed_text_become_blocks_with_one_undo(new_page):
    page = open_new(new_page, journalist())
    page.locator("#id_title").fill("A road")
    begin(page)
    page.keyboard.type("It rained. “The road is ready,” said Anna Petrova, an engineer. She left.")
    button = page.get_by_role("region", name="From the text").get_by_role("button", name="Anna Petrova")
    button.click()
    expect_kinds(page, ["paragraph", "quotation", "paragraph"])
    assert texts(page) == ["It rained.", "The road is ready.", "She left."]
    expect(page.locator("[data-contentpath=body] [name$=-who]")).to_have_value("Anna Petrova")
    page.get_by_role("button", name="Undo").click()
    expect_kinds(page, ["paragraph"])
    page.locator(EDITOR).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Nobody knows.")
    # What was offered for another text is not taken over what was written since.
    button.dispatch_event("click")
    assert texts(page)[0].endswith("She left. Nobody knows.")
    notice = page.get_by_text("What was changed since then stays.")
    expect(notice).to_be_visible()

    button.click()
    expect_kinds(page, ["paragraph", "quotation", "paragraph"])
    page.locator(EDITOR).last.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Or do they?")
    page.get_by_role("button", name="Undo").click()
    expect(notice).to_be_visible()
    assert texts(page) == ["It rained.", "The road is ready.", "She left. Nobody knows. Or do they?"]
