"""Dates, ranges and times of day as each language writes them, in the newsroom's time zone."""

from __future__ import annotations

import datetime as dt
from typing import Literal, get_args

from django.utils import timezone, translation
from django.utils.formats import date_format, iter_format_modules, time_format

from chorsu_locales.selectors import get_language_row
from chorsu_locales.table import DatePatterns
from chorsu_locales.text import local_digits

Pattern = Literal["long", "short", "month", "day"]
# Django's name of each pattern, and digits for languages that Django has no formats for.
_FORMATS = {
    "long": ("DATE_FORMAT", "Y-m-d"),
    "short": ("SHORT_DATE_FORMAT", "Y-m-d"),
    "month": ("YEAR_MONTH_FORMAT", "Y-m"),
    "day": ("MONTH_DAY_FORMAT", "m-d"),
    "time": ("TIME_FORMAT", "H:i"),
}


def local_date(value: dt.date) -> dt.date:
    """Return the day of a date or moment; an aware moment is taken in the newsroom's time zone."""
    if not isinstance(value, dt.datetime):
        return value
    if timezone.is_aware(value):
        value = timezone.localtime(value, timezone.get_default_timezone())
    return value.date()


def format_date(value: dt.date, code: str, pattern: Pattern = "long") -> str:
    """Return a date or moment as the language writes dates.

    ``long``: day, name of the month, year. ``short``: in digits. ``month``: month and year. ``day``: day and month.
    A language without own patterns gets Django's formats, or ISO 8601 where Django has none.
    Raises ``ValueError`` for another pattern.
    """
    if pattern not in get_args(Pattern):
        message = f"Unknown pattern {pattern!r} of a date; there are {', '.join(get_args(Pattern))}."
        raise ValueError(message)
    day = local_date(value)
    dates = get_language_row(code).dates
    if dates is None:
        return _by_django(day, code, pattern)
    return local_digits(getattr(dates, pattern).format(**_fields(day, dates)), code)


def format_date_range(start: dt.date, end: dt.date | None, code: str) -> str:
    """Return a range of days without repeating what both ends share: "24–26 November 2026".

    Without an end, or with the same day, it is one date. Ends in the wrong order are put right.
    """
    first = local_date(start)
    last = first if end is None else local_date(end)
    first, last = min(first, last), max(first, last)
    if first == last:
        return format_date(first, code)
    dates = get_language_row(code).dates
    if dates is None or first.year != last.year:
        between = dates.between if dates else "{start} – {end}"
        return between.format(start=format_date(first, code), end=format_date(last, code))
    pattern = dates.same_month if first.month == last.month else dates.same_year
    ends = {f"end_{name}": value for name, value in _fields(last, dates).items()}
    return local_digits(pattern.format(**_fields(first, dates), **ends), code)


def format_time(value: dt.datetime | dt.time, code: str) -> str:
    """Return a time of day; an aware moment is taken in the newsroom's time zone."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value, timezone.get_default_timezone())
    dates = get_language_row(code).dates
    if dates is None:
        return _by_django(value, code, "time")
    return local_digits(dates.time.format(hour=value.hour, minute=value.minute), code)


def format_datetime(value: dt.datetime, code: str, pattern: Pattern = "long") -> str:
    """Return a moment as date and time of day in the newsroom's time zone."""
    dates = get_language_row(code).dates
    moment = dates.moment if dates else "{date}, {time}"
    return moment.format(date=format_date(value, code, pattern), time=format_time(value, code))


def _fields(day: dt.date, dates: DatePatterns) -> dict[str, object]:
    return {
        "day": day.day,
        "month": dates.months[day.month - 1],
        "month_alone": dates.months_alone[day.month - 1],
        "number": day.month,
        "year": day.year,
    }


def _by_django(value: dt.date | dt.time, code: str, pattern: str) -> str:
    name, digits = _FORMATS[pattern]
    if next(iter_format_modules(code), None) is None:
        # The settings' format would mix another language's names of months into the text.
        name = digits
    with translation.override(code):
        return time_format(value, name) if isinstance(value, dt.time) else date_format(value, name)
