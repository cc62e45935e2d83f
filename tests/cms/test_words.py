"""Words, numbers and dates that readers see, as the press of each language writes them.

Soft hyphens and no-break spaces stand on the page that is read, and nowhere else.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

from chorsu_articles.models import AnalysisPage, Correction
from chorsu_articles.templatetags.chorsu_articles_tags import file_facts, table_number
from chorsu_feedback.anchors import read_page
from chorsu_locales.typesetting import NO_BREAK_SPACE, SOFT_HYPHEN
from chorsu_search.documents import build_document
from cms.newsroom.setup import get_title
from tests.cms.content import block, item, soup_of
from tests.factories import days_ago, make_article, make_event, make_home, make_picture, make_section

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("tg", "ru", "Русӣ"),
        ("fa", "ru", "روسی"),
        ("uz", "uz", "Oʻzbek"),
        ("ru", "xx-unknown", "xx-unknown"),
        ("ru", "en-gb", "Английский (Великобритания)"),
    ],
)
def test_a_language_is_named_in_that_of_the_page_or_keeps_its_own_name(code, language, name):
    with translation.override(code):
        shown = Template("{% load chorsu_articles_tags %}{{ code|language_called }}").render(
            Context({"code": language})
        )
    assert shown == name


def test_the_language_of_a_passage_is_named(client):
    page = make_article(body=[block("passage", {"text": "<p>Words.</p>", "language": "tg"})])
    assert soup_of(client, page.url).select_one(".passage-language").text.replace("\xad", "") == "Таджикский"


def test_sections_are_called_as_the_press_calls_them():
    assert get_title("events", "ru") == "События"
    assert get_title("analysis", "kk") == "Талдау"


@pytest.mark.parametrize(
    ("code", "number", "size"),
    [
        ("ru", "1234,5", "PDF, 3,3\xa0МБ"),
        ("en", "1234.5", "PDF, 3.3\xa0MB"),
        ("ky", "1234,5", "PDF, 3,3\xa0мегабайт"),
        ("uz", "1234,5", "PDF, 3,3\xa0MB"),
        ("fa", "۱۲۳۴٫۵", "PDF، ۳٫۳\xa0MB"),
    ],
)
def test_decimals(code, number, size):
    document = SimpleNamespace(file_extension="pdf", file_size=3_500_000)
    with translation.override(code):
        assert table_number(Decimal("1234.5")) == number
        assert file_facts(document) == size


def test_a_list_shows_when_a_report_came_out_and_says_which_date_is_the_events(client):
    section = make_section(make_home(), "events")
    make_event(section, published_on=days_ago(1), starts_on=date(2026, 5, 12), ends_on=date(2026, 5, 13))
    meta = soup_of(client, section.url).select_one(".card .meta")
    assert [time["datetime"] for time in meta.select("time")] == ["2026-10-31", "2026-05-12"]
    assert " ".join(meta.span.text.split()) == "Событие: 12–13 мая 2026 г."


@pytest.mark.parametrize(
    ("published", "first", "last", "is_said"),
    [
        pytest.param(10, 10, 10, False, id="the same day"),
        pytest.param(10, 10, 8, True, id="later"),
        pytest.param(900, 2, 2, False, id="an old article that is brought in late"),
    ],
)
def test_a_later_publication_is_announced(client, published, first, last, is_said):
    page = make_article(
        published_on=days_ago(published),
        first_published_at=days_ago(first),
        last_published_at=days_ago(last) + timedelta(minutes=5),
    )
    found = [" ".join(tag.text.split()) for tag in soup_of(client, page.url).select(".article-head .announced")]
    assert found == (["Обновлено: 24 октября 2026 г."] if is_said else [])


def test_corrections_are_announced_with_the_last_day_and_lead_to_the_note(client):
    page = make_article(published_on=days_ago(10))
    page.corrections = [Correction(date=date(2026, 10, day), text=f"Note {day}") for day in (28, 30, 29)]
    page.save()
    soup = soup_of(client, page.url)
    link = soup.select_one(".announced a")
    assert " ".join(link.text.split()) == "Исправлено: 30 октября 2026 г."
    assert soup.select_one(link["href"]).find_parent("section").li


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


def test_the_page_has_them_in_its_text_alone(client, article):
    soup = soup_of(client, article.url)
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


def test_feeds_search_and_storage_have_none(client, article, settings):
    settings.FEED_FULL_TEXT = True
    feed = client.get("/tg/feed/").content.decode()
    assert "донишгоҳҳои" in feed
    stored = AnalysisPage.objects.get(pk=article.pk)
    texts = [feed, str(build_document(stored)), str(stored.serializable_data()), str(read_page(stored))]
    assert [text for text in texts if SOFT_HYPHEN in text or NO_BREAK_SPACE in text] == []


def test_the_front_page_keeps_small_words_together(client, article):
    home = article.get_parent().get_parent()
    soup = soup_of(client, home.url)
    headline = soup.select_one(".headline").text
    assert f"аз{NO_BREAK_SPACE}донишгоҳҳои Тоҷикистон{NO_BREAK_SPACE}—" in headline
