"""The newsroom's own arrangement in a real browser: menu by keyboard and finger, the latest as high as the lead."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from chorsu_articles.models import HomePage, SectionPage, Topic
from cms.outlet import FooterEntry, MenuEntry, Outlet
from tests.browser.conftest import PHONE
from tests.cms.content import block
from tests.factories import days_ago, make_article, make_event, make_picture
from tests.newsroom_copy import keep_file, take_file


@pytest.fixture
def _arranged(newsroom: None) -> None:
    """Arrange menu, footer, colour and front page in Russian and Persian."""
    if take_file("arranged"):
        return
    topics = [Topic.objects.create(name_ru=f"Тема {number}", name_fa=f"موضوع {number}") for number in range(6)]
    picture = make_picture()
    for code in ("ru", "fa"):
        home = HomePage.objects.get(locale__language_code=code)
        sections = {section.kind: section for section in SectionPage.objects.child_of(home)}
        for number in range(12):
            published_on = timezone.now() - timedelta(hours=number + 1)
            title = f"Сельскохозяйственные новости региона номер {number}"
            article = make_article(sections["analysis"], title=title, published_on=published_on, main_picture=picture)
            # The menu leads to what something is about.
            article.topics = topics if number == 11 else topics[:1]
            article.save()
        for days in (-9, 9):
            starts_on = timezone.localdate() + timedelta(days)
            make_event(sections["events"], published_on=days_ago(90), starts_on=starts_on, city="Душанбе")
        shown = {"heading": "", "number": "4"}
        home.arrangement = [
            block("lead", {"story": None, "until": None, "with_latest": True}),
            block("week", {**shown, "stories": []}),
            block("events", {**shown, "shows": "both"}),
            block("topic", {**shown, "topic": topics[0].pk}),
            block("text", {"heading": "О нас", "text": "<p>Мы пишем.</p>"}),
        ]
        home.save_revision().publish()
        Client().get(home.url)  # pictures are made before a browser waits for them
    outlet = Outlet.objects.get()
    outlet.accent = "#7a1f2b"
    outlet.tagline_ru, outlet.contacts_ru, outlet.licence_ru = "О регионе", "news@example.org", "CC BY 4.0"
    outlet.menu_entries.set([MenuEntry(label_ru="Темы"), *(MenuEntry(topic=topic, inside=True) for topic in topics)])
    outlet.footer_entries.set([FooterEntry(label_ru="Темы"), *(FooterEntry(topic=topic) for topic in topics)])
    outlet.save()
    keep_file("arranged")


@pytest.mark.usefixtures("_arranged")
@pytest.mark.parametrize("code", ["ru", pytest.param("fa", marks=pytest.mark.slow)])
def test_the_menu_opens_and_closes_by_keyboard_and_finger(new_page: Callable[..., Page], code: str):
    page = new_page()
    page.goto(f"/{code}/")
    opener, links = page.locator("nav.nav summary"), page.locator(".nav-panel a")
    expect(links.first).to_be_hidden()
    opener.focus()
    page.keyboard.press("Enter")
    # All topics, and six of them.
    for number in range(7):
        page.keyboard.press("Tab")
        expect(links.nth(number)).to_be_focused()
    page.keyboard.press("Escape")
    expect(links.first).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("0" if code == "ru" else "موضوع")

    phone = new_page(viewport=PHONE, has_touch=True)
    phone.goto(f"/{code}/")
    phone.locator("nav.nav summary").tap()
    # Playwright taps only what nothing covers or cuts off.
    phone.locator(".nav-panel a").last.tap()
    expect(phone).to_have_url(re.compile("/topics/"))


@pytest.mark.usefixtures("_arranged")
def test_the_latest_end_where_the_lead_ends(new_page: Callable[..., Page]):
    for width in (1024, 1600):
        page = new_page(viewport={"width": width, "height": 900})
        page.goto("/ru/")
        bottom = "(selector) => document.querySelector(selector).getBoundingClientRect().bottom"
        lead = page.evaluate(bottom, ".home-top > section:first-child .card")
        latest = page.evaluate(bottom, ".home-latest .list > li:last-child")
        # Beside a narrow lead five long headlines may need some lines more; a hole below them is never there.
        assert -96 < lead - latest < 48, width
