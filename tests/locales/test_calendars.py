"""The Solar Hijri calendar, and how a language shows it beside the Gregorian."""

from __future__ import annotations

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from chorsu_locales.dates import format_date, format_date_range, solar_hijri


@pytest.mark.parametrize(
    ("day", "written"),
    [
        # New years: of the Constitution's century, of the Revolution, and of leap years (1399, 1403) and those after.
        ((1906, 3, 22), (1285, 1, 1)),
        ((1979, 2, 11), (1357, 11, 22)),
        ((2020, 3, 20), (1399, 1, 1)),
        ((2021, 3, 20), (1399, 12, 30)),
        ((2021, 3, 21), (1400, 1, 1)),
        ((2024, 3, 20), (1403, 1, 1)),
        ((2025, 3, 20), (1403, 12, 30)),
        ((2025, 3, 21), (1404, 1, 1)),
        ((2026, 9, 22), (1405, 6, 31)),
        ((2026, 9, 23), (1405, 7, 1)),
        ((2026, 11, 26), (1405, 9, 5)),
    ],
)
def test_known_days(day: tuple[int, int, int], written: tuple[int, int, int]) -> None:
    assert solar_hijri(dt.date(*day)) == written


@given(st.dates(dt.date(1799, 3, 22), dt.date(2123, 3, 19)))
def test_each_day_follows_the_one_before(day: dt.date) -> None:
    before, after = solar_hijri(day), solar_hijri(day + dt.timedelta(1))
    assert before
    assert after
    year, month, number = before
    assert after in {(year, month, number + 1), (year, month + 1, 1), (year + 1, 1, 1)}
    assert after > before


@given(st.dates())
def test_no_day_fails(day: dt.date) -> None:
    assert format_date(day, "fa", "full").startswith(format_date(day, "fa"))
    if not 1799 <= day.year <= 2123:
        assert solar_hijri(day) is None
        assert format_date(day, "fa", "full") == format_date(day, "fa")


def test_persian_shows_both_and_others_one() -> None:
    first, last = dt.date(2026, 11, 20), dt.date(2026, 11, 26)
    assert format_date(first, "fa") == "۲۰ نوامبر ۲۰۲۶"
    assert format_date(first, "fa", "full") == "۲۰ نوامبر ۲۰۲۶ (۲۹ آبان ۱۴۰۵)"
    assert format_date_range(first, last, "fa", full=True) == "۲۰ تا ۲۶ نوامبر ۲۰۲۶ (۲۹ آبان تا ۵ آذر ۱۴۰۵)"
    assert format_date_range(last, None, "fa", full=True) == "۲۶ نوامبر ۲۰۲۶ (۵ آذر ۱۴۰۵)"
    over = format_date_range(dt.date(2027, 3, 20), dt.date(2027, 3, 22), "fa", full=True)
    assert over == "۲۰ تا ۲۲ مارس ۲۰۲۷ (۲۹ اسفند ۱۴۰۵ تا ۲ فروردین ۱۴۰۶)"
    for code in ("ru", "tg", "en", "kk", "ky", "uz", "de"):
        assert format_date(first, code, "full") == format_date(first, code)
        assert format_date_range(first, last, code, full=True) == format_date_range(first, last, code)


def test_the_template_tags_show_both() -> None:
    tags = '{{ day|localdate:"full" }}/{{ day|localdate_range_full:day }}/{{ none|localdate_range_full }}'
    template = Template("{% load chorsu_locales_tags %}" + tags)
    with translation.override("fa"):
        shown = template.render(Context({"day": dt.date(2026, 11, 26), "none": None}))
    assert shown.split("/") == ["۲۶ نوامبر ۲۰۲۶ (۵ آذر ۱۴۰۵)"] * 2 + [""]
