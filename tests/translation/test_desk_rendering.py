"""How cells of the desk are written, and what its filters find of common states and of translations as sources."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template
from django.utils import timezone
from wagtail.models import Locale

from chorsu_translation.desk.cells import desk_rows, viewer_of
from chorsu_translation.desk.filters import TO_DO
from chorsu_translation.models import NotPlannedRule
from chorsu_translation.selectors import State
from chorsu_translation.services import request_translation, start_translation, write_marked
from tests.factories import make_user
from tests.newsroom_copy import copy_newsroom
from tests.translation.newsroom import article, desk_pages, publish, section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
TITLE = '<b>"Вода" & лёд</b>'


@pytest.fixture(autouse=True)
def _newsroom() -> None:
    copy_newsroom()


def locale(code: str) -> Locale:
    return Locale.objects.get(language_code=code)


def cell_of(source: Any, code: str, user: Any, markup: str = "{% desk_cells row 'tg' %}") -> BeautifulSoup:
    write_marked()
    (row,) = desk_rows([source], viewer=viewer_of(user), locales=[locale(code)])
    html = Template("{% load chorsu_translation_desk %}" + markup).render(Context({"row": row, "cell": row.cells[0]}))
    return BeautifulSoup(html, "html.parser")


def titles(user: Any, **chosen: Any) -> list[str]:
    found = desk_pages(user, **chosen)
    return sorted(page.title for page in found if page.depth > 3)


@pytest.mark.parametrize("markup", ["{% desk_cells row 'tg' %}", "{% desk_cell row cell %}"])
def test_no_text_of_a_person_is_markup(markup: str) -> None:
    chief = make_user("Chief editors")
    chief.first_name, chief.last_name = "<i>Zarina</i>", '"&'
    chief.save()
    source = article(title=TITLE)
    missing = cell_of(source, "tg", chief, markup)
    assert missing.button["aria-label"].startswith(f"Translate: {TITLE}, ")
    request_translation(page=source, locale=locale("tg"), user=chief, assignee=chief)
    start_translation(source=source, locale=locale("tg"), user=chief)
    started = cell_of(source, "tg", chief, markup)
    assert started.a["title"] == f"Continue: {TITLE}"
    assert started.find(["b", "i"]) is None
    assert ('<i>Zarina</i> "&' in started.text) == ("cells" in markup)


def test_a_cell_says_who_until_when_and_that_there_is_a_newer_draft() -> None:
    chief = make_user("Chief editors")
    source = article()
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    request_translation(page=source, locale=locale("tg"), user=chief, assignee=chief, due=yesterday)
    assert cell_of(source, "tg", chief).select_one(".translation-overdue").text.startswith("overdue: ")
    target = publish(start_translation(source=source, locale=locale("tg"), user=chief).specific)
    assert "newer draft" not in cell_of(source, "tg", chief).text
    target.title = "Об"
    target.save_revision()
    shown = cell_of(source, "tg", chief)
    assert "newer draft" in shown.text
    assert (shown.td["class"], cell_of(source, "ru", chief).td.get("class")) == (["is-chosen"], None)


def test_a_translation_is_a_source_of_what_is_missing_too() -> None:
    """A pair of languages lists what stands in the first one, also where it was itself translated."""
    chief = make_user("Chief editors")
    english = article(code="en", title="From English", slug="english")
    publish(start_translation(source=english, locale=locale("ru"), user=chief).specific)
    article(title="From Russian", slug="russian")
    pair = {"source": locale("ru"), "language": locale("tg")}
    assert titles(chief, **pair, state=State.MISSING) == ["From English", "From Russian"]
    assert titles(chief, **pair, state=TO_DO) == ["From English", "From Russian"]
    assert titles(chief, **pair, state=State.LIVE) == []
    assert titles(chief, state=State.MISSING) == ["From English", "From Russian"]


def test_a_rule_keeps_its_articles_out_of_what_is_missing() -> None:
    chief = make_user("Chief editors")
    article(title="From Russian")
    tg = locale("tg")
    NotPlannedRule.objects.create(locale=tg, section=section("ru"))
    for states in ({"language": tg}, {}):
        planned = [] if states else ["From Russian"]
        assert titles(chief, **states, state=State.MISSING) == planned
        assert titles(chief, **states, state=State.NOT_PLANNED) == ["From Russian"]
