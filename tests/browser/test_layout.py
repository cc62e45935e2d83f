"""Where things stand on reader pages: measured in a browser, on a phone and at a desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chorsu_articles.models import PublicationAuthor, Topic
from cms.outlet import FooterEntry, Outlet
from tests.browser.conftest import PHONE, bounding_box
from tests.browser.editing import section
from tests.cms.content import block, item, make_full_article
from tests.factories import days_ago, make_article, make_event, make_person, make_picture

READERS_PHONE = {"width": 390, "height": 844}
TITLE = "Язык урока, язык перемены: школа, которая учится на трёх языках"
LEAD = "В одном школьном здании дети учатся на трёх языках, а на перемене говорят на четвёртом. "
SENTENCE = "<p>Звонок даёт сторож, рукой, и на трёх языках он значит одно и то же.</p>"


def long_article() -> str:
    """Return the address of an article with all that may stand above its text, and with contents."""
    headings = [block("heading", {"text": f"Часть {number}", "level": "h2"}, f"h{number}") for number in range(3)]
    facts = block("facts", {"title": "Коротко", "items": [item("<p>Одно</p>", "fact")]})
    points = [block("point", "К четвёртому классу разрыв сокращается, но не исчезает.", str(n)) for n in range(4)]
    article = make_full_article(
        section(code="ru"),
        title=TITLE,
        lead=LEAD * 3,
        body=[block("paragraph", SENTENCE * 80), *headings, facts],
        key_points=points,
    )
    author = make_person("Малика Саидова", about_ru="Пишет.", photo=make_picture())
    article.author_links = [PublicationAuthor(person=author)]
    article.save()
    return str(article.url)


def arrange_front_page() -> None:
    """Arrange a front page as the demo's editors did, with stories enough and texts as long as theirs."""
    topics = [Topic.objects.create(slug=f"t{n}", name_ru=f"Тема {n}") for n in range(2)]
    picture, today = make_picture(), timezone.localdate()
    stories = [
        make_article(
            section(code="ru"), title=TITLE, lead=LEAD * 2, main_picture=picture, published_on=days_ago(number)
        )
        for number in range(18)
    ]
    for number, story in enumerate(stories[10:16]):
        story.topics = [topics[number % 2]]
        story.save()
    for days in (-9, -6, -3, 3, 6, 9):
        make_event(
            section("events", "ru"), title=TITLE, starts_on=today + timedelta(days), city="Душанбе", venue="Библиотека"
        )
    listings = [
        block("topic", {"topic": topic.pk, "heading": "", "number": "3"}, f"topic {topic.pk}") for topic in topics
    ]
    home = section(code="ru").get_parent().specific
    home.arrangement = [
        block("lead", {"story": None, "until": None, "with_latest": True}),
        block(
            "week",
            {"heading": "", "stories": [item(story.pk, str(story.pk)) for story in stories[6:10]], "number": "4"},
        ),
        block("events", {"heading": "", "shows": "both", "number": "3"}),
        *listings,
        block("newest", {"heading": "", "section": None, "number": "3"}),
        block("text", {"heading": "Нашли опечатку?", "text": f"<p>{LEAD}</p>"}),
    ]
    home.save_revision().publish()


def test_a_front_page_is_short_on_a_phone_with_second_stories_as_lines(new_page, newsroom):
    arrange_front_page()
    page = new_page(viewport=READERS_PHONE, is_mobile=True)
    page.goto("/ru/")
    # With the demo's longer texts it is 6.1 screens, and with its footer 7.7.
    assert bounding_box(page.locator("main"))["height"] <= 5.2 * READERS_PHONE["height"]
    for grid in (".grid-topic", ".grid-newest"):
        first, second = (page.locator(f"{grid} > li:nth-child({number}) .card").first for number in (1, 2))
        assert bounding_box(first.locator(".card-picture"))["width"] > 300
        picture, text = (bounding_box(second.locator(name)) for name in (".card-picture", ".card-body"))
        assert picture["width"] < 130
        assert text["x"] + text["width"] < picture["x"]
        assert abs(text["y"] - picture["y"]) < 4


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "desk"])
def test_an_article_is_laid_out(new_page, newsroom, viewport):
    page = new_page(viewport=viewport)
    page.goto(long_article())
    # It begins within two screens.
    assert page.locator(".contents").evaluate("(contents) => !!contents.closest('.body')")
    top = page.locator(".body p").first.evaluate("(text) => text.getBoundingClientRect().top + scrollY")
    assert top < 2 * viewport["height"]
    # A finger finds the links of byline and sharing.
    boxes = [bounding_box(each) for each in page.locator(".byline a, .share-list a").all()]
    assert len(boxes) > 5
    assert min(min(box["width"], box["height"]) for box in boxes) >= 24
    # A portrait stands at the edge of its box, and a panel keeps its distance from the heading above.
    author, portrait, heading, panel = (
        bounding_box(page.locator(name))
        for name in (".author.portrait", ".author.portrait img", ":has(+ .facts)", ".facts")
    )
    assert portrait["x"] == author["x"]
    assert panel["y"] - heading["y"] - heading["height"] >= 18


def test_with_larger_text_a_page_is_as_wide_as_a_phone(new_page, newsroom):
    topics = [Topic.objects.create(slug=f"t{n}", name_ru="Сельское хозяйство") for n in range(8)]
    outlet = Outlet.objects.get()
    outlet.name_ru = "Чорсу"
    outlet.footer_entries.set([FooterEntry(label_ru="Темы"), *(FooterEntry(topic=topic) for topic in topics)])
    outlet.save()
    article = make_article(section(code="kk"))
    article.topics = topics
    article.save()
    page = new_page(viewport=PHONE)
    for path in ("", "analysis/", "analysis/headline/"):
        page.goto(f"/kk/{path}")
        page.evaluate("document.documentElement.style.fontSize = '150%'")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path
