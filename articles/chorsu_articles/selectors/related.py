"""What to read after a publication: others about the same, or nothing."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from chorsu_articles.models import Publication, PublicationQuerySet
from chorsu_articles.selectors.lists import card_rows, published

MOST = 3
# Of a topic with thousands of publications, those that share most, the newest first, are looked at.
CANDIDATES = 100
# What a year takes of a publication's weight: one that shares two topics stands before one that shares one of them and
# is three years newer, but not before one that is four years newer.
KEPT_PER_YEAR = 0.8
YEAR = 365.25


def related_to(publication: Publication, limit: int = MOST) -> list[Publication]:
    """Return other publications in its language that share a topic with this one, the nearest first.

    What its text links is left out, in any language. The weight is the number of shared topics, of which the one above
    this headline counts twice, less by a fifth for each year that a publication is older than the newest of them; among
    equals shared countries decide, then the date. One that shares no topic is never related. Costs two queries and
    that of the bare cards.
    """
    topics = [topic.pk for topic in publication.topics.all()]
    if not topics:
        return []
    through: Any = Publication.topics.through.objects
    found = (
        through.filter(topic_id__in=topics, publication_id__in=_others(publication).order_by().values("pk"))
        .values("publication_id")
        .annotate(
            shared=Count("pk") + Count("pk", filter=Q(topic=publication.kicker_topic)),
            date=F("publication__published_on"),
        )
        .order_by("-shared", F("date").desc(nulls_last=True), "-publication_id")
        .values_list("publication_id", "shared", "date")[:CANDIDATES]
    )
    candidates: list[tuple[int, int, datetime | None]] = list(found)
    newest = max((date for _key, _shared, date in candidates if date), default=None)

    def weight(shared: int, date: datetime | None) -> float:
        years = int((newest - date).days / YEAR) if newest and date else 0
        return float(shared * KEPT_PER_YEAR**years)

    countries = _shared_countries(publication, [key for key, _shared, _date in candidates])
    best = sorted(
        candidates,
        key=lambda row: (-weight(row[1], row[2]), -countries[row[0]], -(row[2].timestamp() if row[2] else 0), -row[0]),
    )
    return card_rows([key for key, _shared, _date in best[:limit]])


def latest_beside(publication: Publication, limit: int = MOST) -> list[Publication]:
    """Return the newest of the section that a publication stands in, without itself and what its text links."""
    if not publication.path:
        return []
    section = publication.path[: -Page.steplen]
    beside = _others(publication).filter(path__startswith=section, depth=publication.depth)
    return card_rows(beside.newest_first().values_list("pk", flat=True)[:limit])


def _others(publication: Publication) -> PublicationQuerySet:
    """Return the public publications in its language that aren't the same, nor linked by its text."""
    same = [publication.pk, publication.alias_of_id or 0]
    others: PublicationQuerySet = published(publication.locale.language_code).filter(alias_of__isnull=True)
    others = others.exclude(pk__in=same)
    if linked := _linked(publication):
        # The article may be linked in another language, or as an alias.
        others = others.exclude(translation_key__in=Page.objects.filter(pk__in=linked).values("translation_key"))
    return others


def _linked(publication: Publication) -> set[int]:
    """Return the keys of the pages that its text links: in rich text, or chosen in a block."""
    keys: set[int] = set()
    for field in publication._meta.concrete_fields:
        if isinstance(field, StreamField | RichTextField):
            references = field.extract_references(field.value_from_object(publication))
            keys.update(int(key) for model, key, _model_path, _path in references if issubclass(model, Page))
    return keys


def _shared_countries(publication: Publication, keys: list[int]) -> Counter[int]:
    countries = [country.pk for country in publication.countries.all()]
    if not countries or not keys:
        return Counter()
    rows: Any = Publication.countries.through.objects.filter(publication_id__in=keys, country_id__in=countries)
    return Counter(rows.values_list("publication_id", flat=True))
