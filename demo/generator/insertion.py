"""Make articles of drafts, and write them into the database in bulk.

The search index is told of the sections once.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from chorsu_articles.models import (
    AnalysisPage,
    EventReportPage,
    Publication,
    PublicationAuthor,
    SectionPage,
)
from chorsu_articles.services import insertion
from chorsu_locales.text import slugify
from demo.generator.texts import Facts, Text, Words, body

BATCH = insertion.BATCH


@dataclass(slots=True)
class Stock:
    """What articles choose from: rows, and each language's words, locale and sections."""

    pictures: list[tuple[int, str, str]]
    topics: list[Any]
    countries: list[Any]
    people: list[Any]
    organisations: list[Any]
    words: dict[str, Words]
    locales: dict[str, int]
    sections: dict[tuple[str, str], SectionPage]
    content_types: dict[type[Page], int]


@dataclass(frozen=True, slots=True)
class Draft:
    """One article in one language, before it has a primary key."""

    language: str
    facts: Facts
    text: Text
    when: datetime
    translation_key: uuid.UUID
    chance: int

    @property
    def model(self) -> type[Publication]:
        return EventReportPage if self.facts.event else AnalysisPage


@transaction.atomic
def insert(stock: Stock, batch: Sequence[Draft]) -> None:
    """Insert the rows of these articles."""
    places = insertion.take_places([stock.sections[draft.language, draft.model.kind] for draft in batch])
    insertion.insert([make_page(stock, draft, *place) for draft, place in zip(batch, places, strict=True)])


def make_page(stock: Stock, draft: Draft, section: Page, path: str) -> Any:
    """Return the unsaved page of a draft with every field filled."""
    chance = random.Random(draft.chance)  # noqa: S311
    text = draft.text
    slug = f"{slugify(text.title, draft.language, max_length=60)}-{path[-Page.steplen :].lower()}"
    picture = chance.choice(stock.pictures) if stock.pictures else None
    second = chance.choice(stock.pictures) if stock.pictures else None
    shown = {"picture": second[0], "caption": second[1] or "", "alt": second[2] or ""} if second else None

    def new_id() -> str:
        return str(uuid.UUID(int=chance.getrandbits(128), version=4))

    values: dict[str, Any] = {
        "title": text.title,
        "draft_title": text.title,
        "content_type_id": stock.content_types[draft.model],
        "locale_id": stock.locales[draft.language],
        "translation_key": draft.translation_key,
        "live": True,
        "first_published_at": draft.when,
        "last_published_at": draft.when,
        "latest_revision_created_at": draft.when,
        "published_on": draft.when,
        "search_description": text.lead[:160],
        "lead": text.lead,
        "body": body(text, shown, new_id),
        "main_picture_id": picture[0] if picture else None,
        "main_picture_caption": (picture[1] or "") if picture else "",
        "main_picture_alt": (picture[2] or "") if picture else "",
        "word_count": text.words,
    }
    if draft.facts.event:
        day = timezone.localdate(draft.when)
        values |= {
            "starts_on": day - timedelta(days=2),
            "ends_on": day - timedelta(days=1),
            "city": text.place,
            "country": chance.choice(stock.countries),
            "participants": [
                {
                    "type": "participant",
                    "value": {"name": text.quotation[1], "role": text.quotation[2], "organisation": ""},
                    "id": new_id(),
                }
            ],
        }
    else:
        values["key_points"] = [{"type": "point", "value": point, "id": new_id()} for point in text.key_points]
    page = draft.model(**values)
    insertion.place(page, section, path, slug)
    insertion.hold_rows(page, **choices(stock, draft))
    return page


def choices(stock: Stock, draft: Draft) -> dict[str, list[Any]]:
    """Return authors, topics, countries and organisers: the same in all languages of an article."""
    chance = random.Random(draft.chance + 1)  # noqa: S311
    people = chance.sample(stock.people, min(chance.choice((1, 1, 1, 2)), len(stock.people)))
    topics = chance.sample(stock.topics, min(chance.randint(1, 3), len(stock.topics)))
    countries = chance.sample(stock.countries, min(chance.randint(1, 2), len(stock.countries)))
    organisers = [chance.choice(stock.organisations)] if draft.facts.event and stock.organisations else []
    authors = [PublicationAuthor(person=person) for person in people]
    return {"author_links": authors, "topics": topics, "countries": countries, "organisers": organisers}
