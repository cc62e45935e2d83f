"""Other calendars than the Gregorian."""

from __future__ import annotations

import datetime as dt

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
