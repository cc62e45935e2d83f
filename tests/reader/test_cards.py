"""The drawn picture of a page without one: in the right letters, for what everybody may read, and nobody else's."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image
from wagtail.models import Page, PageViewRestriction

from chorsu_articles.models import AnalysisPage, Topic
from chorsu_articles.picture_work import picture_turn
from cms.reader import card_drawing, cards
from cms.reader.card_drawing import draw, runs
from tests.factories import make_article, make_home, make_picture, make_section

pytestmark = pytest.mark.django_db

HEADLINES = {
    "tg": "Ҷаҳони ӯ: қишлоқи ғарқшуда ва зиндагии нав — ӣ",
    "kk": "Қазақстандағы ұлттық ғылым: әңгіме өңі, һ, і",
    "ky": "Кыргызстандын өнөр жайы: үч жыл, жаңы талап",
    "uz": "Oʻzbekistonning suv siyosati: gʻoyalar",
    "fa": "یخچال‌های پامیر در سال ۲۰۲۶ (گزارش COP 29) آب می‌شوند؛ چه باید کرد؟",
    "ru": "«Ледники» Памира — объём воды, №\xa05",
    "en": "“Glaciers” of the Pamirs: what’s lost, 1990–2026",
}


@pytest.mark.parametrize("code", HEADLINES)
def test_every_letter_is_drawn_and_none_as_an_empty_box(code: str) -> None:
    direction = "rtl" if code == "fa" else "ltr"
    text = HEADLINES[code]
    drawn = runs(text, direction) + runs(text, direction, card_drawing.SEMIBOLD)
    assert "".join(run.text for run in drawn) == text * 2
    for run in drawn:
        font = card_drawing._font(run.face.file, 40)
        box = bytes(font.getmask("\ue000"))
        marks = [letter for letter in run.text if not letter.isspace() and letter != "\u200c"]
        assert [letter for letter in marks if bytes(font.getmask(letter)) == box] == [], run
    image = Image.open(BytesIO(draw(title=text, line="Section", name="Newsroom", code=code)))
    assert (image.size, image.format) == ((1200, 630), "PNG")


def test_persian_letters_join_and_numbers_keep_their_order() -> None:
    font = card_drawing._font(runs("چهارسو", "rtl")[0].face.file, 40)
    alone = sum(font.getlength(letter, direction="rtl") for letter in "چهارسو")
    assert font.getlength("چهارسو", direction="rtl") < alone * 0.9
    mixed = [(run.text, run.direction) for run in runs("سال (COP 29) بعد", "rtl")]
    assert mixed == [("سال (", "rtl"), ("COP 29", "ltr"), (") بعد", "rtl")]


ODD = ["Слово " * 60, "Сельскохозяйственновосстановительный" * 6, "", "\U0001f600", "W" * 255]


@pytest.mark.parametrize("title", ODD)
def test_a_headline_of_any_length_has_a_card(title: str) -> None:
    assert Image.open(BytesIO(draw(title=title, line=title, name=title, code="ru"))).size == (1200, 630)


@pytest.fixture
def article() -> AnalysisPage:
    return make_article(make_section(make_home(), title="Reports", slug="analysis"), title="Plain")


def card_at(client: Client, path: str) -> str:
    soup = BeautifulSoup(client.get(path).content, "html.parser")
    return urlsplit(soup.select_one("meta[property='og:image']")["content"]).path


def test_a_page_without_picture_is_shared_with_its_card(client: Client, article: AnalysisPage) -> None:
    address = card_at(client, article.url)
    assert address.startswith(f"/ru/cards/page/{article.pk}/")
    first = client.get(address)
    assert (first.status_code, first.headers["Content-Type"], bool(first.cookies)) == (200, "image/png", False)
    content = b"".join(first.streaming_content)
    assert content.startswith(b"\x89PNG")
    [kept] = default_storage.listdir(f"cards/page-{article.pk}-ru")[1]
    assert default_storage.open(f"cards/page-{article.pk}-ru/{kept}").read() == content
    article.main_picture = make_picture()
    article.save()
    assert "/cards/" not in card_at(client, article.url)


def test_a_new_headline_is_a_new_card(client: Client, article: AnalysisPage, settings: Any) -> None:
    old = card_at(client, article.url)
    client.get(old)
    article.title = "Another"
    article.save()
    new = card_at(client, article.url)
    assert new != old
    assert client.get(old).headers["Location"] == new
    assert client.get(new).status_code == 200
    assert len(default_storage.listdir(f"cards/page-{article.pk}-ru")[1]) == 1
    settings.SECRET_KEY = "another key of another site"
    assert card_at(client, article.url) not in {old, new}


def hide(page: AnalysisPage) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


@pytest.mark.parametrize("act", [hide, lambda page: page.unpublish(), lambda page: hide(page.get_parent())])
def test_what_not_everybody_may_read_has_no_card(
    client: Client, article: AnalysisPage, act: Any, django_capture_on_commit_callbacks: Any
) -> None:
    address = card_at(client, article.url)
    assert client.get(address).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        act(article)
    for path in (address, address.replace(address.rpartition("/")[2], "nothing.png")):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("act", [lambda page: page.unpublish(), lambda page: page.delete()])
def test_the_card_of_a_page_that_is_gone_is_deleted(client: Client, article: AnalysisPage, act: Any) -> None:
    key = article.pk
    client.get(card_at(client, article.url))
    act(article)
    assert default_storage.listdir(f"cards/page-{key}-ru")[1] == []


def test_only_what_exists_has_a_card(client: Client, article: AnalysisPage) -> None:
    topic = Topic.objects.create(name_ru="Вода", slug="water")
    assert client.get(card_at(client, "/ru/topics/water/")).status_code == 200
    assert client.get(card_at(client, "/ru/search/")).status_code == 200
    missing = (f"page/{article.pk + 99}", f"topic/{topic.pk + 9}", f"person/{topic.pk}", "nothing/1", "page/0")
    for path in missing:
        assert client.get(f"/ru/cards/{path}/x.png").status_code == 404, path
    assert client.get(f"/tg/cards/page/{article.pk}/x.png").status_code == 404
    root = Page.get_first_root_node()
    assert client.get(f"/{root.locale.language_code}/cards/page/{root.pk}/x.png").status_code == 404


def test_who_asks_while_another_is_made_comes_again(client: Client, article: AnalysisPage, monkeypatch: Any) -> None:
    monkeypatch.setattr(cards, "WAIT", 0)
    address = card_at(client, article.url)
    with picture_turn(1):
        assert client.get(address).status_code == 503
    assert client.get(address).status_code == 200
