"""The time to read, the contents above a long article, and the addresses of its headings."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import RequestFactory

from cms.reader.feeds import full_text
from tests.factories import make_article, make_home, make_section
from tests.reader.content import block, block_id

pytestmark = pytest.mark.django_db

WORDS = f"<p>{'water ' * 250}</p>"


def long_body(*headings: str, level: str = "h2"):
    parts = [
        (block("heading", {"text": text, "level": level}, f"head{number}"), block("paragraph", WORDS, f"text{number}"))
        for number, text in enumerate(headings)
    ]
    return [each for part in parts for each in part]


def read(client, page):
    return BeautifulSoup(client.get(page.url).content, "html.parser")


def test_a_long_article_begins_with_its_contents(client):
    soup = read(client, make_article(body=long_body("One", "Two & more", "Three")))
    contents = soup.select_one("nav.contents")
    links = contents.select("li a")
    assert [link.text for link in links] == ["One", "Two & more", "Three"]
    assert [soup.select_one(link["href"]).name for link in links] == ["h2"] * 3
    assert [soup.select_one(link["href"]).text for link in links] == [link.text for link in links]
    assert contents["aria-label"] == contents.summary.text == "Содержание"
    assert contents.find_next_sibling(class_="body")


def test_the_contents_are_no_text_of_the_article(client):
    contents = read(client, make_article(body=long_body("One", "Two", "Three"))).select_one("nav.contents")
    assert "data-content-skip" in contents.attrs
    assert not contents.select("[data-content-path]")


@pytest.mark.parametrize(
    "body",
    [
        long_body("One", "Two"),
        long_body("One", "Two", "Three", level="h3"),
        [block("heading", {"text": text, "level": "h2"}, text) for text in ("One", "Two", "Three", "Four")],
        [],
    ],
    ids=["few", "subheadings", "short", "empty"],
)
def test_an_article_that_is_looked_over_at_once_has_none(client, body):
    assert not read(client, make_article(body=body)).select(".contents")


def test_the_address_of_a_heading_outlives_a_mended_slip_and_is_the_same_in_every_language(client):
    section = make_section(make_home("ru"))
    page = make_article(section, body=long_body("Измеренея", "Два", "Три"))
    before = read(client, page).h2["id"]
    page.body = long_body("Измерения", "Два", "Три")
    page.save()
    other = make_article(make_section(make_home("fa")), body=long_body("سنجش", "دو", "سه"))
    assert before == read(client, page).h2["id"] == read(client, other).h2["id"]
    assert before == f"h-{block_id('head0')[:8]}"


def test_every_heading_shows_a_link_to_itself_that_is_no_part_of_its_words(client):
    body = [*long_body("One"), *long_body("Deeper", level="h3")]
    body[2]["id"] = block_id("another")
    soup = read(client, make_article(body=body))
    links = soup.select(".heading-link")
    assert [soup.select_one(link["href"]).name for link in links] == ["h2", "h3"]
    assert links[0]["aria-label"] == "Ссылка на раздел «One»"
    assert "data-content-skip" in links[0].attrs
    assert not soup.select("h2 a, h3 a, [data-content-path] .heading-link")


def test_a_heading_without_a_stored_id_has_no_address(client):
    body = [{"type": "heading", "value": {"text": "One", "level": "h2"}}]
    page = make_article()
    type(page).objects.filter(pk=page.pk).update(body=body)
    body = read(client, page).select_one(".body")
    assert body.h2.text == "One"
    assert not body.select("[id], a")


def test_feeds_get_the_headings_alone():
    page = make_article(body=long_body("One", "Two", "Three"))
    text = full_text(page, RequestFactory().get("/"))
    assert "<h2>One</h2>" in text
    assert "#" not in text
    assert "Содержание" not in text


MINUTES = {
    "en": ("1 minute to read", "2 minutes to read", "5 minutes to read"),
    "ru": ("1 минута чтения", "2 минуты чтения", "5 минут чтения"),
    "tg": ("Хониш: 1 дақиқа", "Хониш: 2 дақиқа", "Хониш: 5 дақиқа"),
    "kk": ("Оқуға 1 минут", "Оқуға 2 минут", "Оқуға 5 минут"),
    "ky": ("Окууга 1 мүнөт", "Окууга 2 мүнөт", "Окууга 5 мүнөт"),
    "uz": ("Oʻqishga 1 daqiqa", "Oʻqishga 2 daqiqa", "Oʻqishga 5 daqiqa"),
    "fa": ("زمان مطالعه: ۱ دقیقه", "زمان مطالعه: ۲ دقیقه", "زمان مطالعه: ۵ دقیقه"),
}


@pytest.mark.parametrize("code", MINUTES)
def test_the_time_to_read_is_told_in_the_plural_and_digits_of_the_language(client, code):
    make_home("ru")
    page = make_article(make_section(make_home(code)))
    shown = []
    for minutes in (1, 2, 5):
        page.body = [block("paragraph", f"<p>{'word ' * (180 * minutes - 10)}</p>")]
        page.save()
        shown.append(" ".join(read(client, page).select_one(".byline .meta span").text.split()))
    assert tuple(shown) == MINUTES[code]
