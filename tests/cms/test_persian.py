"""Persian pages: digits of their own wherever the site writes a number, both calendars, commas, no bold italics."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from chorsu_articles.models import Correction, SectionPage
from chorsu_articles.views import PER_PAGE
from chorsu_feedback.readers import WordsForm
from chorsu_search.engines.base import Results
from chorsu_search.queries import Query
from chorsu_search.results import filters_of
from tests.cms.content import block, item, soup_of
from tests.factories import days_ago, make_article, make_event, make_home, make_picture, make_section

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
READER_APPS = ("feedback/chorsu_feedback", "articles/chorsu_articles", "search/chorsu_search", "cms")
LATIN_DIGITS = re.compile("[0-9]")
ATTRIBUTES = ("title", "alt", "aria-label", "placeholder")


@pytest.fixture
def section() -> SectionPage:
    return make_section(make_home("fa"), title="تحلیل")


def latin_digits(client: Client, address: str, status: int = 200) -> list[str]:
    """Return the texts of a page that have Latin digits and no Latin words."""
    soup = soup_of(client, address, status).main
    for element in soup.select("script, template"):
        element.decompose()
    for element in soup.select("[data-shown]"):
        # Its label holds the text, which stays as it is stored.
        element.string = element["data-shown"]
        element["aria-label"] = element["aria-label"].removesuffix(f" [{element['href'].rpartition('-')[2]}]")
    texts = [str(text) for text in soup.find_all(string=LATIN_DIGITS)]
    texts += [element[name] for name in ATTRIBUTES for element in soup.select(f"[{name}]")]
    return [text for text in texts if LATIN_DIGITS.search(text) and not re.search("[A-Za-z]", text)]


def test_an_article_has_persian_digits_alone(client, section):
    page = make_article(
        section,
        title="آب",
        lead="رود کم‌آب است.",
        published_on=datetime(2026, 11, 20, 12, tzinfo=UTC),
        main_picture=make_picture(credit="احمد", licence="CC BY"),
        body=[
            block("paragraph", "<p>رود کم‌آب است [1].</p><ol><li>یک</li></ol>"),
            block("footnotes", {"notes": [item("<p>یادداشت</p>", "note")]}),
            block("table", {
                "columns": [{"type": "text", "heading": "شهر"}, {"type": "number", "heading": "باران"}],
                "rows": [{"values": ["خاروغ", "12.50"]}],
                "caption": "",
            }),
        ],
    )  # fmt: skip
    page.corrections = [Correction(date=date(2026, 11, 21), text="سال نادرست بود.")]
    page.save_revision().publish()
    html = client.get(page.url).content.decode()
    assert latin_digits(client, page.url) == []
    # The text of a note's mark is as it is stored, so that a typo report finds its place.
    assert 'data-shown="[۱]"' in html
    assert 'aria-label="پانوشت ۱ [1]"' in html
    assert "۲۹ آبان ۱۴۰۵ (۲۰ نوامبر ۲۰۲۶)" in html
    assert "۳۰ آبان ۱۴۰۵ (۲۱ نوامبر ۲۰۲۶)" in html
    assert "احمد</bdi>، <bdi>CC BY</bdi>" in html


@pytest.mark.thorough
def test_events_and_lists_have_persian_digits_alone(client, section):
    for number in range(PER_PAGE + 1):
        make_article(section, title="آب", lead="", published_on=days_ago(400 * (number % 2) + 1))
    event = make_event(
        section,
        title="نشست",
        lead="",
        starts_on=date(2026, 11, 20),
        ends_on=date(2026, 11, 26),
        published_on=days_ago(1),
    )
    for address in (section.url, f"{section.url}?page=2", event.url, section.get_parent().url):
        assert latin_digits(client, address) == [], address
    assert "۲۹ آبان تا ۵ آذر ۱۴۰۵ (۲۰ تا ۲۶ نوامبر ۲۰۲۶)" in client.get(event.url).content.decode()


def test_a_calendar_counts_days_and_months_as_the_dates_beside_them(client, section):
    home = section.get_parent().specific
    for day in (date(2025, 11, 20), date(2025, 11, 22)):
        make_event(make_section(home, "events", slug=f"{day}"), starts_on=day, published_on=days_ago(1))
    home.arrangement = [block("events", {"heading": "", "shows": "past", "number": "3"})]
    home.save_revision().publish()
    calendar = soup_of(client, home.url).select_one(".calendar")
    assert [tag.text for tag in calendar.select(".calendar-month")] == ["آذر ۱۴۰۴", "آبان ۱۴۰۴"]
    assert [tag.text for tag in calendar.select(".calendar-day b")] == ["۱", "۲۹"]
    assert calendar.select_one("time").text == "۱ آذر ۱۴۰۴ (۲۲ نوامبر ۲۰۲۵)"


def test_a_mistake_is_called_by_one_word():
    """As readers are asked for it; «خطا» is a fault of the site."""
    catalogues = [ROOT.joinpath(app, "locale/fa/LC_MESSAGES/django.po") for app in READER_APPS]
    demo = [ROOT / "demo/content" / f"{name}.toml" for name in ("outlet", "about", "policies")]
    assert [path for path in (*catalogues, *demo) if "غلط" in path.read_text(encoding="utf-8")] == []
    assert "اشتباه" in catalogues[0].read_text(encoding="utf-8")


def test_filters_of_a_search_have_persian_digits():
    with translation.override("fa"):
        (years,) = filters_of(Results(total=1, facets={"year": [("2026", 1)]}), Query("آب", ("fa",)))
    assert [(choice.value, choice.label) for choice in years.choices] == [("2026", "۲۰۲۶")]


def test_emphasis_in_persian_is_neither_slanted_nor_bold():
    found = finders.find("cms/css/site.css")
    assert isinstance(found, str)
    lines = Path(found).read_text(encoding="utf-8").splitlines()
    rule = next(line for line in lines if line.startswith(":lang(fa) :is(i, em)"))
    assert "font-style: normal" in rule
    assert "weight" not in rule


def test_messages_have_persian_digits(client, section):
    with translation.override("fa"):
        texts = [
            render_to_string("429.html", {"minutes": 15}),
            str(WordsForm({"words": "آ" * 5000, "suggestion": "ب"}, leaves=[], page=section).errors),
        ]
    assert "۴۲۹" in texts[0]
    assert "۱۵ دقیقهٔ دیگر" in texts[0]
    assert "حداکثر ۵۰۰ نویسه" in texts[1]
    assert latin_digits(client, f"{section.url}nothing/", 404) == []
