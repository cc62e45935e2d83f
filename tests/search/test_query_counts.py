"""What readers look for: counted without anything about them, and shown to editors."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.utils import timezone

from chorsu_search.models import QueryCount
from chorsu_search.query_counts import count_query, delete_old_counts, queries_for_editors
from tests.busy_database import locked
from tests.factories import make_article, make_user
from tests.search.test_page import ask

pytestmark = pytest.mark.django_db


def stored() -> list[tuple[str, str, int, int]]:
    return list(QueryCount.objects.order_by("text").values_list("language", "text", "times", "results"))


def test_the_first_page_without_filters_is_counted(client):
    make_article(title="Газ")
    ask(client, "Газ")
    client.get("/ru/search/?q=ГАЗ")
    for other in ("?q=газ&year=2026", "?q=газ&since=2026-01-01", "?q=", "?q=газ&sort=date"):
        client.get(f"/ru/search/{other}")
    client.get("/ru/search/feed/?q=газ")
    client.get("/ru/search/?q=нефть")
    assert stored() == [("ru", "газ", 2, 1), ("ru", "нефть", 1, 0)]


def test_what_may_be_personal_is_not_stored():
    for text in (
        "ａ＠ｂ．ｅｘａｍｐｌｅ", "a\u200b﹫b.example", "１２\u200b３４\u00ad５６", "①②③④⑤⑥", "12\u2007\u200934 56",
        "a@b.example", "паспорт 123456", "+992 90 123-45-67", "т. (37) 22.33.44", "۱۲۳۴۵۶", "x" * 101, "",
    ):  # fmt: skip
        count_query(text, "ru", 1)
    assert stored() == []


def test_a_robot_fills_no_table(monkeypatch):
    monkeypatch.setattr("chorsu_search.query_counts.MOST_A_DAY", 3)
    for number in range(5):
        count_query(f"q{number}", "ru", 0)
    count_query("q0", "ru", 0)
    count_query("q0", "tg", 0)
    assert [(text, times) for _language, text, times, _results in stored()] == [
        ("q0", 2), ("q0", 1), ("q1", 1), ("q2", 1),
    ]  # fmt: skip


def make_count(text: str, days: int, **fields: Any) -> None:
    values: dict[str, Any] = {"language": "ru", "times": 1, "results": 0, **fields}
    QueryCount.objects.create(text=text, day=timezone.localdate() - timedelta(days=days), **values)


def test_days_show_when_they_are_three_days_past_and_go_after_ninety():
    make_count("вчера", 2)
    make_count("вода", 3, times=2)
    make_count("вода", 4, times=3, results=7)
    make_count("газ", 90)
    make_count("давно", 91)
    assert delete_old_counts() == 1
    assert [(row["text"], row["sum"], row["most"]) for row in queries_for_editors()] == [("вода", 5, 7), ("газ", 1, 0)]


def test_the_report_is_for_editors(client):
    make_count("вода", 3, times=2, results=7)
    make_count("пусто", 3)
    make_count("=1+1", 5)
    client.force_login(make_user(superuser=True))
    html = client.get("/admin/reports/queries/").content.decode()
    assert re.search(r"<td[^>]*>\s*Русский\s*</td>", html)
    assert html.index("вода") < html.index("пусто")
    narrowed = client.get("/admin/reports/queries/results/?found=none&language=ru").content.decode()
    assert "пусто" in narrowed
    assert "вода" not in narrowed
    exported = client.get("/admin/reports/queries/?export=csv")
    table = b"".join(exported.streaming_content).decode()
    assert "вода,ru,2,7," in table
    assert "\n=1" not in table
    client.force_login(make_user())
    assert client.get("/admin/reports/queries/").status_code == 302


@pytest.mark.skipif("sqlite" not in site_settings.DATABASES["default"]["ENGINE"], reason="one writer is SQLite's")
@pytest.mark.django_db(transaction=True)
def test_a_reader_waits_for_no_writer():
    with locked() as waits:
        count_query("газ", "ru", 1)
    assert waits == [0]
    assert stored() == []
    count_query("газ", "ru", 1)
    assert stored() == [("ru", "газ", 1, 1)]
