"""Generate articles: what they are made of, how many, and in which order."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import batched

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale

from chorsu_articles.models import (
    AnalysisPage,
    Country,
    EventReportPage,
    Organisation,
    Person,
    Picture,
    SectionPage,
    Topic,
)
from chorsu_articles.services.countries import fill_countries
from chorsu_search.models import IndexChange
from chorsu_search.writing import writer_names
from demo import content
from demo.generator.insertion import BATCH, Draft, Stock, insert
from demo.generator.texts import draw_facts, words_of, write
from demo.services.vocabulary import make_vocabulary

YEARS = 10


class GeneratorError(Exception):
    """Nothing can be generated; the message says what to do."""


def generate_articles(*, number: int, languages: Sequence[str], seed: int = 1) -> int:
    """Make ``number`` articles in each language, joined as translations; return how many pages these are.

    The same seed on the same newsroom gives the same texts. Raises ``GeneratorError`` where a language has no words or
    no section.
    """
    stock = take_stock(languages)
    chance = random.Random(seed)  # noqa: S311 - varied texts, nothing secret
    for batch in batched(drafts(stock, chance, number, languages, timezone.now()), BATCH):
        insert(stock, batch)
    mark_for_indexing(stock)
    return number * len(languages)


def take_stock(languages: Sequence[str]) -> Stock:
    """Collect what articles are made of; a newsroom without topics or people gets those of the demo."""
    with transaction.atomic():
        fill_countries()
        for model, name in ((Topic, "topics"), (Person, "people"), (Organisation, "organisations")):
            if not model.objects.exists():
                texts = content.read(f"{name}.toml")
                for entry in texts.values():
                    entry.pop("photo", None)
                make_vocabulary(model, texts)
    words, locales = {}, dict(Locale.objects.values_list("language_code", "pk"))
    sections: dict[tuple[str, str], SectionPage] = {}
    for language in languages:
        try:
            words[language] = words_of(language)
        except KeyError:
            raise GeneratorError(f"The generator has no words in {language!r}.") from None
        for model in (AnalysisPage, EventReportPage):
            found = SectionPage.objects.filter(kind=model.kind, locale__language_code=language)
            section = found.order_by("path").first()
            if section is None:
                raise GeneratorError(
                    f"There is no section for {model.kind!r} in {language!r}: run setup_newsroom first."
                )
            sections[(language, model.kind)] = section
    return Stock(
        pictures=list(Picture.objects.exclude(title="Portrait").values_list("pk", "caption", "alt_text")),
        topics=list(Topic.objects.all()),
        countries=list(Country.objects.order_by("code")),
        people=list(Person.objects.all()),
        organisations=list(Organisation.objects.all()),
        words=words,
        locales=locales,
        sections=sections,
        content_types={model: ContentType.objects.get_for_model(model).pk for model in (AnalysisPage, EventReportPage)},
    )


def drafts(
    stock: Stock, chance: random.Random, number: int, languages: Sequence[str], now: datetime
) -> Iterator[Draft]:
    """Yield the articles one by one, all languages of one after another."""
    for _article in range(number):
        when = now - timedelta(minutes=chance.randrange(YEARS * 365 * 24 * 60))
        facts = draw_facts(chance, when.year)
        key, choice = uuid.UUID(int=chance.getrandbits(128), version=4), chance.getrandbits(32)
        for language in languages:
            yield Draft(language, facts, write(facts, stock.words[language]), when, key, choice)


def mark_for_indexing(stock: Stock) -> None:
    """Store that the sections' trees changed: the worker, ``search_sync`` or ``search_rebuild`` indexes them."""
    IndexChange.objects.bulk_create(
        IndexChange(engine=engine, page_id=section.pk, subtree=True)
        for section in stock.sections.values()
        for engine in writer_names()
    )
