"""Values of the filters of a section."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Value
from django.db.models.functions import ExtractYear
from django.utils.translation import get_language

from chorsu_articles.models import Country, Publication, SectionPage, Topic, own_fields, publication_models
from chorsu_articles.selectors.lists import in_section, narrowed
from chorsu_locales.text import local_digits


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a filter: what the address carries, what readers see, how many publications have it."""

    value: str
    label: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Facets:
    """The values that the filters of a section offer."""

    countries: list[FacetValue] = field(default_factory=list)
    topics: list[FacetValue] = field(default_factory=list)
    years: list[FacetValue] = field(default_factory=list)


def section_facets(
    section: SectionPage,
    *,
    country: Country | None = None,
    topic: Topic | None = None,
    year: int | None = None,
) -> Facets:
    """Return the filter values of a section with the number of publications of each; the chosen ones are marked.

    Each filter counts within the choices of the other two. Costs three queries at most.
    """
    everything = in_section(section).order_by()
    countries, topics, years = _counted(
        _by_country(narrowed(everything, topic=topic, year=year).values("pk")),
        [_by_topic(narrowed(everything, country=country, year=year).values("pk"))],
        [_by_year(narrowed(everything, country=country, topic=topic).values("pk"))],
    )
    code = get_language() or ""
    return Facets(
        countries=[
            FacetValue(row.code.lower(), row.localized_name(), countries[row.pk], row == country)
            for row in (Country.objects.filter(pk__in=countries).ordered_by_name() if countries else ())
        ],
        topics=[
            FacetValue(row.slug, row.localized_name(), topics[row.pk], row == topic)
            for row in (Topic.objects.filter(pk__in=topics).ordered_by_name() if topics else ())
        ],
        years=[
            FacetValue(str(value), local_digits(str(value), code), years[value], value == year)
            for value in sorted(years, reverse=True)
        ],
    )


def _counted(*facets: list[Any]) -> list[Counter[int]]:
    """Return the sums of each facet's lists of ``value`` and ``number``, by one query for all."""
    found: list[Counter[int]] = [Counter() for _ in facets]
    first, *others = (
        rows.values_list(Value(place), "value", "number") for place, lists in enumerate(facets) for rows in lists
    )
    for place, value, number in first.union(*others, all=True):
        found[place][value] += number
    return found


def _by_country(ids: Any) -> list[Any]:
    """Return what is about countries, and beside it what was held there."""
    through = Publication.countries.through.objects
    lists: list[Any] = [_numbered(through.filter(publication_id__in=ids), "country_id")]
    for model in publication_models():
        for name in (own.name for own in own_fields(model, Country) if own.many_to_one):
            also_about = through.filter(publication_id=OuterRef("pk"), country_id=OuterRef(name))
            held = model.objects.filter(pk__in=ids, **{f"{name}__isnull": False}).exclude(Exists(also_about))
            lists.append(_numbered(held, name))
    return lists


def _by_topic(ids: Any) -> Any:
    return _numbered(Publication.topics.through.objects.filter(publication_id__in=ids), "topic_id")


def _by_year(ids: Any) -> Any:
    dated = Publication.objects.filter(pk__in=ids, published_on__isnull=False)
    return _numbered(dated, ExtractYear("published_on"))


def _numbered(rows: Any, value: str | ExtractYear) -> Any:
    counted = rows.order_by().values(value=F(value) if isinstance(value, str) else value)
    return counted.annotate(number=Count("pk"))
