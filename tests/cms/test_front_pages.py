"""Front pages as an editor arranges them: what leads, what is listed by which rule, and no story twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from chorsu_articles.front import front_of
from chorsu_articles.models import Country, SectionPage, Topic
from chorsu_editorial.hashing import content_hash
from tests.cms.content import block, block_id, item, restrict, soup_of
from tests.factories import make_article, make_event, make_home, make_section

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def hours_ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def arrange(page: Any, *blocks: dict[str, Any]) -> Any:
    page.arrangement = list(blocks)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def lead(story: Any = None, until: datetime | None = None, *, with_latest: bool = False) -> dict[str, Any]:
    value = {"story": story.pk if story else None, "until": until.isoformat() if until else None}
    return block("lead", {**value, "with_latest": with_latest}, "lead")


def listing(kind: str, block_id: str = "", **value: Any) -> dict[str, Any]:
    return block(kind, {"heading": "", "number": "3", **value}, block_id or kind)


def fill(section: SectionPage, count: int, **fields: Any) -> list[Any]:
    """Return stories of a section, the newest first."""
    return [
        make_article(section, title=f"{section.title} {number}", published_on=hours_ago(1 + number), **fields)
        for number in range(count)
    ]


@pytest.fixture
def water():
    return Topic.objects.create(name_ru="Вода")


@pytest.fixture
def tajikistan():
    return Country.objects.create(code="TJ", name_ru="Таджикистан")


def headlines(soup: BeautifulSoup, selector: str) -> list[str]:
    return [tag.text for tag in soup.select(f"{selector} .headline")]


def titles(stories: list[Any]) -> list[str]:
    return [story.title for story in stories]


def shown_twice(soup: BeautifulSoup) -> list[str]:
    shown = [tag["data-page-id"] for tag in soup.select("main article[data-page-id]")]
    return [key for key in set(shown) if shown.count(key) > 1]


def test_without_blocks_the_newest_leads_and_each_section_follows_without_repeating_it(client):
    home = make_home()
    analysis, events = make_section(home), make_section(home, "events")
    stories = fill(analysis, 12)
    reports = [make_event(events, title=f"Event {number}", published_on=hours_ago(30 + number)) for number in range(4)]
    soup = soup_of(client, "/ru/")
    assert headlines(soup, ".card-lead") == [stories[0].title]
    beside = headlines(soup, ".home-latest")
    assert beside == titles(stories[1:6])
    first, second = soup.select(".home-section")
    assert headlines(first, "ul.grid") == titles(stories[1 + len(beside) :][:3])
    assert headlines(second, "ul.grid") == titles(reports[:3])
    assert shown_twice(soup) == []


def test_a_chosen_story_leads_until_its_time_is_over(client):
    home = make_home()
    stories = fill(make_section(home), 4)
    home = arrange(home, lead(stories[3], NOW + timedelta(hours=2), with_latest=True))
    assert headlines(soup_of(client, "/ru/"), ".card-lead") == [stories[3].title]
    assert [part.publications[0].pk for part in front_of(home, now=NOW + timedelta(hours=3)).parts] == [stories[0].pk]
    home = arrange(home, lead(stories[3], NOW - timedelta(minutes=1)))
    assert headlines(soup_of(client, "/ru/"), ".card-lead") == [stories[0].title]
    assert front_of(home).changes_at is None


@pytest.mark.thorough
@pytest.mark.parametrize(
    "take",
    [
        lambda story: story.unpublish(),
        restrict,
        lambda story: story.delete(),
    ],
    ids=["withdrawn", "private", "deleted"],
)
def test_a_chosen_story_that_readers_may_not_see_leads_nowhere(client, take):
    home = make_home()
    newest, chosen = fill(make_section(home), 2)
    arrange(home, lead(chosen), listing("week", stories=[item(chosen.pk, "w")]))
    assert headlines(soup_of(client, "/ru/"), ".card-lead") == [chosen.title]
    take(chosen)
    soup = soup_of(client, "/ru/")
    assert headlines(soup, "main") == [newest.title]


@pytest.mark.thorough
def test_a_story_stands_once_whatever_blocks_ask_for_it(client, water, tajikistan):
    home = make_home()
    section, events = make_section(home), make_section(home, "events")
    stories = [
        *fill(section, 14),
        *(make_event(events, published_on=hours_ago(9), starts_on=date(2026, 1, 2)) for _ in "ab"),
    ]
    for story in stories:
        story.topics, story.countries = [water], [tajikistan]
        story.save()
    arrange(
        home,
        listing("newest"),
        listing("topic", topic=water.pk),
        lead(stories[5], with_latest=True),
        listing("week", stories=[item(stories[5].pk, "a"), item(stories[6].pk, "b")]),
        listing("country", country=tajikistan.pk),
        listing("newest", "again", section=section.pk, number="12"),
    )
    soup = soup_of(client, "/ru/")
    assert shown_twice(soup) == []
    # The lead chooses before what stands above it, and the chosen one of the week isn't taken by a list either.
    assert headlines(soup, ".card-lead") == [stories[5].title]
    assert headlines(soup, "ol.grid-4")[0] == stories[6].title
    assert {tag["data-page-id"] for tag in soup.select("main article[data-page-id]")} == {str(s.pk) for s in stories}


def test_the_latest_and_the_calendar_leave_nothing_out(client):
    home = make_home()
    stories = fill(make_section(home), 6)
    tomorrow = timezone.localdate() + timedelta(1)
    event = make_event(make_section(home, "events"), title="Event", published_on=hours_ago(0), starts_on=tomorrow)
    arrange(
        home,
        listing("week", stories=[item(stories[1].pk, "a"), item(stories[2].pk, "b")], number="4"),
        lead(event, with_latest=True),
        listing("events", shows="both"),
    )
    soup = soup_of(client, "/ru/")
    assert headlines(soup, ".home-latest") == titles(stories[:5])
    assert headlines(soup, "ol.grid-4")[:2] == titles(stories[1:3])
    assert headlines(soup, ".calendar-ahead") == [event.title]


def test_lists_of_every_kind_leave_out_what_the_latest_and_the_calendar_above_them_show(client, water, tajikistan):
    home = make_home()
    stories, tomorrow = fill(make_section(home), 14), timezone.localdate() + timedelta(1)
    shown = make_event(make_section(home, "events"), published_on=hours_ago(9.5), starts_on=tomorrow)
    for story in [*stories, shown]:
        story.topics, story.countries = [water], [tajikistan]
        story.save()
    lists = [listing("newest"), listing("topic", topic=water.pk), listing("country", country=tajikistan.pk, number="2")]
    arrange(home, lead(with_latest=True), listing("events", shows="ahead"), *lists, listing("week"))
    soup = soup_of(client, "/ru/")
    assert headlines(soup, ".calendar") == [shown.title]
    # One leads, five are the latest.
    grids = (".grid-newest", ".grid-topic", ".grid-country", ".grid-4")
    assert [headlines(soup, grid) for grid in grids] == [
        titles(stories[6:9]),
        titles(stories[9:12]),
        titles(stories[12:14]),
        [],
    ]
    assert shown_twice(soup) == []


def test_lists_name_and_link_what_they_are_of(client, water, tajikistan):
    home = make_home()
    section = make_section(home)
    about_both, of_section, plain = fill(section, 3)
    about_both.topics, of_section.countries = [water], [tajikistan]
    about_both.save(), of_section.save()
    arrange(
        home,
        listing("topic", topic=water.pk),
        listing("country", country=tajikistan.pk, heading="Соседи"),
        listing("newest", section=section.pk),
        listing("topic", "gone", topic=10_000),
    )
    found = [
        (part.h2.text.strip(), part.h2.a["href"], headlines(part, "ul"))
        for part in soup_of(client, "/ru/").select(".home-section")
    ]
    assert found == [
        ("Вода", water.get_absolute_url().replace("/en/", "/ru/"), [about_both.title]),
        ("Соседи", "/ru/countries/tj/", [of_section.title]),
        (section.title, section.url, [plain.title]),
    ]


def test_the_week_has_the_chosen_stories_then_those_in_most_languages_and_none_older(client):
    home = make_home()
    section, tajik = make_section(home), make_section(make_home("tg"))
    old, one_language, two_languages, chosen = (
        make_article(section, title=title, published_on=hours_ago(hours))
        for title, hours in (("Old", 24 * 9), ("One", 1), ("Two", 50), ("Chosen", 90))
    )
    make_article(tajik, translation_key=two_languages.translation_key)
    arrange(home, listing("week", stories=[item(old.pk, "a"), item(chosen.pk, "b")], number="4"))
    soup = soup_of(client, "/ru/")
    assert headlines(soup, "ol.grid-4") == [chosen.title, two_languages.title, one_language.title]
    assert soup.select_one(".home-section h2").text == "Главное за неделю"


def test_the_calendar_has_events_ahead_the_next_first_and_past_ones_the_last_first(client):
    home = make_home()
    events = make_section(home, "events")
    today = timezone.localdate()
    for title, starts, ends in (
        ("Far", 20, None),
        ("Runs", -2, 1),
        ("Near", 3, None),
        ("Today", 0, None),
        ("Yesterday", -1, None),
        ("Long ago", -90, -88),
    ):
        days = {"starts_on": today + timedelta(starts), "ends_on": ends and today + timedelta(ends)}
        make_event(events, title=title, published_on=hours_ago(1), **days)
    make_event(events, title="No day", published_on=hours_ago(1))
    home = arrange(home, listing("events", shows="both"))
    ahead, past = soup_of(client, "/ru/").select(".calendar > section")
    assert headlines(ahead, "ol") == ["Runs", "Today", "Near"]
    assert headlines(past, "ol") == ["Yesterday", "Long ago"]
    # At midnight, and not before, one of them is over.
    assert timezone.localtime(front_of(home).changes_at).time().isoformat() == "00:00:00"
    tomorrow = front_of(home, now=timezone.now() + timedelta(days=2))
    assert "Runs" in titles(tomorrow.parts[0].publications[:1])
    arrange(home, listing("events", shows="past"))
    assert headlines(soup_of(client, "/ru/"), "main") == ["Yesterday", "Long ago"]


def test_own_words_carry_their_content_paths_and_are_approved_as_text_is(client):
    home = make_home()
    fill(make_section(home), 1)
    before = content_hash(home)
    words = block("text", {"heading": "О нас", "text": "<p>Мы <b>пишем</b>.</p>"}, "words")
    home = arrange(home, lead(), words)
    assert content_hash(home) != before
    soup = soup_of(client, "/ru/")
    assert soup.select_one(f"[data-content-path='arrangement.{block_id('words')}.heading']").text == "О нас"
    assert soup.select_one(f"[data-content-path='arrangement.{block_id('words')}.text'] b").text == "пишем"


def test_a_section_front_stands_above_the_first_page_of_its_list_which_repeats_nothing(client, water):
    section = make_section(make_home())
    stories = fill(section, 32)
    stories[9].topics = [water]
    stories[9].save()
    section = arrange(section, lead(stories[20], with_latest=True), listing("topic", topic=water.pk))
    first, second = soup_of(client, section.url), soup_of(client, f"{section.url}?page=2")
    assert headlines(first, ".card-lead") == [stories[20].title]
    assert shown_twice(first) == []
    everything = headlines(first, "main") + headlines(second, "main")
    assert sorted(everything) == sorted(titles(stories))
    assert not second.select(".section-front")
    assert headlines(soup_of(client, f"{section.url}?topic={water.slug}"), "main") == [stories[9].title]
