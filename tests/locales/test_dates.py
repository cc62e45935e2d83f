"""Dates by language, and the Solar Hijri calendar beside the Gregorian."""

from __future__ import annotations

import datetime as dt
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from chorsu_locales.dates import (
    find_days,
    format_date,
    format_date_range,
    format_datetime,
    format_time,
    format_weekday,
    solar_hijri,
    typed_day,
    typed_month,
)
from chorsu_locales.table import LANGUAGES
from tests.counted_lines import count_lines

DAY = dt.date(2026, 11, 24)
EXAMPLES = tomllib.loads(Path(__file__).with_name("dates.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("code", "long", "short", "month", "day"), EXAMPLES["days"])
def test_date(code, long, short, month, day):
    assert format_date(DAY, code) == long
    assert format_date(DAY, code, "short") == short
    assert format_date(DAY, code, "month") == month
    assert format_date(DAY, code, "day") == day


@pytest.mark.parametrize(("code", "same_month", "same_year", "two_years"), EXAMPLES["ranges"])
def test_range(code, same_month, same_year, two_years):
    assert format_date_range(DAY, dt.date(2026, 11, 26), code) == same_month
    assert format_date_range(DAY, dt.date(2026, 12, 2), code) == same_year
    assert format_date_range(DAY, dt.date(2027, 1, 2), code) == two_years


def test_a_range_of_one_day_is_a_date_and_ends_in_the_wrong_order_are_put_right():
    for code in (*LANGUAGES, "de"):
        assert format_date_range(DAY, None, code) == format_date_range(DAY, DAY, code) == format_date(DAY, code)
    assert format_date_range(dt.date(2026, 11, 26), DAY, "en") == "24–26 November 2026"


@given(st.dates(), st.dates(), st.sampled_from([*LANGUAGES, "de", "xx"]))
def test_any_range_is_one_line_with_its_years(start, end, code):
    shown = format_date_range(start, end, code)
    assert not set("\n{") & set(shown)
    digits = shown.translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789"))
    assert str(start.year) in digits
    assert str(end.year) in digits


def test_moments_are_in_the_newsrooms_time_zone(settings):
    late = dt.datetime(2026, 11, 24, 21, 5, tzinfo=dt.UTC)
    with translation.override("en"):
        assert format_date(late, "en") == "25 November 2026"
    assert format_datetime(late, "ru") == "25 ноября 2026 г., 02:05"
    assert format_datetime(late, "tg") == "25 ноябри соли 2026, соати 02:05"
    assert format_datetime(late, "fa") == "۲۵ نوامبر ۲۰۲۶، ساعت ۰۲:۰۵"
    assert format_time(late, "kk") == "02:05"
    assert format_time(dt.time(9, 7), "fa") == "۰۹:۰۷"
    assert format_time(late, "de") == "02:05"


def test_an_unknown_pattern_is_refused():
    with pytest.raises(ValueError, match="long, short, month, day"):
        format_date(DAY, "ru", "medium")  # type: ignore[arg-type]


@pytest.mark.parametrize("code", LANGUAGES)
def test_months_are_those_of_cldr(code):
    babel = pytest.importorskip("babel")
    months = babel.Locale.parse({"en": "en_GB"}.get(code, code)).months
    dates = LANGUAGES[code].dates
    assert dates is not None
    lower = [name.lower() for name in months["stand-alone"]["wide"].values()]
    assert [name.lower() for name in dates.months_alone] == lower
    if code in {"ru", "fa", "uz", "kk", "en"}:
        assert list(dates.months) == list(months["format"]["wide"].values())
    else:
        # Tajik and Kyrgyz dates: CLDR knows no form for dates, so the table has the language's own.
        assert all(own[:2] == plain[:2] for own, plain in zip(dates.months, dates.months_alone, strict=True))


def show(source: str, active: str, **context: object) -> str:
    with translation.override(active):
        return Template("{% load chorsu_locales_tags %}" + source).render(Context(context))


def test_template_filters():
    assert show("{{ day|localdate }}", "tg", day=DAY) == "24 ноябри соли 2026"
    assert show("{{ day|localdate:'short' }}", "fa", day=DAY) == "۲۰۲۶/۱۱/۲۴"
    assert show("{{ a|localdate_range:b }}", "en", a=DAY, b=dt.date(2026, 11, 26)) == "24–26 November 2026"
    assert show("{{ a|localdate_range:b }}", "en", a=DAY, b=None) == "24 November 2026"
    assert show("{{ none|localdate }}{{ none|localdate_range:none }}", "en", none=None) == ""
    assert show("{{ 3|localnumber }}", "fa") == "۳"
    both = '{{ day|localdate:"full" }}/{{ day|localdate_range_full:day }}/{{ none|localdate_range_full }}'
    assert show(both, "fa", day=DAY, none=None) == "۳ آذر ۱۴۰۵ (۲۴ نوامبر ۲۰۲۶)/۳ آذر ۱۴۰۵ (۲۴ نوامبر ۲۰۲۶)/"


def test_language_attributes():
    assert show("<p {{ 'fa'|lang_attrs }}>", "en") == '<p lang="fa" dir="rtl">'
    assert show("<p {{ 'de'|lang_attrs }}>", "en") == '<p lang="de" dir="ltr">'
    assert show("{{ ''|lang_attrs }}", "en") == ""
    assert show("{{ code|lang_attrs }}", "en", code='"><script>') == 'lang="&quot;&gt;&lt;script&gt;" dir="ltr"'
    assert show("{{ 'tg'|language_own_name }}, {{ 'de'|language_own_name }}, {{ 'qq'|language_own_name }}", "en") == (
        "Тоҷикӣ, Deutsch, qq"
    )


@pytest.mark.parametrize(("day", "written"), EXAMPLES["solar_hijri"])
def test_known_days(day, written):
    assert solar_hijri(day) == tuple(written)


def test_each_day_follows_the_one_before():
    first, last = dt.date(1799, 3, 22).toordinal(), dt.date(2123, 3, 20).toordinal()
    days = [solar_hijri(dt.date.fromordinal(number)) for number in range(first, last + 1)]
    for (year, month, number), after in pairwise(days):
        assert after in {(year, month, number + 1), (year, month + 1, 1), (year + 1, 1, 1)}


@given(st.dates())
def test_no_day_fails(day):
    assert format_date(day, "fa") in format_date(day, "fa", "full")
    if not 1799 <= day.year <= 2123:
        assert solar_hijri(day) is None
        assert format_date(day, "fa", "full") == format_date(day, "fa")


def test_persian_shows_both_and_others_one():
    first, last = dt.date(2026, 11, 20), dt.date(2026, 11, 26)
    assert format_date(first, "fa") == "۲۰ نوامبر ۲۰۲۶"
    assert format_date(first, "fa", "full") == "۲۹ آبان ۱۴۰۵ (۲۰ نوامبر ۲۰۲۶)"
    assert format_date_range(first, last, "fa", full=True) == "۲۹ آبان تا ۵ آذر ۱۴۰۵ (۲۰ تا ۲۶ نوامبر ۲۰۲۶)"
    assert format_date_range(last, None, "fa", full=True) == "۵ آذر ۱۴۰۵ (۲۶ نوامبر ۲۰۲۶)"
    over = format_date_range(dt.date(2027, 3, 20), dt.date(2027, 3, 22), "fa", full=True)
    assert over == "۲۹ اسفند ۱۴۰۵ تا ۲ فروردین ۱۴۰۶ (۲۰ تا ۲۲ مارس ۲۰۲۷)"
    for code in ("ru", "tg", "en", "kk", "ky", "uz", "de"):
        assert format_date(first, code, "full") == format_date(first, code)
        assert format_date_range(first, last, code, full=True) == format_date_range(first, last, code)


def test_a_page_of_a_calendar_counts_as_the_full_date_does_first():
    assert [format_date(DAY, code, "page_month") for code in ("ru", "fa")] == ["ноябрь 2026 г.", "آذر ۱۴۰۵"]
    assert [format_date(DAY, code, "page_day") for code in ("ru", "fa", "de")] == ["24", "۳", "24"]
    # Outside of the years whose solar days are known.
    assert format_date(dt.date(1700, 3, 21), "fa", "page_day") == "۲۱"
    with translation.override("de"):
        assert format_date(DAY, "de", "page_month") == "November 2026"


@pytest.mark.parametrize(
    ("code", "thursday"),
    [("en", "Thursday"), ("ru", "четверг"), ("tg", "панҷшанбе"), ("uz", "payshanba"), ("de", "Donnerstag")],
)
def test_a_weekday_inside_a_line_begins_as_its_language_writes_it(code, thursday):
    assert format_weekday(dt.date(2026, 12, 10), code) == thursday


@given(
    st.sampled_from(sorted(LANGUAGES)),
    st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)),
    st.integers(0, 14),
    st.booleans(),
)
def test_a_date_is_found_as_it_is_written(code, day, days, full):
    last = day + dt.timedelta(days)
    written = format_date_range(day, last, code, full=full)
    assert next(find_days(f"… {written}, …", code, DAY)) == (day, last, True)


@pytest.mark.parametrize(("code", "text", "first", "days"), EXAMPLES["found"])
def test_a_date_is_found_as_journalists_write_it(code, text, first, days):
    assert next(find_days(text, code, DAY))[:2] == (first, first + dt.timedelta(days))


@pytest.mark.parametrize(("code", "text", "over", "following"), EXAMPLES["without_year"])
def test_a_day_without_a_year_is_the_last_that_is_over_or_the_next(code, text, over, following):
    for which, day in (("over", over), ("next", following)):
        days = next(find_days(text, code, DAY, which))
        assert (days.first, days.has_year) == (day, False)


def test_a_year_that_is_written_counts_whatever_is_meant_without_one():
    days = next(find_days("12 декабря 2031 года", "ru", DAY, "over"))
    assert (days.first, days.has_year) == (dt.date(2031, 12, 12), True)


@pytest.mark.parametrize(("code", "text", "days"), EXAMPLES["typed_days"])
def test_a_typed_day(code, text, days):
    typed = typed_day(text, code, DAY)
    assert typed is not None
    assert list(typed.days[: len(days)]) == days


@pytest.mark.parametrize(("code", "text"), EXAMPLES["typed_none"])
def test_no_typed_day(code, text):
    assert typed_day(text, code, DAY) is None


@pytest.mark.parametrize(("code", "text", "name", "first", "last"), EXAMPLES["typed_months"])
def test_a_typed_month(code, text, name, first, last):
    assert typed_month(text, code) == (name, first, last)


@pytest.mark.parametrize(("code", "text"), EXAMPLES["typed_no_months"])
def test_no_typed_month(code, text):
    assert typed_month(text, code) is None


@pytest.mark.parametrize(("code", "text"), EXAMPLES["none"])
def test_what_is_no_day_is_not_found(code, text):
    assert not list(find_days(text, code, DAY))


@pytest.mark.parametrize("piece", ["12 марта ", "1-1 1-1 март", "12–14.03.2026 ", "марта", "2026 12 – ", "1.1.1."])
def test_finding_days_takes_time_by_the_length_of_the_text(piece):
    lines = [count_lines(lambda text=piece * number: list(find_days(text, "ru", DAY))) for number in (200, 400)]  # type: ignore[misc]
    assert lines[1] <= 2.2 * lines[0]
