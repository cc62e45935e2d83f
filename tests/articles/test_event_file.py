"""An event as a file for calendars: RFC 5545."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from wagtail.models import Locale

from chorsu_articles.event_file import event_file
from chorsu_articles.models import Country, EventReportPage
from tests.cms.content import make_full_event, restrict, soup_of
from tests.factories import make_home, make_section

KEY = UUID("12345678-1234-5678-1234-567812345678")
URL = "https://news.example/ru/events/voda/"


def event(**fields: object) -> EventReportPage:
    published = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
    facts = {"translation_key": KEY, "locale": Locale(language_code="ru"), "last_published_at": published}
    return EventReportPage(**facts, starts_on=date(2026, 11, 30), **fields)


def lines(content: str) -> list[str]:
    """Return the lines of a file, unfolded as its readers do."""
    assert content.endswith("\r\n")
    assert "\n" not in content.replace("\r\n", "")
    assert max(len(line.encode()) for line in content.split("\r\n")) <= 75
    return content.replace("\r\n ", "").split("\r\n")[:-1]


def test_a_file_has_one_event_of_whole_days():
    content = event_file(event(title="Вода", lead="О реках.", city="Хорог"), url=URL, host="news.example")
    assert lines(content) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Chorsu//Events//EN",
        "BEGIN:VEVENT",
        f"UID:{KEY}@news.example",
        "DTSTAMP:20261102T083000Z",
        "DTSTART;VALUE=DATE:20261130",
        "DTEND;VALUE=DATE:20261201",
        "SUMMARY:Вода",
        "LOCATION:Хорог",
        "DESCRIPTION:О реках.",
        f"URL:{URL}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_the_last_day_is_part_of_it_and_the_place_has_all_its_parts():
    country = Country(code="TJ", name_en="Tajikistan", name_ru="Таджикистан")
    several = event(
        title="Water", ends_on=date(2026, 12, 2), venue="National Library", city="Dushanbe", country=country
    )
    content = lines(event_file(several, url=URL, host="news.example"))
    assert "DTEND;VALUE=DATE:20261203" in content
    assert r"LOCATION:National Library\, Dushanbe\, Таджикистан" in content


def test_marks_of_the_format_are_escaped_and_long_lines_folded_between_characters():
    title = "Вода; реки, озёра \\ ледники\nи ещё" + " ҷаҳон𝄞" * 40
    content = event_file(event(title=title), url=URL, host="news.example")
    escaped = title.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    assert f"SUMMARY:{escaped}" in lines(content)


@pytest.mark.django_db
def test_the_page_of_an_event_leads_to_its_file_until_it_is_over(client):
    section = make_section(make_home(), "events")
    today = timezone.localdate()
    ahead = make_full_event(section, starts_on=today - timedelta(1), ends_on=today)
    link = soup_of(client, ahead.url).select_one(".event-facts a[download]")
    answer = client.get(link["href"])
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{ahead.slug}.ics"'
    assert f"URL:{ahead.full_url}" in answer.text.replace("\r\n ", "")
    over = make_full_event(section, starts_on=today - timedelta(1), ends_on=None)
    assert not soup_of(client, over.url).select(".event-facts a[download]")
    assert client.get(link["href"].replace(str(ahead.pk), str(over.pk))).status_code == 404
    restrict(ahead)
    assert client.get(link["href"]).status_code == 404
