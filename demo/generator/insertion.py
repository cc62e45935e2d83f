"""Write articles into the database in bulk.

Django's ``bulk_create`` refuses models with parents, so the rows of each table of an article are inserted table by
table, as ``Model.save`` would; the page tree is kept as treebeard keeps it. Signals don't run: the search index is
told of the sections once, and there are no revisions.
"""

from __future__ import annotations

import random
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connections, models, router, transaction
from django.db.models import F
from django.utils import timezone
from wagtail.models import Page

from chorsu_articles.models import (
    AnalysisPage,
    EventReportPage,
    Publication,
    PublicationAuthor,
    SectionPage,
)
from chorsu_locales.text import slugify
from demo.generator.texts import Facts, Text, Words, body

BATCH = 500


@dataclass(slots=True)
class Stock:
    """What articles choose from: primary keys, and each language's words, locale and sections."""

    pictures: list[tuple[int, str, str]]
    topics: list[int]
    countries: list[int]
    people: list[int]
    organisations: list[int]
    words: dict[str, Words]
    locales: dict[str, int]
    sections: dict[tuple[str, str], SectionPage]
    content_types: dict[type[Page], int]
    steps: dict[int, int] = field(default_factory=dict)


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
def insert(stock: Stock, batch: Sequence[Draft]) -> int:
    """Insert the rows of these articles; return their number."""
    if not batch:
        return 0
    places = take_places(stock, batch)
    pages = [make_page(stock, draft, *place) for draft, place in zip(batch, places, strict=True)]
    Page.objects.bulk_create(
        [
            Page(**{column.attname: getattr(page, column.attname) for column in Page._meta.local_concrete_fields})
            for page in pages
        ],
        batch_size=BATCH,
    )
    keys = dict(Page.objects.filter(path__in=[page.path for page in pages]).values_list("path", "pk"))
    for page in pages:
        page.pk = page.id = page.page_ptr_id = keys[page.path]
        page.publication_ptr_id = page.pk
    insert_table(Publication, pages)
    for model in (AnalysisPage, EventReportPage):
        insert_table(model, [page for page in pages if isinstance(page, model)])
    insert_choices(stock, batch, pages)
    return len(pages)


def take_places(stock: Stock, batch: Sequence[Draft]) -> list[tuple[SectionPage, str]]:
    """Return a section and a tree path for each draft, and count the sections' children as treebeard does."""
    places: list[tuple[SectionPage, str]] = []
    added: dict[int, int] = defaultdict(int)
    for draft in batch:
        section = stock.sections[(draft.language, draft.model.kind)]
        if section.pk not in stock.steps:
            last = Page.objects.child_of(section).order_by("-path").values_list("path", flat=True).first()
            stock.steps[section.pk] = Page._str2int(last[-Page.steplen :]) if last else 0  # noqa: SLF001
        stock.steps[section.pk] += 1
        added[section.pk] += 1
        places.append((section, Page._get_path(section.path, section.depth + 1, stock.steps[section.pk])))  # noqa: SLF001
    for pk, count in added.items():
        Page.objects.filter(pk=pk).update(numchild=F("numchild") + count)
    return places


def make_page(stock: Stock, draft: Draft, section: SectionPage, path: str) -> Any:
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
        "path": path,
        "depth": section.depth + 1,
        "numchild": 0,
        "title": text.title,
        "draft_title": text.title,
        "slug": slug,
        "url_path": f"{section.url_path}{slug}/",
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
            "country_id": chance.choice(stock.countries),
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
    return draft.model(**values)


def insert_table(model: type[models.Model], rows: Sequence[Any]) -> None:
    """Insert these rows into one table only, the model's own."""
    if not rows:
        return
    using = router.db_for_write(model)
    columns = model._meta.local_concrete_fields
    manager: Any = model._base_manager  # noqa: SLF001
    size = max(1, connections[using].ops.bulk_batch_size(columns, rows))
    for start in range(0, len(rows), size):
        manager._insert(rows[start : start + size], fields=columns, using=using)  # noqa: SLF001


def insert_choices(stock: Stock, batch: Sequence[Draft], pages: Sequence[Any]) -> None:
    """Insert authors, topics, countries and organisers: the same in all languages of an article."""
    topics, countries, organisers = (
        Publication.topics.through,
        Publication.countries.through,
        EventReportPage.organisers.through,
    )
    rows: dict[Any, list[Any]] = defaultdict(list)
    for draft, page in zip(batch, pages, strict=True):
        chance = random.Random(draft.chance + 1)  # noqa: S311
        for place, person in enumerate(
            chance.sample(stock.people, min(chance.choice((1, 1, 1, 2)), len(stock.people)))
        ):
            rows[PublicationAuthor].append(PublicationAuthor(page_id=page.pk, person_id=person, sort_order=place))
        for topic in chance.sample(stock.topics, min(chance.randint(1, 3), len(stock.topics))):
            rows[topics].append(topics(publication_id=page.pk, topic_id=topic))
        for country in chance.sample(stock.countries, min(chance.randint(1, 2), len(stock.countries))):
            rows[countries].append(countries(publication_id=page.pk, country_id=country))
        if draft.facts.event and stock.organisations:
            chosen = chance.choice(stock.organisations)
            rows[organisers].append(organisers(eventreportpage_id=page.pk, organisation_id=chosen))
    for model, found in rows.items():
        model.objects.bulk_create(found, batch_size=BATCH)
