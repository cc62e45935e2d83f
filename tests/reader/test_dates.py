"""Dates that readers see: of publication, of an event, of changes and corrections."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from chorsu_articles.models import Correction, Publication
from tests.factories import days_ago, make_article, make_event, make_home, make_section

pytestmark = pytest.mark.django_db


def announced(client: Client, page: Publication) -> Tag | None:
    return BeautifulSoup(client.get(page.url).content, "html.parser").select_one(".article-head .announced")


def test_a_list_shows_when_a_report_came_out_and_says_which_date_is_the_events(client: Client) -> None:
    section = make_section(make_home(), "events")
    make_event(section, published_on=days_ago(1), starts_on=date(2026, 5, 12), ends_on=date(2026, 5, 13))
    meta = BeautifulSoup(client.get(section.url).content, "html.parser").select_one(".card .meta")
    assert [time["datetime"] for time in meta.select("time")] == ["2026-10-31", "2026-05-12"]
    assert " ".join(meta.span.text.split()) == "Событие: 12–13 мая 2026 г."


@pytest.mark.parametrize(("later", "is_said"), [(0, False), (2, True)])
def test_a_later_publication_is_announced_and_one_of_the_same_day_is_not(
    client: Client, later: int, is_said: bool
) -> None:
    day = days_ago(10)
    page = make_article(
        published_on=day, first_published_at=day, last_published_at=day + timedelta(days=later, minutes=5)
    )
    found = announced(client, page)
    assert (found is not None) is is_said
    if found:
        assert " ".join(found.text.split()) == "Обновлено: 24 октября 2026 г."


def test_an_old_article_that_is_brought_in_late_was_not_updated(client: Client) -> None:
    page = make_article(published_on=days_ago(900), first_published_at=days_ago(2), last_published_at=days_ago(2))
    assert announced(client, page) is None


def test_corrections_are_announced_with_the_last_day_and_lead_to_the_note(client: Client) -> None:
    page = make_article(published_on=days_ago(10))
    page.corrections = [Correction(date=date(2026, 10, day), text=f"Note {day}") for day in (28, 30, 29)]
    page.save()
    soup = BeautifulSoup(client.get(page.url).content, "html.parser")
    link = soup.select_one(".announced a")
    assert " ".join(link.text.split()) == "Исправлено: 30 октября 2026 г."
    assert soup.select_one(link["href"]).find_parent("section").li
