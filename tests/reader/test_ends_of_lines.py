"""Soft hyphens and no-break spaces stand on the page that is read, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from chorsu_articles.models import AnalysisPage
from chorsu_feedback.anchors import read_page
from chorsu_locales.typesetting import NO_BREAK_SPACE, SOFT_HYPHEN
from chorsu_search.documents import build_document
from tests.factories import make_article, make_home, make_picture, make_section
from tests.reader.content import block, item

pytestmark = pytest.mark.django_db

LONG = "тадқиқотчиён аз донишгоҳҳои Тоҷикистон — ва китобхонаҳо"


@pytest.fixture
def article() -> AnalysisPage:
    """Return a Tajik article that says the same in every place."""
    page = make_article(
        make_section(make_home("tg")),
        title=f"Мақола: {LONG}",
        lead=LONG,
        main_picture=make_picture(),
        main_picture_alt=LONG,
        main_picture_caption=LONG,
        body=[
            block("paragraph", f'<p>{LONG} <a href="https://example.org/">{LONG}</a></p>'),
            block("heading", {"text": LONG, "level": "h2"}),
            block("facts", {"title": LONG, "items": [item(f"<p>{LONG}</p>", "fact")]}),
            block("passage", {"text": f"<p>{LONG}</p>", "language": "en"}),
        ],
        key_points=[block("point", LONG)],
    )
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def test_the_page_has_them_in_its_text_alone(client: Client, article: AnalysisPage) -> None:
    soup = BeautifulSoup(client.get(article.url).content, "html.parser")
    parted = LONG.replace("тадқиқотчиён", "тад-қи-қот-чиён").replace("-", SOFT_HYPHEN)
    start = parted[:20].replace("аз ", f"аз{NO_BREAK_SPACE}")
    places = [".lead", ".richtext p", ".richtext p a", ".facts li", ".key-points li", "figcaption .caption"]
    assert [place for place in places if start not in soup.select_one(place).text] == []
    assert [heading.text.count(SOFT_HYPHEN) for heading in soup.select("article :is(h1, h2)")] == [0] * 4
    assert NO_BREAK_SPACE in soup.h1.text
    # A passage in English that is none: rules of its language.
    assert SOFT_HYPHEN not in soup.select_one(".passage .richtext").text
    for element in soup.find_all():
        assert not [name for name, value in element.attrs.items() if SOFT_HYPHEN in str(value)], element.name
    head = soup.head.decode()
    assert SOFT_HYPHEN not in head
    assert NO_BREAK_SPACE not in head
    assert soup.find_all("script", type="application/ld+json")


@pytest.mark.parametrize("full", [False, True])
def test_feeds_search_and_storage_have_none(client: Client, article: AnalysisPage, settings: Any, full: bool) -> None:
    settings.FEED_FULL_TEXT = full
    feed = client.get("/tg/feed/").content.decode()
    assert "донишгоҳҳои" in feed
    stored = AnalysisPage.objects.get(pk=article.pk)
    texts = [feed, str(build_document(stored)), str(stored.serializable_data()), str(read_page(stored))]
    assert [text for text in texts if SOFT_HYPHEN in text or NO_BREAK_SPACE in text] == []


def test_the_front_page_keeps_small_words_together(client: Client, article: AnalysisPage) -> None:
    home = article.get_parent().get_parent()
    soup = BeautifulSoup(client.get(home.url).content, "html.parser")
    headline = soup.select_one(".headline").text
    assert f"аз{NO_BREAK_SPACE}донишгоҳҳои Тоҷикистон{NO_BREAK_SPACE}—" in headline
