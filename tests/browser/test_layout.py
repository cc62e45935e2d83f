"""Where things stand on reader pages: measured in a browser, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chorsu_articles.models import HomePage, PublicationAuthor, SectionPage, Topic
from cms.outlet import FooterEntry, MenuEntry, Outlet
from tests.browser.conftest import PHONE
from tests.cms.content import block, item, make_full_article
from tests.factories import make_article, make_event, make_person, make_picture

LEAD = "В одном школьном здании дети учатся на трёх языках, а на перемене говорят на четвёртом. "
SENTENCE = "<p>Звонок даёт сторож, рукой, и на трёх языках он значит одно и то же.</p>"
SIZES = pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "desk"])


def section(code: str = "ru", kind: str = "analysis") -> SectionPage:
    return SectionPage.objects.child_of(HomePage.objects.get(locale__language_code=code)).get(kind=kind)


def long_article(**fields: Any) -> str:
    """Return the address of an article with all that may stand above its text, and with contents."""
    headings = [block("heading", {"text": f"Часть {number}", "level": "h2"}, f"h{number}") for number in range(3)]
    facts = block("facts", {"title": "Коротко", "items": [item("<p>Одно</p>", "fact")]})
    values: dict[str, Any] = {
        "title": "Язык урока, язык перемены: школа, которая учится на трёх языках",
        "lead": LEAD * 3,
        "body": [block("paragraph", SENTENCE * 80), *headings, facts],
        "key_points": [
            block("point", "К четвёртому классу разрыв сокращается, но не исчезает.", str(n)) for n in range(4)
        ],
    }
    article = make_full_article(section(), **{**values, **fields})
    author = make_person("Малика Саидова", about_ru="Пишет.", photo=make_picture())
    article.author_links = [PublicationAuthor(person=author)]
    article.save()
    return str(article.url)


@SIZES
def test_an_article_begins_within_two_screens(
    new_page: Callable[..., Page], newsroom: None, viewport: dict[str, int]
) -> None:
    page = new_page(viewport=viewport)
    page.goto(long_article())
    assert page.locator(".contents").evaluate("(contents) => !!contents.closest('.body')")
    top = page.locator(".body p").first.evaluate("(text) => text.getBoundingClientRect().top + scrollY")
    assert top < 2 * viewport["height"]


def test_a_portrait_stands_at_the_edge_of_its_box(new_page: Callable[..., Page], newsroom: None) -> None:
    page = new_page()
    page.goto(long_article())
    portrait = page.locator(".author.portrait")
    assert (
        portrait.evaluate(
            "(box) => box.querySelector('img').getBoundingClientRect().left - box.getBoundingClientRect().left"
        )
        == 0
    )


@SIZES
def test_links_of_the_byline_and_of_sharing_are_24_pixels_high_and_wide(
    new_page: Callable[..., Page], newsroom: None, viewport: dict[str, int]
) -> None:
    page = new_page(viewport=viewport)
    page.goto(long_article())
    boxes = [each.bounding_box() for each in page.locator(".byline a, .share-list a").all()]
    assert len(boxes) > 5
    assert min(min(box["width"], box["height"]) for box in boxes if box) >= 24


@pytest.mark.parametrize("code", ["ru", "fa"])
def test_a_menu_that_goes_on_past_the_edge_shows_it(new_page: Callable[..., Page], newsroom: None, code: str) -> None:
    outlet = Outlet.objects.get()
    outlet.menu_entries.set([MenuEntry(label_ru=f"Раздел {n}", address="https://example.org/") for n in range(6)])
    outlet.save()
    page = new_page(viewport=PHONE)
    page.goto(f"/{code}/")
    menu = page.locator(".nav-list")
    assert menu.evaluate("(list) => list.scrollWidth > list.clientWidth")
    assert "radial-gradient" in menu.evaluate("(list) => getComputedStyle(list).backgroundImage")
    # The shade lies at the end of the line.
    assert menu.evaluate("(list) => getComputedStyle(list).getPropertyValue('--far')") == (
        "0%" if code == "fa" else "100%"
    )


@pytest.mark.parametrize("code", ["ru", "en", "kk", "uz"])
def test_with_larger_text_a_page_is_as_wide_as_a_phone(
    new_page: Callable[..., Page], newsroom: None, code: str
) -> None:
    topics = [Topic.objects.create(slug=f"t{n}", name_ru="Сельское хозяйство") for n in range(8)]
    outlet = Outlet.objects.get()
    outlet.name_ru = "Чорсу"
    outlet.footer_entries.set([FooterEntry(label_ru="Темы"), *(FooterEntry(topic=topic) for topic in topics)])
    outlet.save()
    article = make_article(section(code))
    article.topics = topics
    article.save()
    page = new_page(viewport=PHONE)
    for path in ("", "analysis/", "analysis/headline/"):
        page.goto(f"/{code}/{path}")
        page.evaluate("document.documentElement.style.fontSize = '150%'")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path


def test_lines_of_one_link_are_nearer_to_each_other_than_to_the_next(
    new_page: Callable[..., Page], newsroom: None
) -> None:
    topics = [
        Topic.objects.create(slug=f"t{n}", name_ru="Сельское хозяйство и охрана природы в областях") for n in range(8)
    ]
    outlet = Outlet.objects.get()
    outlet.footer_entries.set([FooterEntry(label_ru="Темы"), *(FooterEntry(topic=topic) for topic in topics)])
    outlet.save()
    article = make_article(section())
    article.topics = topics
    article.save()
    page = new_page()
    page.goto("/ru/")
    tops = page.locator(".footer-column").first.evaluate(
        """(column) => [...column.querySelectorAll("li a")].slice(0, 2).flatMap((link) => {
          const range = document.createRange();
          range.selectNodeContents(link);
          return [...range.getClientRects()].map((line) => line.top);
        })"""
    )
    assert len(tops) == 4
    assert tops[2] - tops[1] > 1.4 * (tops[1] - tops[0])


def test_paper_has_no_heading_without_its_text(new_page: Callable[..., Page], newsroom: None) -> None:
    page = new_page()
    page.goto(long_article())
    page.emulate_media(media="print")
    assert page.locator(".footer h2").count() > 0
    expect(page.locator(".footer h2").first).to_be_hidden()
    expect(page.locator(".footer")).to_be_visible()


def test_a_panel_keeps_its_distance_from_the_heading_above(new_page: Callable[..., Page], newsroom: None) -> None:
    page = new_page()
    page.goto(long_article())
    distance = page.locator(".facts").evaluate(
        "(panel) => panel.getBoundingClientRect().top - panel.previousElementSibling.getBoundingClientRect().bottom"
    )
    assert distance >= 18


def test_a_date_stays_in_one_line(new_page: Callable[..., Page], newsroom: None) -> None:
    others = [
        make_event(section(kind="events"), title=f"Слово {'и ' * n}дело", published_on="2026-11-24T09:00Z")
        for n in range(24)
    ]
    address = long_article(
        body=[block("paragraph", SENTENCE), block("related", {"pages": [item(o.pk, str(o.pk)) for o in others]})]
    )
    page = new_page(viewport=PHONE)
    page.goto(address)
    heights = page.locator(".related time").evaluate_all("(times) => times.map((time) => time.getClientRects().length)")
    assert len(heights) == len(others)
    assert set(heights) == {1}


def test_what_a_missing_page_suggests_keeps_its_distance_from_the_rules(
    new_page: Callable[..., Page], newsroom: None
) -> None:
    home = HomePage.objects.get(locale__language_code="ru")
    home.add_child(
        instance=SectionPage(title="Наука и образование " * 3, slug="science", kind="analysis", locale=home.locale)
    )
    page = new_page(viewport=PHONE)
    page.goto("/ru/nothing/")
    distance = (
        page.get_by_role("main")
        .get_by_role("link", name="Наука и образование")
        .evaluate(
            """(link) => {
          const range = document.createRange();
          range.selectNodeContents(link);
          return range.getBoundingClientRect().top - link.parentElement.getBoundingClientRect().top;
        }"""
        )
    )
    assert distance >= 8


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_the_light_version_promises_no_keys_and_no_button(
    new_page: Callable[..., Page], newsroom: None, phone: bool
) -> None:
    article = make_article(section())
    page = new_page(has_touch=phone, is_mobile=phone)
    page.goto(article.url)
    words = page.locator(".feedback-form__touch, .feedback-form__keys").filter(visible=True)
    expect(words).to_have_count(1)
    page.goto(f"{article.url}?lite=1")
    expect(page.locator(".feedback-form__link")).to_be_visible()
    expect(words).to_have_count(0)
