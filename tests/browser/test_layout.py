"""Where things stand on reader pages: measured in a browser, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chorsu_articles.models import HomePage, PublicationAuthor, SectionPage, Topic
from cms.models import FooterEntry, MenuEntry, Outlet
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
