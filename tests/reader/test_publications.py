"""The page of an article and of an event report."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chorsu_articles.models import PublicationAuthor
from chorsu_editorial.leaves import public_leaves
from tests.factories import make_article, make_event, make_home, make_person, make_picture, make_section
from tests.reader.content import block, block_id, item, make_full_article, make_full_event

pytestmark = pytest.mark.django_db


def read(client: Client, page) -> BeautifulSoup:
    response = client.get(page.url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize("make", [make_full_article, make_full_event])
def test_every_leaf_stands_in_an_element_with_its_path(client, make):
    page = make()
    shown = read(client, page).select_one("article[data-page-id]")
    assert shown["data-page-id"] == str(page.pk)
    for leaf in public_leaves(page):
        places = shown.find_all(attrs={"data-content-path": leaf.path})
        assert len(places) == 1, leaf
        text = places[0].get("alt") or places[0].get_text()
        assert " ".join(text.split()) == leaf.text


def test_the_article_names_the_revision_that_is_live(client):
    page = make_article()
    page.save_revision().publish()
    page.refresh_from_db()
    assert read(client, page).select_one("article[data-page-id]")["data-revision-id"] == str(page.live_revision_id)


def test_a_picture_has_caption_credit_and_sizes(client):
    figure = read(client, make_full_article()).select_one(".article-picture")
    image = figure.img
    assert image["alt"] == "Green fields"
    assert image["width"]
    assert image["height"]
    sources = {source["type"]: source["srcset"].count(",") + 1 for source in figure.select("picture > source")}
    assert sources == {"image/avif": 1, "image/webp": 1}  # the picture is smaller than all sizes
    assert image["src"].endswith(".jpg")
    assert "loading" not in image.attrs
    assert figure.select_one(".caption").text == "The valley"
    assert figure.select_one(".credit").text.endswith("Somebody, CC BY 4.0")


def test_pictures_below_the_first_load_late(client):
    images = read(client, make_full_article()).select(".body img")
    assert images
    assert {image["loading"] for image in images} == {"lazy"}


def test_a_picture_whose_file_is_lost_leaves_the_page_alone(client):
    page = make_full_article()
    page.main_picture.file.storage.delete(page.main_picture.file.name)
    page.main_picture.renditions.all().delete()
    assert read(client, page).h1.text == "Headline"


def test_numbers_in_brackets_lead_to_notes_and_back(client):
    body = read(client, make_full_article()).select_one(".body")
    links = body.select(".note-ref a")
    assert [link["href"] for link in links] == ["#note-1", "#note-2", "#note-1"]
    assert [link.get("id") for link in links] == ["note-ref-1", "note-ref-2", None]
    assert body.select_one("#note-1 .back")["href"] == "#note-ref-1"
    assert "[7]" in body.select_one(".richtext").text


def test_without_notes_brackets_stay_text(client):
    page = make_article(body=[block("paragraph", "<p>As it was [1].</p>")])
    soup = read(client, page)
    assert "[1]" in soup.select_one(".body").text
    assert not soup.select(".note-ref")


def test_a_bracket_inside_a_link_or_a_tag_is_left_alone(client):
    notes = block("footnotes", {"notes": [item("<p>Note</p>", "note")]})
    text = '<p><a href="https://example.org/[1]">the law [1]</a></p>'
    link = read(client, make_article(body=[block("paragraph", text), notes])).select_one(".body .richtext a")
    assert link["href"] == "https://example.org/[1]"
    assert not link.select("a")


def test_words_in_another_language_say_so(client):
    body = read(client, make_full_article()).select_one(".body")
    quotation = body.select_one("blockquote")
    assert (quotation["lang"], quotation["dir"]) == ("fa", "rtl")
    assert body.select_one(".passage [lang=tg]")["dir"] == "ltr"


def test_a_video_is_a_link_until_the_reader_asks(client):
    response = client.get(make_full_article().url)
    soup = BeautifulSoup(response.content, "html.parser")
    link = soup.select_one("a.video-link")
    assert link["href"] == "https://www.youtube.com/watch?v=aqz-KE-bpKQ"
    assert link["data-embed-url"].startswith("https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ")
    assert not soup.select("iframe, embed, object")


def test_nothing_comes_from_another_host_and_nothing_is_inline(client):
    soup = read(client, make_full_article())
    sources = [tag["src"] for tag in soup.select("[src]")] + [
        tag["href"] for tag in soup.select("link[rel=stylesheet]")
    ]
    assert sources
    assert all(source.startswith("/") and not source.startswith("//") for source in sources)
    assert not soup.select("style, [style], [onclick], [onload]")
    assert all(tag.get("src") or tag["type"] == "application/ld+json" for tag in soup.select("script"))


def test_facts_of_an_event_are_a_list_of_definitions(client):
    facts = read(client, make_full_event()).select_one(".event-facts dl")
    assert len(facts.select("dt")) == len(facts.select("div > dd")) == 4
    assert facts.time["datetime"] == "2026-11-24"
    assert "24–26 ноября 2026" in facts.time.text
    assert "National Library" in facts.text
    assert facts.select_one(".participants .name").text == "Anna Lee"
    assert facts.select_one("a[href$='/organisations/institute/']").text == "Институт"


def test_without_facts_there_is_no_empty_box(client):
    assert read(client, make_event()).select_one(".event-facts") is None
    assert read(client, make_event(city="Khorog")).select_one(".event-facts dd").get_text() == "Khorog"


def test_a_withheld_name_appears_nowhere(client):
    page = make_article()
    page.author_links = [PublicationAuthor(person=make_person("Тайное Имя", name_withheld=True))]
    page.save()
    response = client.get(page.url)
    assert "Тайное Имя" not in response.text
    assert BeautifulSoup(response.content, "html.parser").select_one(".authors").text


def test_data_for_search_engines_cannot_end_its_script(client):
    page = make_article(title="</script><script>alert(1)</script>")
    soup = read(client, page)
    data = json.loads(soup.select_one("script[type='application/ld+json']").string)
    assert data["@graph"][-1]["headline"] == page.title
    assert "<script>alert" not in str(soup)


def test_headings_go_down_one_step_at_a_time(client):
    for page in (make_full_article(), make_full_event()):
        levels = [int(tag.name[1]) for tag in read(client, page).find_all(re.compile("^h[1-6]$"))]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), levels


def test_ids_are_unique(client):
    ids = [tag["id"] for tag in read(client, make_full_article()).select("[id]")]
    assert len(ids) == len(set(ids))


def queries_of(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_an_article_costs_at_most_15_queries_however_many_pictures(client):
    section = make_section(make_home())
    few = make_full_article(section, pictures=4)
    many = make_full_article(section, pictures=20, title="Many")
    assert queries_of(client, few.url) == queries_of(client, many.url) <= 15


def test_an_event_report_costs_at_most_15_queries(client):
    assert queries_of(client, make_full_event().url) <= 15


def test_a_link_to_a_note_says_its_number(client):
    page = make_full_article()
    assert (
        read(client, page)
        .select_one(f'[data-content-path="body.{block_id("paragraph")}"] a')["aria-label"]
        .endswith("1")
    )


WORDS = {
    "photo": ("Photo", "Фото", "Акс", "Фото", "Сүрөт", "Foto", "عکس"),
    "drawing": ("Drawing", "Рисунок", "Расм", "Иллюстрация", "Иллюстрация", "Illyustratsiya", "طرح"),
    "map": ("Map", "Карта", "Харита", "Карта", "Карта", "Xarita", "نقشه"),
    "chart": ("Chart", "Диаграмма", "Диаграмма", "Диаграмма", "Диаграмма", "Diagramma", "نمودار"),
    "screenshot": ("Screenshot", "Скриншот", "Скриншот", "Скриншот", "Скриншот", "Skrinshot", "نماگرفت"),
    "archive": ("Archive", "Архив", "Бойгонӣ", "Мұрағат", "Архив", "Arxiv", "آرشیو"),
    "handout": ("Handout", "Предоставлено", "Пешниҳодшуда", "Ұсынған", "Сунуштаган", "Taqdim etgan", "ارسالی"),
}


@pytest.mark.parametrize(("number", "code"), [*enumerate(["en", "ru", "tg", "kk", "ky", "uz", "fa"])])
def test_the_word_before_a_credit_says_what_the_picture_is(client, number, code):
    make_home("ru")
    shown = [make_picture(credit="A <b>Name</b>", kind=kind) for kind in WORDS]
    gallery = [item({"picture": picture.pk, "caption": "", "alt": ""}, str(picture.pk)) for picture in shown]
    single = {"picture": shown[1].pk, "caption": "", "alt": "", "size": "text", "credit": "Waiting Name"}
    page = make_full_article(
        make_section(make_home(code)),
        main_picture=shown[2],
        body=[block("gallery", {"pictures": gallery}), block("picture", single)],
    )
    seen = read(client, page)
    assert [credit.text for credit in seen.select(".gallery .credit")] == [
        f"{words[number]}: A <b>Name</b>" for words in WORDS.values()
    ]
    assert seen.select_one(".body > figure .credit").text == f"{WORDS['drawing'][number]}: A <b>Name</b>"
    assert seen.select_one(".article-picture .credit").text.startswith(f"{WORDS['map'][number]}: ")
    assert f'"creditText": "{WORDS["map"][number]}: ' in str(seen)
    assert "Waiting Name" not in str(seen)


def test_a_credit_in_other_letters_keeps_its_direction(client):
    make_home("ru")
    page = make_full_article(make_section(make_home("fa")), main_picture=make_picture(credit="Agency (archive)"))
    assert read(client, page).select_one(".article-picture .credit bdi").text == "Agency (archive)"
