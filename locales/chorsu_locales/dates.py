"""Dates, ranges and times of day as each language writes them, in the newsroom's time zone, and found in texts."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from operator import itemgetter
from typing import Literal, NamedTuple, get_args

from django.utils import dates as django_dates
from django.utils import timezone, translation
from django.utils.formats import date_format, iter_format_modules, time_format

from chorsu_locales.selectors import get_language_row
from chorsu_locales.table import DatePatterns
from chorsu_locales.text import local_digits

Pattern = Literal["long", "short", "month", "day", "full", "page_month", "page_day"]
# Django's name of each pattern, and digits for languages that Django has no formats for.
_FORMATS = {
    "long": ("DATE_FORMAT", "Y-m-d"),
    "full": ("DATE_FORMAT", "Y-m-d"),
    "short": ("SHORT_DATE_FORMAT", "Y-m-d"),
    "month": ("YEAR_MONTH_FORMAT", "Y-m"),
    "day": ("MONTH_DAY_FORMAT", "m-d"),
    "page_month": ("YEAR_MONTH_FORMAT", "Y-m"),
    "page_day": ("j", "j"),
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
    ``full``: as ``long``, and beside it in the other calendar that the language's readers count by. ``page_month`` and
    ``page_day``: month and year, and the number of the day, as on a page of the calendar that stands first in ``full``.
    A language without own patterns gets Django's formats, or ISO 8601 where Django has none.
    Raises ``ValueError`` for another pattern.
    """
    if pattern not in get_args(Pattern):
        raise ValueError(f"Unknown pattern {pattern!r} of a date; there are {', '.join(get_args(Pattern))}.")
    day = local_date(value)
    dates = get_language_row(code).dates
    if dates is None:
        return _by_django(day, code, pattern)
    if pattern == "full":
        return format_date_range(day, None, code, full=True)
    if pattern in {"page_month", "page_day"}:
        first = dates.beside if dates.beside and dates.both.startswith("{beside}") else dates
        # A calendar may not have the day.
        fields = _fields(day, first) or _fields(day, dates)
        written = dates.month if pattern == "page_month" else "{day}"
        return local_digits(written.format(**fields), code)
    return local_digits(getattr(dates, pattern).format(**_fields(day, dates)), code)


def format_date_range(start: dt.date, end: dt.date | None, code: str, *, full: bool = False) -> str:
    """Return a range of days without repeating what both ends share: "24–26 November 2026".

    ``full`` writes it also in the other calendar that the language's readers count by. Without an end, or with the same
    day, it is one date. Ends in the wrong order are put right.
    """
    first = local_date(start)
    last = first if end is None else local_date(end)
    first, last = min(first, last), max(first, last)
    dates = get_language_row(code).dates
    if dates is None:
        return " – ".join(_by_django(day, code, "long") for day in dict.fromkeys((first, last)))
    shown = _range(first, last, dates)
    if full and dates.beside and (beside := _range(first, last, dates.beside)):
        shown = dates.both.format(date=shown, beside=beside)
    return local_digits(shown, code)


def _range(first: dt.date, last: dt.date, dates: DatePatterns) -> str:
    """Return a range of days in 0-9, or nothing where the calendar has no such days."""
    start, end = _fields(first, dates), _fields(last, dates)
    if not start or not end:
        return ""
    if first == last:
        return dates.long.format(**start)
    if start["year"] != end["year"]:
        return dates.between.format(start=dates.long.format(**start), end=dates.long.format(**end))
    pattern = dates.same_month if start["number"] == end["number"] else dates.same_year
    return pattern.format(**start, **{f"end_{name}": value for name, value in end.items()})


def format_weekday(value: dt.date, code: str) -> str:
    """Return the name of a day of the week as it stands inside a line; Django's own in a language without patterns."""
    with translation.override(code):
        name = date_format(local_date(value), "l")
    dates = get_language_row(code).dates
    return name if dates is None or dates.weekdays_in_capitals else name.lower()


def calendar_words(code: str) -> list[str]:
    """Return the names of months, in each calendar that the language has patterns for, and of weekdays."""
    dates = get_language_row(code).dates
    calendars = [each for each in (dates, dates.beside if dates else None) if each]
    names = [name for each in calendars for name in (*each.months, *each.months_alone)]
    return [*names, *(format_weekday(dt.date(2024, 1, day), code) for day in range(1, 8))]


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


# --- found in texts ---

MONTH_STEM, MONTH_ENDING, LONGEST_MONTH = 3, 4, 12  # letters of the name of a month
# Which of the days with one name, a year apart, a text without a year means.
Which = Literal["nearest", "over", "next"]
MOST_YEARS = 8  # between two days of 29 February
MOST_DAYS = 14  # of an event: two numbers further apart are no range
_LETTERS = re.compile(r"[^\W\d_]+")
# Beside the name of a month: "12", "12–14", "12 и 14", "the 12th to 14th of", "12-уми", with a year of one side.
_DAY = r"(?<!\d)(\d{1,2})(?:-?[^\W\d_]{1,3})?"
_DAYS = _DAY + r"(?: {0,2}(?:[-–—]| [^\W\d_]{1,3} ) {0,2}(\d{1,2})(?:-?[^\W\d_]{1,3})?)?"
_BEFORE = re.compile(r"(?:(?<!\d)(\d{4})(?: |-)[^\W\d_]{0,8} {0,2})?" + _DAYS + r"(?: of)?[ -]{0,2}$")
_BEHIND = re.compile(r",? (?:[^\W\d_]{1,4} )?(\d{4})(?!\d)")
_DAYS_BEHIND = re.compile(" " + _DAYS + r"(?!\d)")
_JOINS = re.compile(r"(?: [^\W\d_]{1,2}\.)? {0,2}(?:[-–—]|تا) {0,2}")
_IN_DIGITS = re.compile(r"(?<![\d./])(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?![\d/])")
_NEAR = 40
_YEAR_DIGITS = 4
_NUMBER = re.compile(r"\d+")
_WORD_BEHIND = re.compile(r" {0,2}([^\W\d_]+)")
# What stands beside the number of a year, or joins it to its month, in a query.
_YEAR_WORDS = "of in в г год года году соли сол соль жылғы жыл жылы жылдың жылдын yil yilning yilgi سال"
_OF_A_YEAR = frozenset(_YEAR_WORDS.split())


def find_months(text: str, code: str) -> Iterator[tuple[int, int, int]]:
    """Yield the months that a text names, from 1 to 12, in any of their forms, and where each name starts and ends."""
    for month, match in _named(text, _months(code), code):
        yield month, match.start(), match.end()


def _named(text: str, known: dict[str, int], code: str, *, typed: bool = False) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield the months that a text names with the matches; ``typed`` allows small letters ("may") and "Nov"."""
    for match in _LETTERS.finditer(text):
        word = match[0].casefold()
        stems = (
            word[:n]
            for n in range(min(len(word) - 1, LONGEST_MONTH), max(MONTH_STEM, len(word) - MONTH_ENDING) - 1, -1)
        )
        month = known.get(word) or next((known[stem] for stem in stems if stem in known), 0)
        if typed and not month:
            month = _shortened(word, known)
        if month and (typed or code != "en" or match[0][0].isupper()):  # "may", "march"
            yield month, match


def _shortened(word: str, known: dict[str, int]) -> int:
    """Return the only month whose name begins so; 0 where there is none."""
    if len(word) < MONTH_STEM:
        return 0
    months = {number for name, number in known.items() if name.startswith(word)}
    return months.pop() if len(months) == 1 else 0


@cache
def _months(code: str) -> dict[str, int]:
    """Return the lower-case names of months, and the common beginning of each month's forms, with their numbers."""
    row = get_language_row(code)
    found: dict[str, int] = {}
    for number in range(1, 13):
        with translation.override(code):
            forms = {str(table[number]).casefold() for table in (django_dates.MONTHS, django_dates.MONTHS_ALT)}
        if row.dates:
            own = {row.dates.months[number - 1], row.dates.months_alone[number - 1]}
            forms = {form.casefold() for form in own} | (forms if row.script != "Latn" or code == "en" else set())
        first, last = min(forms), max(forms)
        common = next((first[:n] for n in range(len(first), 0, -1) if last.startswith(first[:n])), "")
        found |= dict.fromkeys(forms, number)
        if len(common) >= MONTH_STEM:
            found[common] = number
    return found


class _Written(NamedTuple):
    """Where a date stands, its year, if any, month and first day, and how many days follow.

    Months of the solar Hijri year are 13 to 24.
    """

    start: int
    end: int
    year: str | None
    month: int
    day: int
    more: int = 0

    def days(self, near: dt.date) -> list[dt.date]:
        """Return the days that it may be, nearest first, where a day ahead counts as three times as far."""
        here = near.year if self.month <= 12 else (solar_hijri(near) or (0,))[0]
        years = [int(self.year)] if self.year else range(here - MOST_YEARS, here + MOST_YEARS + 1)
        days = [day for year in years if (day := _day(year, self.month, self.day))]
        return sorted(days, key=lambda day: near - day if day <= near else 3 * (day - near))

    def first(self, near: dt.date, which: Which = "nearest") -> dt.date | None:
        days = self.days(near)
        if self.year or which == "nearest":
            return days[0] if days else None
        latest_over = near - dt.timedelta(self.more)
        if which == "over":
            return max((day for day in days if day <= latest_over), default=None)
        return min((day for day in days if day > latest_over), default=None)


class Days(NamedTuple):
    """Days that a text names, and whether it says their year."""

    first: dt.date
    last: dt.date
    has_year: bool


def find_days(text: str, code: str, near: dt.date, which: Which = "nearest") -> Iterator[Days]:
    """Yield the days and ranges of days that a text names in order of place.

    Days without a year are, by ``which``, those nearest to ``near``, where a day ahead counts as three times as far;
    the last ones that are ``over`` then; or the next ones, which aren't. A month without a day is none. Time is linear
    in the text.
    """
    plain = _plain(text)
    found = _all_written(plain, code)
    for one, behind in zip(found, [*found[1:], None], strict=False):
        if first := one.first(near, which):
            last = first + dt.timedelta(one.more)
            has_year = one.year is not None
            if behind and _JOINS.fullmatch(plain, one.end, behind.start):  # "28 November – 2 December 2025"
                end = behind.first(first) if one.year else behind.first(near, which)
                begin = one.first(end) if end else None
                if begin and end and begin < end <= begin + dt.timedelta(MOST_DAYS):
                    first, last = begin, end
                    has_year = has_year or behind.year is not None
            yield Days(first, last, has_year)


class TypedDay(NamedTuple):
    """A day as it stands in a query, with digits 0-9, and the days that it may be, nearest first.

    With its year it is one day.
    """

    written: str
    days: Sequence[dt.date]


class TypedMonth(NamedTuple):
    """A month of a year: its name as the language writes it, its first and its last day."""

    name: str
    first: dt.date
    last: dt.date


def typed_day(text: str, code: str, near: dt.date) -> TypedDay | None:
    """Return the first day that a query names; None where it names none, or several in a row.

    It is read as ``find_days`` reads texts, but names of months may be in small letters, or cut ("Nov 11").
    """
    plain = _plain(text)
    written = next(iter(_all_written(plain, code, typed=True)), None)
    days = written.days(near) if written and not written.more else []
    if not written or not days:
        return None
    end = written.end
    behind = _WORD_BEHIND.match(plain, end)
    if written.year and behind and behind[1].casefold() in _OF_A_YEAR:
        end = behind.end()
    return TypedDay(plain[written.start : end], days)


def typed_month(text: str, code: str) -> TypedMonth | None:
    """Return the month of a year that a query is, in any calendar of the language's readers, if it is nothing else."""
    plain = _plain(text)
    known, patterns = _known_months(code), get_language_row(code).dates
    named = list(_named(plain, known, code, typed=True))
    numbers = _NUMBER.findall(plain)
    words = {word.casefold() for word in _LETTERS.findall(plain)}
    if len(named) != 1 or len(numbers) != 1 or len(numbers[0]) != _YEAR_DIGITS:
        return None
    month, name_typed = named[0]
    if not words - {name_typed[0].casefold()} <= _OF_A_YEAR:
        return None
    year = int(numbers[0])
    first = _day(year, month, 1)
    following = _day(year, month + 1, 1) if month not in {12, 24} else _day(year + 1, month - 11, 1)
    if not first or not following:
        return None
    calendar = patterns.beside if patterns and month > 12 else patterns
    name = format_date(first, code, "month") if not calendar else calendar.month.format(**_fields(first, calendar))
    return TypedMonth(local_digits(name, code), first, following - dt.timedelta(1))


def _plain(text: str) -> str:
    plain = "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
    return plain.replace("\u00a0", " ").replace("\u0654", "")  # the hamza of "ژانویهٔ" is a mark, no letter


def _known_months(code: str) -> dict[str, int]:
    row = get_language_row(code).dates
    beside = row.beside.months if row and row.beside else ()
    return _months(code) | {name: number for number, name in enumerate(beside, 13)}


def _all_written(plain: str, code: str, *, typed: bool = False) -> list[_Written]:
    """Return the dates of a text in order of place."""
    row = get_language_row(code).dates
    order = "month" if code == "en" else "year" if row and row.long.startswith("{year}") else ""
    months = _named(plain, _known_months(code), code, typed=typed)
    named = (_written(plain, match, month, order) for month, match in months)
    found = [written for written in named if written]
    for match in _IN_DIGITS.finditer(plain):
        year, day = (match[1], match[4]) if len(match[1]) > 2 else (match[4], match[1])
        if int(match[3]) <= 12:
            is_solar = row and row.beside and int(year) < 1700
            found.append(_Written(*match.span(), year, int(match[3]) + (12 if is_solar else 0), int(day)))
    return sorted(found, key=itemgetter(0))


def _written(text: str, name: re.Match[str], month: int, order: str) -> _Written | None:
    """Return the date at the name of a month; ``order`` is what the language writes before the day, if anything."""
    start, end = name.span()
    year = None
    if before := _BEFORE.search(text[max(0, start - _NEAR) : start]):
        year = before[1] if order == "year" else None
        place, numbers = start - len(before.string), before.groups()[1:]
        start = place + before.start(1 if year else 2)
    elif order == "month" and (days := _DAYS_BEHIND.match(text, end)):
        place, numbers, end = 0, days.groups(), days.end()
    else:
        return None
    if not year and (behind := _BEHIND.match(text, end)):
        year, end = behind[1], behind.end()
    first, last = (int(number or numbers[0]) for number in numbers)
    if before and not 0 <= last - first <= MOST_DAYS:  # of "19-may – 2-iyun" what stands beside the month
        first, start = last, place + before.start(3)
    return _Written(start, end, year, month, first, max(0, last - first))


def _day(year: int, month: int, number: int) -> dt.date | None:
    if not 1000 <= year < 3000:
        return None
    try:
        if month <= 12:
            return dt.date(year, month, number)
        days = 365 * (year - 1) + (8 * year + 21) // 33 + 31 * (month - 13) - max(0, month - 19) + number - 1
        day = dt.date.fromordinal(_EPOCH + days)
    except (ValueError, OverflowError):
        return None
    return day if solar_hijri(day) == (year, month - 12, number) else None


def _fields(day: dt.date, dates: DatePatterns) -> dict[str, object]:
    found = (day.year, day.month, day.day) if dates.calendar == "gregorian" else solar_hijri(day)
    if found is None:
        return {}
    year, month, number = found
    return {
        "day": number,
        "month": dates.months[month - 1],
        "month_alone": dates.months_alone[month - 1],
        "number": month,
        "year": year,
    }


def _by_django(value: dt.date | dt.time, code: str, pattern: str) -> str:
    name, digits = _FORMATS[pattern]
    if next(iter_format_modules(code), None) is None:
        name = digits  # the settings' format would mix another language's names of months into the text
    with translation.override(code):
        return time_format(value, name) if isinstance(value, dt.time) else date_format(value, name)


# 1 Farvardin of year 1 by this rule, as ``date.toordinal`` counts.
_EPOCH = dt.date(622, 3, 21).toordinal()


def solar_hijri(day: dt.date) -> tuple[int, int, int] | None:
    """Return year, month and day of the calendar of Iran and Afghanistan, or None outside of 1178–1501 (1799–2123).

    By the 33-year cycle of leap years, as in ICU's ``PersianCalendar``. Between these years it says what the
    calendar's law does, that a year begins at the noon next to the equinox; ICU corrects it first for 1502.
    """
    days = day.toordinal() - _EPOCH
    year = 1 + (33 * days + 3) // 12053
    if not 1178 <= year <= 1501:
        return None
    of_year = days - 365 * (year - 1) - (8 * year + 21) // 33
    # Six months of 31 days, then of 30.
    month = of_year // 31 if of_year < 216 else (of_year - 6) // 30
    return year, month + 1, of_year - (31 * month if month < 6 else 30 * month + 6) + 1
