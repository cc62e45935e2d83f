"""Front page, sections, pages of the vocabularies, the calendar, and what stands at the head and foot of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import Tag
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from wagtail.models import Site

from chorsu_articles.models import Organisation, Person, PublicationAuthor, PublicationTranslator, Topic
from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import things_with
from chorsu_locales.dates import format_date
from chorsu_locales.table import LANGUAGES
from chorsu_search.writing import sync
from cms.outlet import FooterEntry, MenuEntry, Outlet
from tests.cms.content import make_full_article, make_full_event, soup_of
from tests.factories import days_ago, make_article, make_event, make_home, make_person, make_section

pytestmark = pytest.mark.django_db


def test_an_empty_newsroom_has_a_front_page(client):
    make_section(make_home())
    assert soup_of(client, "/ru/").select_one(".notice")


def test_filters_are_a_plain_form_that_shows_what_is_chosen(client):
    section = make_section(make_home())
    make_full_article(section)
    form = soup_of(client, f"{section.url}?country=tj").select_one("form.filters")
    assert form["method"] == "get"
    assert form.select_one("select[name=country] option[selected]")["value"] == "tj"


LISTS = ["/ru/", "/ru/analysis/", "/ru/events/", "/ru/topics/water/", "/ru/countries/tj/", "/ru/people/one/"]
LISTS += ["/ru/organisations/institute/", "/ru/feed/", "/ru/feed/analysis/", "/sitemap.xml", "/sitemap-ru.xml"]
LISTS += ["/ru/search/?q=headline"]


def test_every_list_costs_the_same_for_2_and_5(client):
    home, persian = make_home(), make_home("fa")
    section, events, translated = make_section(home), make_section(home, "events"), make_section(persian)
    person = make_person(slug="one")

    def fill(numbers):
        for number in numbers:
            article = make_full_article(section, pictures=1, title=f"Headline {number}", published_on=days_ago(number))
            article.author_links = [PublicationAuthor(person=person)]
            article.translator_links = [PublicationTranslator(person=person)]
            article.save()
            make_article(translated, title=f"Headline {number}", translation_key=article.translation_key)
            past = {"starts_on": days_ago(number + 9).date(), "ends_on": None}
            make_full_event(events, title=f"Headline event {number}", published_on=days_ago(number), **past)

    def costs():
        sync(limit=1000)
        found = {}
        for path in LISTS:
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200, path
            found[path] = len(queries)
        return found

    fill(range(2))
    few = costs()
    assert few["/ru/feed/"] <= 10
    fill(range(2, 5))
    # A search whose first page isn't full asks once more: a word may be two.
    assert {path: cost for path, cost in costs().items() if cost > few[path]} == {}


@pytest.mark.thorough
def test_names_fall_back_to_another_language_and_say_so_other_texts_are_left_out(client):
    russian = make_full_article(make_section(make_home()))
    home = make_home("fa")
    report = make_full_event(make_section(home, "events"))
    article = make_full_article(make_section(home), title="Persian", translation_key=russian.translation_key)
    Topic.objects.update(description_ru="О реках", description_en="Of rivers", name_fa="آب")
    Organisation.objects.update(description_ru="Учит")
    person = article.author_links.first().person
    person.position_ru, person.about_en, person.about_ru = "Обозреватель", "Writes.", "Пишет."
    person.save()

    def marked(url, selector):
        return [(tag["lang"], tag.text) for tag in soup_of(client, url).select(f"main :is({selector}) span[lang]")]

    author, country, institute = ("ru", "Мадина Рахимова"), ("ru", "Таджикистан"), ("ru", "Институт")
    for url, selector, names in (
        ("/fa/topics/water/", ".page-head", []),
        ("/fa/countries/tj/", "h1", [country]),
        ("/fa/organisations/institute/", ".page-head", [institute]),
        (f"/fa/people/{person.slug}/", ".page-head", [author]),
        ("/fa/analysis/", ".card", [author]),
        (article.url, ".byline .authors", [author]),
        (article.url, ".tags", [country]),
        (report.url, ".event-facts", [country, institute]),
        (russian.url, ".byline, .tags", []),
    ):
        assert marked(url, selector) == names, (url, selector)
    foreign = ("О реках", "Of rivers", "Учит", "Обозреватель", "Пишет", "Writes")
    for path in ("/fa/topics/water/", "/fa/organisations/institute/", f"/fa/people/{person.slug}/"):
        words = client.get(path).text
        assert not [text for text in foreign if text in words], path
    assert "Пишет." in client.get(person.get_absolute_url()).text
    assert not soup_of(client, article.url).select(".authors-box")


def words(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text(" ", strip=True).split())


def test_the_front_page_tells_day_and_edition_in_its_language(client):
    today = timezone.localdate()
    for code, language in LANGUAGES.items():
        day, edition = soup_of(client, make_home(code).url).select(".dateline p")
        assert format_date(today, code, "full") in words(day)
        assert day.time["datetime"] == today.isoformat()
        with translation.override(code):
            assert date_format(today, "l").lower() in words(day).lower()
        assert words(edition).endswith(language.name)
        assert code == "en" or "Edition" not in words(edition)


def test_only_the_front_page_tells_the_day_and_ends_with_it(client):
    home = make_home()
    assert not soup_of(client, make_section(home).url).select(".dateline")
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    assert client.get(home.url).context_data["changes_at"] == midnight


def test_the_footer_leads_to_sections_other_editions_and_feeds(client):
    section = make_section(make_home())
    make_home("fa")
    footer = soup_of(client, section.url).select_one("footer.footer")
    assert section.url in [link["href"] for link in footer.select(".footer-column a")]
    editions = footer.select(".footer-editions a")
    assert [(link["lang"], link["href"]) for link in editions] == [(code, f"/{code}/") for code in LANGUAGES]
    assert [link["hreflang"] for link in footer.select(".footer-editions [aria-current]")] == ["ru"]
    feeds = [link["href"] for link in footer.select("a") if link.text.startswith("RSS")]
    assert feeds == ["/ru/feed/", f"/ru/feed/{section.slug}/"]


def test_a_missing_page_says_so_and_leads_to_the_sections(client):
    make_home()
    home = make_home("tg")
    section = make_section(home)
    soup = soup_of(client, "/tg/nothing/", 404)
    assert soup.h1.text == "Саҳифа ёфт нашуд"
    assert soup.title.text.startswith(soup.h1.text)
    assert [link["href"] for link in soup.select(".message-side a")] == [home.url, section.url]


def events(client: Client, url: str) -> list[tuple[str, str, str]]:
    """Return month, day and headline of each event of a calendar."""
    found = []
    for month in soup_of(client, url).select(".calendar .calendar-months > div"):
        name = words(month.select_one(".calendar-month"))
        found += [(name, words(event.b), words(event.h4)) for event in month.select(".calendar-event")]
    return found


def test_a_section_of_events_has_a_calendar_of_those_ahead_by_month(client):
    section = make_section(make_home("fa"), "events")
    first = (timezone.localdate().replace(day=1) + timedelta(days=40)).replace(day=7)
    second = (first + timedelta(days=40)).replace(day=2)
    make_event(section, title="Later", starts_on=second, venue="Hall", city="Osh")
    make_event(section, title="Sooner", starts_on=first, ends_on=first + timedelta(days=1))
    make_event(section, title="Over", starts_on=days_ago(90).date())
    assert events(client, section.url) == [
        (format_date(first, "fa", "page_month"), format_date(first, "fa", "page_day"), "Sooner"),
        (format_date(second, "fa", "page_month"), format_date(second, "fa", "page_day"), "Later"),
    ]
    soup = soup_of(client, section.url)
    assert "Osh، Hall" in words(soup.select(".calendar .meta")[1])
    assert [words(tag) for tag in soup.select(".page-main .headline")] == ["Over"]
    assert client.get(section.url).context_data["changes_at"]
    assert soup_of(client, f"{section.url}?year={days_ago(1):%Y}").select(".calendar") == []


def test_a_section_whose_events_are_all_ahead_says_nothing_of_emptiness(client):
    section = make_section(make_home(), "events")
    make_event(section, starts_on=timezone.localdate() + timedelta(days=3))
    soup = soup_of(client, section.url)
    assert len(soup.select(".calendar-event")) == 1
    assert not soup.select("main .notice")


@pytest.mark.thorough
def test_the_first_page_of_a_list_is_led_by_its_newest_and_numbered_pages_keep_the_filters(client):
    section = make_section(make_home())
    topic = Topic.objects.create(slug="water", name_ru="Вода")
    for number in range(41):
        make_article(section, title=f"Story {number}", published_on=days_ago(1 + number / 100), topics=[topic])

    def titles(soup, selector):
        return [words(tag) for tag in soup.select(f"main {selector} .headline")]

    for url in (section.url, topic.get_absolute_url()):
        first, second = soup_of(client, url), soup_of(client, f"{url}?page=2")
        assert titles(first, ".card-lead") == ["Story 0"]
        assert titles(first, ".grid-led") == [f"Story {number}" for number in range(4)]
        assert titles(first, ".list") == [f"Story {number}" for number in range(4, 20)]
        assert titles(second, ".list") == [f"Story {number}" for number in range(20, 40)]
        assert not second.select(".grid-led")
    year = f"{days_ago(1):%Y}"
    pages = soup_of(client, f"{section.url}?year={year}&page=2").select_one(".pagination")
    assert pages.select_one("[aria-current=page]").text.split()[-1] == "2"
    assert [link["href"] for link in pages.select("a[rel]")] == [f"?year={year}", f"?year={year}&page=3"]
    assert {(arrow["width"], arrow["height"]) for arrow in pages.select("a[rel] svg")} == {("16", "16")}


def test_all_topics_and_people_of_a_language_are_listed_and_linked(client):
    make_full_article(make_section(make_home()))
    Person.objects.update(position_ru="Обозреватель")
    Topic.objects.create(slug="unused", name_ru="Пустое")
    make_person("Кто-то", slug="nobody")
    outlet = Outlet.objects.get_or_create(site=Site.objects.get())[0]
    water = Topic.objects.get(slug="water")
    outlet.menu_entries.set([MenuEntry(label_ru="О чём"), MenuEntry(topic=water, inside=True)])
    outlet.footer_entries.set([FooterEntry(label_ru="О чём"), FooterEntry(topic=water)])
    outlet.save()
    front = soup_of(client, "/ru/")
    for path, title, rows in (("topics", "Темы", ["Вода"]), ("people", "Авторы", ["Мадина Рахимова Обозреватель"])):
        soup = soup_of(client, f"/ru/{path}/")
        assert (words(soup.h1), [words(row) for row in soup.select(".names li")]) == (title, rows)
        assert soup.title.text.startswith(f"{title} — ")
        assert soup.select_one("meta[name=description]")["content"].endswith(title)
        assert front.select_one(f'.footer .footer-list a[href="/ru/{path}/"]')
    for place in (".nav-all", ".footer h2 a"):
        assert [words(link) for link in front.select(f'{place}[href="/ru/topics/"]')] == ["О чём"]
    make_home("tg")
    assert client.get("/tg/topics/").headers["X-Robots-Tag"] == "noindex"


def test_a_topic_is_introduced_and_counted(client):
    topic = Topic.objects.create(slug="water", name_ru="Вода", description_ru="О реках")
    make_article(topics=[topic])
    soup = soup_of(client, topic.get_absolute_url())
    assert [words(tag) for tag in soup.select(".page-head :is(.intro, .meta)")] == ["О реках", "1 публикация"]
    assert soup.select_one("meta[name=description]")["content"] == "О реках"


def test_a_mistake_in_a_topics_introduction_is_reported_and_leads_to_the_topic(client):
    home = make_home()
    topic = Topic.objects.create(
        slug="water", name_ru="Вода", description_ru="О риках и озёрах", description_tg="Риках"
    )
    make_article(make_section(home), topics=[topic])
    head = soup_of(client, topic.get_absolute_url()).select_one(".page-head")
    assert [words(tag) for tag in head.select(":not([data-content-skip], [data-content-skip] *)")] == [
        "Вода",
        "О риках и озёрах",
    ]
    report = {"page": int(head["data-page-id"]), "selected": "риках", "suggestion": "реках"}
    answer = client.post(reverse("chorsu_feedback:report"), report, content_type="application/json")
    assert answer.json()["message"] == "Спасибо. Редакция посмотрит."
    stored = TypoReport.objects.get()
    assert stored.page_id == home.pk
    assert things_with(stored.selected, home) == [(topic, "О риках и озёрах")]
