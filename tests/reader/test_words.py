"""Words that readers see, as the press of each language writes them."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from cms.newsroom.titles import get_title
from tests.factories import make_article, make_home, make_section
from tests.reader.content import block

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "passage", "name"),
    [
        ("tg", "ru", "Русӣ"),
        ("ru", "tg", "Таджикский"),
        ("en", "fa", "Persian"),
        ("fa", "ru", "روسی"),
        ("uz", "uz", "Oʻzbek"),
        ("ky", "en", "Англисче"),
    ],
)
def test_the_language_of_a_passage_is_named_in_the_pages(client: Client, code: str, passage: str, name: str) -> None:
    make_home()
    body = [block("passage", {"text": "<p>Words.</p>", "language": passage})]
    page = make_article(make_section(make_home(code), slug="analysis"), body=body)
    shown = BeautifulSoup(client.get(page.url).content, "html.parser").select_one(".passage-language")
    assert shown.text.replace("\xad", "") == name


@pytest.mark.parametrize(("code", "name"), [("xx-unknown", "xx-unknown"), ("en-gb", "Английский (Великобритания)")])
def test_a_language_that_nobody_names_keeps_its_own_name(code: str, name: str) -> None:
    with translation.override("ru"):
        shown = Template("{% load chorsu_articles_tags %}{{ code|language_called }}").render(Context({"code": code}))
    assert shown == name


@pytest.mark.parametrize(
    ("code", "heading"),
    [
        ("ru", "Страница не найдена"),
        ("tg", "Саҳифа ёфт нашуд"),
        ("en", "Page not found"),
        ("ky", "Баракча табылган жок"),
        ("fa", "صفحه یافت نشد"),
    ],
)
def test_title_and_heading_of_a_404_say_the_same(client: Client, code: str, heading: str) -> None:
    make_home()
    make_home(code)
    answer = client.get(f"/{code}/nothing-here/")
    soup = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 404
    assert soup.h1.text == heading
    assert soup.title.text.startswith(heading)


def test_sections_are_called_as_the_press_calls_them() -> None:
    assert get_title("events", "ru") == "События"
    assert get_title("analysis", "kk") == "Талдау"
