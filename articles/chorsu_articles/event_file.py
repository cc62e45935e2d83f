"""An event as a file that calendars read: iCalendar, RFC 5545.

Own code, since a file of one event without times needs none of what a library is for: time zones, repetition, reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain

from chorsu_articles.models import EventReportPage

MOST_OCTETS = 75  # of a line, without its end: 3.1
ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n", "\r": None})  # 3.3.11


def event_file(event: EventReportPage, *, url: str, host: str) -> str:
    """Return an event as an all-day event of a calendar. Raises ``ValueError`` where its first day isn't known.

    ``url`` is where readers find it. It is the same event in all languages: a calendar that has it in one replaces it.
    """
    first = event.starts_on
    if first is None:
        raise ValueError("An event without a day has no place in a calendar.")
    country = event.country.localized_name(event.locale.language_code) if event.country else ""
    place = (event.venue, event.city, country)
    changed = event.last_published_at or event.latest_revision_created_at or datetime.now(UTC)
    after = (event.ends_on or first) + timedelta(days=1)  # DTEND is the first moment behind it
    texts = {"SUMMARY": event.title, "LOCATION": ", ".join(filter(None, place)), "DESCRIPTION": event.description}
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Chorsu//Events//EN",
        "BEGIN:VEVENT",
        f"UID:{event.translation_key}@{host}",
        f"DTSTAMP:{changed.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        *(f"{name}:{text.translate(ESCAPED)}" for name, text in texts.items() if text),
        f"URL:{url}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    parts = chain.from_iterable(map(_folded, lines))
    return "".join(f"{part}\r\n" for part in parts)


def _folded(line: str) -> Iterator[str]:
    """Yield the parts of a line, each but the first behind a space; no character is cut through: 3.1."""
    part, octets = "", 0
    for character in line:
        length = len(character.encode())
        if octets + length > MOST_OCTETS:
            yield part
            part, octets = " ", 1
        part += character
        octets += length
    yield part
