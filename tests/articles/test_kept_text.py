"""What the editor says of a text that a browser keeps: which is newer, it or the stored one, and what differs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.models import Revision
from wagtail.test.utils.form_data import inline_formset, streamfield

from chorsu_articles.models import AnalysisPage, PublicationAuthor
from tests.articles.conftest import sign_in_journalist
from tests.articles.test_admin_pages import article_data
from tests.factories import make_article, make_home, make_person, make_section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
# In Dushanbe.
NOON = dt.datetime(2026, 3, 2, 7, tzinfo=dt.UTC)
KEPT_NEWER = "The kept text is newer than the stored one."
STORED_NEWER = "The stored text is newer than the kept one."


def saved(**fields: Any) -> AnalysisPage:
    """Return an article with a draft that was saved at noon."""
    page = make_article(title="Вода", slug="voda", lead="Лид.", **fields)
    page.lead = "Река поднялась весной."
    page.save_revision()
    Revision.objects.filter(pk=page.latest_revision_id).update(created_at=NOON)
    page.refresh_from_db()
    return page


def compared(client: Client, page: AnalysisPage, kept: Any = "", **fields: Any) -> Any:
    """Return the answer about a form that a browser kept at a time; what isn't given is as it is stored."""
    url = reverse("chorsu_articles_admin:kept_text", args=[page.pk])
    values = {"title": "Вода", "slug": "voda", "lead": "Река поднялась весной.", "body": streamfield([]), **fields}
    return client.post(f"{url}?kept={kept}", article_data(**values))


def milliseconds(time: dt.datetime) -> int:
    return round(time.timestamp() * 1000)


def read(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.json()["html"], "html.parser")


@pytest.mark.parametrize(("minutes", "sentence"), [(5, KEPT_NEWER), (-5, STORED_NEWER)])
def test_it_says_which_is_newer_and_what_differs_by_word(admin, minutes, sentence):
    page = saved()
    kept = milliseconds(NOON + dt.timedelta(minutes=minutes))
    html = read(compared(admin, page, kept, lead="Река поднялась осенью."))
    said = " ".join(html.p.text.split())
    assert said.startswith(sentence)
    assert "2 March 2026, 12:00" in said, "in the newsroom's time zone"
    assert ([each.text for each in html.select("del")], [each.text for each in html.select("ins")]) == (
        ["весной."],
        ["осенью."],
    )
    assert [each.text for each in html.select("li b")] == ["Lead"]
    page.refresh_from_db()
    assert (page.revisions.count(), page.get_latest_revision_as_object().lead) == (1, "Река поднялась весной.")


@pytest.mark.parametrize("kept", [milliseconds(NOON - dt.timedelta(days=1)), "", "soon", "9" * 5_000])
def test_a_browser_that_had_the_stored_version_keeps_a_newer_text_whatever_its_clock_says(admin, kept):
    page = saved()
    other = {"loaded_revision_id": str(page.latest_revision_id + 1)}
    assert STORED_NEWER in read(compared(admin, page, kept, **other)).p.text
    same = {"loaded_revision_id": str(page.latest_revision_id)}
    html = read(compared(admin, page, kept, **same))
    assert KEPT_NEWER in html.p.text
    assert "Both say the same." in html.text


def test_rows_of_the_stored_text_are_not_changed_by_those_of_the_kept_one(admin):
    person = make_person(name_en="Somebody")
    page = make_article(title="Вода", slug="voda", author_links=[PublicationAuthor(person=person)])
    row = {"id": page.author_links.get().pk, "person": person.pk}
    rows = inline_formset([row], initial=1)
    rows["0"]["DELETE"] = "on"
    html = read(compared(admin, page, lead="What happened.", author_links=rows))
    assert [each.text for each in html.select("li b")] == ["Authors"]
    assert page.author_links.count() == 1


def test_a_form_that_is_wrong_or_somebody_elses_page_is_not_compared(admin, client):
    page = saved(section=make_section(make_home("tg")))
    assert compared(admin, page, published_on="so").json() == {"valid": False}
    sign_in_journalist(client, make_home("ru"))
    assert compared(client, page).status_code in {302, 403}
