"""Values of the filters of a section."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef
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

    Each filter counts within the choices of the other two. Costs a fixed number of queries.
    """
    everything = in_section(section).order_by()
    return Facets(
        countries=_country_facet(narrowed(everything, topic=topic, year=year).values("pk"), country),
        topics=_topic_facet(narrowed(everything, country=country, year=year).values("pk"), topic),
        years=_year_facet(narrowed(everything, country=country, topic=topic).values("pk"), year),
    )


def _country_facet(ids: Any, chosen: Country | None) -> list[FacetValue]:
    through = Publication.countries.through.objects
    about = through.filter(publication_id__in=ids).values("country_id").annotate(number=Count("pk"))
    counts = Counter(dict(about.values_list("country_id", "number")))
    for model in publication_models():
        for name in (own.name for own in own_fields(model, Country) if own.many_to_one):
            also_about = through.filter(publication_id=OuterRef("pk"), country_id=OuterRef(name))
            held = model.objects.filter(pk__in=ids, **{f"{name}__isnull": False}).exclude(Exists(also_about)).order_by()
            counts.update(dict(held.values(name).annotate(number=Count("pk")).values_list(name, "number")))
    return [
        FacetValue(country.code.lower(), country.localized_name(), counts[country.pk], country == chosen)
        for country in Country.objects.filter(pk__in=counts).ordered_by_name()
    ]


def _topic_facet(ids: Any, chosen: Topic | None) -> list[FacetValue]:
    through = Publication.topics.through.objects
    counts = dict(
        through.filter(publication_id__in=ids)
        .values("topic_id")
        .annotate(number=Count("pk"))
        .values_list("topic_id", "number")
    )
    return [
        FacetValue(topic.slug, topic.localized_name(), counts[topic.pk], topic == chosen)
        for topic in Topic.objects.filter(pk__in=counts).ordered_by_name()
    ]


def _year_facet(ids: Any, chosen: int | None) -> list[FacetValue]:
    rows = (
        Publication.objects.filter(pk__in=ids, published_on__isnull=False)
        .order_by()
        .values(year=ExtractYear("published_on"))
        .annotate(number=Count("pk"))
        .order_by("-year")
        .values_list("year", "number")
    )
    code = get_language() or ""
    return [FacetValue(str(year), local_digits(str(year), code), number, year == chosen) for year, number in rows]
