"""Days as words of the index, and the day or month that a query names.

A day of publication has a word of its own in the index, and so has each day of what a page is about: the numbers of a
date would be found by whoever looks for "11".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain

from django.utils import timezone

from chorsu_locales.dates import format_date, typed_day, typed_month
from chorsu_search.analysis import get_analyser
from chorsu_search.queries import Alternative, Query

PUBLISHED, ABOUT = "d", "e"  # the first letter of a day's word
_WORD = re.compile(rf"[{PUBLISHED}{ABOUT}]\d{{8}}\b")
MOST_DAYS = 62  # of one page: of what lasts longer these come first
MOST_YEARS = 7  # that a day without its year may be of: a word has 16 alternatives (MOST_ALTERNATIVES)

# Above the words of a date where they stand anywhere: first what is about the day, then what was published on it or
# names it.
ABOUT_WEIGHT, PUBLISHED_WEIGHT, WORDS_WEIGHT = 1.2, 1.1, 1.0


def day_words(published: date | None, period: tuple[date, date] | None) -> str:
    """Return the words of the index for a day of publication and for each day of what a page is about."""
    words = [_word(PUBLISHED, published)] if published else []
    return " ".join([*words, *(_word(ABOUT, day) for day in _days_of(period))])


def holds_day_words(line: str) -> bool:
    """Return whether a line of a document's texts is one of ``day_words``, which nobody should read."""
    return _WORD.match(line) is not None


def with_days(query: Query) -> Query:
    """Return the query with a day that it names in any form: "11 November", "2026-11-11", «۲۰ آبان».

    Each word of the date may also be the day's word in the index. The name of a month, between the days that the month
    begins and ends with, asks for everything.
    """
    if not query.languages:
        return query
    language = query.languages[0]
    month = typed_month(query.text, language)
    if month and (query.since, query.until) == (month.first, month.last):
        return replace(query, text="", everything=True)
    day = typed_day(query.text, language, timezone.localdate())
    if day is None:
        return query
    words_of = get_analyser(language).words
    parts = set(words_of(day.written))
    words = [word for word in query.words if parts.issuperset(words_of(word))]
    if parts != set(chain.from_iterable(map(words_of, words))):
        return query  # some of it is a phrase or excluded
    nearest, *others = day.days[:MOST_YEARS]
    alternatives = [
        Alternative(_word(ABOUT, nearest), ABOUT_WEIGHT),
        Alternative(_word(PUBLISHED, nearest), PUBLISHED_WEIGHT),
        Alternative(day.written, PUBLISHED_WEIGHT),
        Alternative(format_date(nearest, language, "day"), WORDS_WEIGHT),
    ]
    for other in others:
        alternatives.append(Alternative(_word(ABOUT, other), WORDS_WEIGHT))
        alternatives.append(Alternative(_word(PUBLISHED, other), WORDS_WEIGHT))
    return replace(query, alternatives={**query.alternatives, **dict.fromkeys(words, tuple(alternatives))})


def _word(letter: str, day: date) -> str:
    return letter + day.isoformat().replace("-", "")


def _days_of(period: tuple[date, date] | None) -> Iterator[date]:
    if period:
        first, last = period
        yield from (first + timedelta(number) for number in range(min((last - first).days + 1, MOST_DAYS)))
