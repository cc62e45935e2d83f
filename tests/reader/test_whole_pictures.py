"""Pictures that lead to the whole of them, and what the viewer of pictures is made of."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import RequestFactory

from cms.reader.feed_text import full_text
from tests.factories import make_picture
from tests.reader.content import LANGUAGES, article_in, block, item, make_full_article, read

pytestmark = pytest.mark.django_db


PLACES = dict.fromkeys(("kk", "ky", "uz"), "3 / 7") | {
    "en": "3 of 7",
    "ru": "3 из 7",
    "tg": "3 аз 7",
    "fa": "۳ از ۷",
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_picture_of_a_gallery_leads_to_the_whole_of_it_and_tells_its_place(client, code):
    picture = make_picture()
    pictures = [item({"picture": picture.pk, "caption": "", "alt": "Seen"}, str(number)) for number in range(7)]
    links = read(client, article_in(code, body=[block("gallery", {"pictures": pictures})])).select(".gallery a")
    assert len(links) == 7
    assert links[2].select_one("[data-number]").text.strip() == PLACES[code]
    assert links[2]["href"].endswith(".webp")
    assert links[2]["data-srcset"].split()[-2] == links[2]["href"]


def test_a_single_picture_leads_to_the_whole_of_it_too(client):
    body = read(client, make_full_article()).select_one("article")
    links = body.select(".article-picture > a.whole-picture, .body > figure > a.whole-picture")
    assert len(links) == 2
    assert all(link["href"] and link.img and not link.select("[data-number]") for link in links)


def test_a_picture_whose_file_is_lost_leads_nowhere_new(client):
    page = make_full_article()
    picture = page.main_picture
    picture.file.storage.delete(picture.file.name)
    picture.renditions.all().delete()
    link = read(client, page).select_one(".article-picture a")
    assert link["href"] == picture.file.url
    assert "data-srcset" not in link.attrs


def test_feeds_get_pictures_without_links():
    soup = BeautifulSoup(full_text(make_full_article(), RequestFactory().get("/")), "html.parser")
    assert len(soup.select("figure img")) == 4
    assert not soup.select("a:has(img)")
    assert "3 of" not in soup.text


def test_the_words_of_the_viewer_stand_in_a_template(client):
    shown = read(client, make_full_article()).select_one("template#viewer-template")
    assert shown.select_one("dialog")["aria-label"] == "Изображения"
    assert [button["aria-label"] for button in shown.select("button")] == [
        "Предыдущее изображение",
        "Следующее изображение",
        "Закрыть",
    ]
