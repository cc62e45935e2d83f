"""What is read: lists of publications, values of filters, related publications.

Every list comes with all that a card needs (main picture with renditions, byline, topics, countries, event), so that
the number of queries does not depend on the number of items. In a template use ``{% pageurl item %}``: an item's own
``url`` asks the cache each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Window, prefetch_related_objects
from django.db.models.functions import ExtractYear, Left, Length, RowNumber
from wagtail.blocks import StreamValue, StructValue
from wagtail.blocks.list_block import ListValue

from articles.models import (
    Correction,
    Country,
    EventReportPage,
    HomePage,
    Organisation,
    Person,
    Picture,
    Publication,
    PublicationAuthor,
    PublicationQuerySet,
    PublicationTranslator,
    SectionPage,
    Topic,
)
from locales.selectors import enabled_languages

# Enough to find the best of the recent ones; a topic with thousands of publications must not load them all.
RELATED_CANDIDATES = 200


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


@dataclass(frozen=True, slots=True)
class SectionTeaser:
    """A section with its newest publications, for the front page."""

    section: SectionPage
    publications: list[Publication]


def published(language: str) -> PublicationQuerySet:
    """Return the publications that readers of a language may see, newest first, without anything prefetched.

    Nothing is public in a language that the newsroom has switched off.
    """
    queryset: PublicationQuerySet = Publication.objects.filter(locale__language_code=language)
    if language not in {row.code for row in enabled_languages()}:
        nothing: PublicationQuerySet = queryset.none()
        return nothing
    public: PublicationQuerySet = queryset.live().public().newest_first()
    return public


def with_cards(queryset: PublicationQuerySet) -> PublicationQuerySet:
    """Add to a queryset all that a card in a list shows."""
    ready: PublicationQuerySet = (
        queryset.select_related("locale", "eventreportpage__country")
        .defer("body", "eventreportpage__participants", "eventreportpage__documents")
        .prefetch_related(
            Prefetch("main_picture", Picture.objects.prefetch_renditions()),
            Prefetch("author_links", PublicationAuthor.objects.select_related("person")),
            Prefetch("topics", Topic.objects.ordered_by_name()),
            Prefetch("countries", Country.objects.ordered_by_name()),
        )
    )
    return ready


def publications(language: str) -> PublicationQuerySet:
    """Return the publications that readers of a language may see, newest first, ready for a list."""
    return with_cards(published(language))


def latest(language: str, limit: int) -> list[Publication]:
    """Return the newest publications of a language."""
    return list(publications(language)[:limit])


def by_person(person: Person, language: str) -> PublicationQuerySet:
    """Return what a person wrote in a language. A withheld name gives nothing."""
    queryset = publications(language)
    return queryset.none() if person.name_withheld else queryset.by_author(person)


def translated_by(person: Person, language: str) -> PublicationQuerySet:
    """Return what a person translated into a language. A withheld name gives nothing."""
    queryset = publications(language)
    return queryset.none() if person.name_withheld else queryset.translated_by(person)


def by_topic(topic: Topic, language: str) -> PublicationQuerySet:
    """Return what is about a topic in a language."""
    return publications(language).about_topic(topic)


def by_country(country: Country, language: str) -> PublicationQuerySet:
    """Return what is about a country, or reports an event there, in a language."""
    return publications(language).about_country(country)


def by_organisation(organisation: Organisation, language: str) -> PublicationQuerySet:
    """Return reports of the events that an organisation held, in a language."""
    return publications(language).organised_by(organisation)


def in_section(section: SectionPage) -> PublicationQuerySet:
    """Return the public publications of a section, newest first, without anything prefetched."""
    children: PublicationQuerySet = published(section.locale.language_code).child_of(section)
    return children


def narrowed(
    queryset: PublicationQuerySet,
    *,
    country: Country | None = None,
    topic: Topic | None = None,
    year: int | None = None,
) -> PublicationQuerySet:
    """Return those of a list that match the chosen filters."""
    if country is not None:
        queryset = queryset.about_country(country)
    if topic is not None:
        queryset = queryset.about_topic(topic)
    if year is not None:
        queryset = queryset.filter(published_on__year=year)
    return queryset


def section_publications(
    section: SectionPage,
    *,
    country: Country | None = None,
    topic: Topic | None = None,
    year: int | None = None,
) -> PublicationQuerySet:
    """Return the public publications of a section, newest first, ready for a list."""
    return with_cards(narrowed(in_section(section), country=country, topic=topic, year=year))


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
    also_about = through.filter(publication_id=OuterRef("pk"), country_id=OuterRef("country_id"))
    held = EventReportPage.objects.filter(pk__in=ids, country__isnull=False).exclude(Exists(also_about)).order_by()
    counts.update(dict(held.values("country_id").annotate(number=Count("pk")).values_list("country_id", "number")))
    return [
        FacetValue(country.code.lower(), country.shown(), counts[country.pk], country == chosen)
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
        FacetValue(topic.slug, topic.shown(), counts[topic.pk], topic == chosen)
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
    return [FacetValue(str(year), str(year), number, year == chosen) for year, number in rows]


def section_teasers(home: HomePage, per_section: int) -> list[SectionTeaser]:
    """Return the sections below a front page, each with its newest publications, in a fixed number of queries."""
    language = home.locale.language_code
    sections = list(SectionPage.objects.child_of(home).live().public().select_related("locale"))
    by_path: dict[str, SectionTeaser] = {section.path: SectionTeaser(section, []) for section in sections}
    numbered = (
        published(language)
        .filter(path__startswith=home.path)
        .annotate(
            place=Window(RowNumber(), partition_by=parent_path(), order_by=[F("published_on").desc(), F("pk").desc()])
        )
        .filter(place__lte=per_section)
    )
    chosen = list(numbered.values_list("pk", flat=True))
    for publication in with_cards(Publication.objects.filter(pk__in=chosen)).newest_first():
        teaser = by_path.get(publication.path[: -Publication.steplen])
        if teaser is not None:
            teaser.publications.append(publication)
    return list(by_path.values())


def related_to(publication: Publication, limit: int = 4) -> list[Publication]:
    """Return publications in the same language that share most topics and countries with this one, newest first."""
    topics = [topic.pk for topic in publication.topics.all()]
    countries = [country.pk for country in publication.countries.all()]
    if not topics and not countries:
        return []
    shared: Counter[int] = Counter()
    candidates = published(publication.locale.language_code).exclude(pk=publication.pk).order_by().values("pk")
    for through, column, keys in (
        (Publication.topics.through, "topic_id", topics),
        (Publication.countries.through, "country_id", countries),
    ):
        rows = (
            through.objects.filter(publication_id__in=candidates, **{f"{column}__in": keys})
            .order_by("-publication_id")
            .values_list("publication_id", flat=True)[:RELATED_CANDIDATES]
        )
        shared.update(rows)
    best = sorted(shared, key=lambda pk: (-shared[pk], -pk))[:limit]
    return list(with_cards(Publication.objects.filter(pk__in=best)).newest_first())


def parent_path() -> Any:
    """Return the expression for the tree path of a page's parent."""
    return Left("path", Length("path") - Publication.steplen)


def pictures_in(value: Any) -> Iterable[Picture]:
    """Yield the pictures that stand anywhere in a stream, struct or list value."""
    if isinstance(value, Picture):
        yield value
    elif isinstance(value, StreamValue):
        for child in value:
            yield from pictures_in(child.value)
    elif isinstance(value, StructValue):
        for child in value.values():
            yield from pictures_in(child)
    elif isinstance(value, ListValue):
        for child in value:
            yield from pictures_in(child)


def prefetch_article(publication: Publication) -> None:
    """Load what an article's own page shows: byline, topics, corrections, and every picture's renditions.

    Each is read once, however often page, template and structured data ask; the queries do not depend on the number of
    pictures and people.
    """
    pictures = list(pictures_in(publication.body))
    if publication.main_picture:
        pictures.append(publication.main_picture)
    if pictures:
        renditions = Picture.get_rendition_model().objects.all()
        prefetch_related_objects(pictures, Prefetch("renditions", renditions, to_attr="prefetched_renditions"))
    # Of a page in memory (a preview) the relations may differ from what is stored; those are not read.
    in_memory = publication.__dict__.get("_cluster_related_objects", {})
    relations = {
        "author_links": PublicationAuthor.objects.select_related("person"),
        "translator_links": PublicationTranslator.objects.select_related("person"),
        "topics": Topic.objects.ordered_by_name(),
        "countries": Country.objects.ordered_by_name(),
        "corrections": Correction.objects.all(),
    }
    if isinstance(publication, EventReportPage):
        relations["organisers"] = Organisation.objects.ordered_by_name()
    stored = [Prefetch(name, rows) for name, rows in relations.items() if name not in in_memory]
    if stored and publication.pk:
        prefetch_related_objects([publication], *stored)
