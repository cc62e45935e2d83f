"""Lists of publications, the filters of a section, and what stands beside an article.

Every list comes with all that a card needs (main picture with renditions, byline, topics, event), so that the number of
queries doesn't depend on that of items. Templates use ``{% pageurl item %}``: an item's own ``url`` asks the cache.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, Window, prefetch_related_objects
from django.db.models.functions import ExtractYear, Left, Length, RowNumber
from django.utils.translation import get_language
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet

from chorsu_articles.columns import columns
from chorsu_articles.models import (
    Correction,
    Country,
    HomePage,
    Organisation,
    Person,
    Picture,
    PictureRendition,
    Publication,
    PublicationAuthor,
    PublicationTranslator,
    SectionPage,
    Topic,
    Vocabulary,
)
from chorsu_articles.models.publications import PublicationQuerySet, own_fields, publication_models
from chorsu_articles.pictures.renditions import load_renditions, pictures_in
from chorsu_locales.selectors import in_enabled_languages
from chorsu_locales.text import local_digits

# A condition for each private page is fastest while they are few; SQLite refuses a thousand.
MOST_BY_NAME = 100
# Each request asks once which pages are private. Lists are made in views, template tags and blocks of the page, which
# can't hand an argument on; without this each list asks anew.
_private_paths: ContextVar[Callable[[], list[str]] | None] = ContextVar("chorsu_articles_private_paths", default=None)
# Of a topic with thousands of publications, those that share most, the newest first, are looked at.
CANDIDATES = 100
NEWEST_OF_ALL, NEWEST_OF_TOPIC = 1_000, 300
# What a year takes of a publication's weight: one that shares two topics stands before one that shares one of them and
# is three years newer, but not before one that is four years newer.
KEPT_PER_YEAR = 0.8
# Of a section's newest publications, from so many on, those subjects are usual that half of them carry.
NEWEST, FEWEST = 20, 4


def private_paths() -> list[str]:
    """Return the paths of pages that only some may see, and of their aliases, which Wagtail's ``public()`` forgets."""
    restricted = PageViewRestriction.objects.order_by().values_list("page__path", flat=True)
    aliases = Page.objects.filter(alias_of__view_restrictions__isnull=False).order_by()
    return list(restricted.union(aliases.values_list("path", flat=True)))


@contextmanager
def private_paths_from(known: Callable[[], list[str]]) -> Iterator[None]:
    """Let ``known`` say what ``private_paths`` does, for all lists of a request."""
    token = _private_paths.set(known)
    try:
        yield
    finally:
        _private_paths.reset(token)


def open_to_all[Pages: PageQuerySet](pages: Pages, *, live: bool = True) -> Pages:
    """Return the pages that are live, or would be seen if they were, by everybody in a switched-on language."""
    public: Pages = in_enabled_languages(not_private(pages.live() if live else pages))
    return public


def not_private[Pages: PageQuerySet](pages: Pages) -> Pages:
    """Return the pages that stand neither below nor on a page that only some may see, in every language."""
    paths = (_private_paths.get() or private_paths)()
    private = Q()
    if len(paths) > MOST_BY_NAME:
        private = Q(Exists(Page.objects.filter(path__in=paths, path=Left(OuterRef("path"), Length("path")))))
    else:
        for path in paths:
            private |= Q(path__startswith=path)
    open_ones: Pages = pages.exclude(private) if private else pages
    return open_ones


def published(language: str) -> PublicationQuerySet:
    """Return the publications that readers of a language may see, newest first, without anything prefetched."""
    queryset: PublicationQuerySet = Publication.objects.filter(locale__language_code=language)
    return open_to_all(queryset).newest_first()


def with_cards(queryset: PublicationQuerySet) -> PublicationQuerySet:
    """Add to a queryset all that a card in a list shows."""
    ready: PublicationQuerySet = bare_cards(queryset).prefetch_related(
        Prefetch("main_picture__renditions", PictureRendition.objects.all(), to_attr="prefetched_renditions"),
        Prefetch("author_links", PublicationAuthor.objects.select_related("person")),
        Prefetch("topics", card_topics()),
    )
    return ready


def card_topics() -> QuerySet[Topic]:
    return Topic.objects.order_by("slug").defer(*columns("description"))


def bare_cards(queryset: PublicationQuerySet) -> PublicationQuerySet:
    """Add what a card shows, except authors, topics and sizes of pictures; of kinds the short fields of their own."""
    tables, long_texts = [], []
    for model in publication_models():
        if model.kind_facts_template != Publication.kind_facts_template:
            tables.append(model.path_from_publication())
            fields = (field for field in model._meta.local_fields if isinstance(field, models.TextField | StreamField))
            long_texts += [f"{tables[-1]}__{field.name}" for field in fields]
    rows: PublicationQuerySet = queryset.select_related("locale", "main_picture", *tables).defer("body", *long_texts)
    return rows


def card_rows(keys: Iterable[int]) -> list[Publication]:
    """Return bare cards by their keys, in this order."""
    order = list(keys)
    found = bare_cards(Publication.objects.filter(pk__in=order)).in_bulk() if order else {}
    return [found[key] for key in order if key in found]


def cards_of(keys: Iterable[int]) -> dict[int, Publication]:
    """Return live publications by their keys, ready for a list."""
    wanted = set(keys)
    return {card.pk: card for card in with_cards(Publication.objects.live().filter(pk__in=wanted))} if wanted else {}


def publications(language: str) -> PublicationQuerySet:
    """Return what readers of a language may see, newest first, as cards; an alias is listed in its own section only."""
    return with_cards(published(language).filter(alias_of__isnull=True))


def own_field_has(row: Vocabulary) -> Q:
    """Return the condition that a field of the kind's own refers to a row of a vocabulary."""
    condition = Q(pk__in=[])
    for model in publication_models():
        for field in own_fields(model, type(row)):
            condition |= Q(pk__in=model.objects.filter(**{field.name: row}).values("pk"))
    return condition


def in_section(section: SectionPage) -> PublicationQuerySet:
    """Return the public publications of a section, newest first, without anything prefetched."""
    children: PublicationQuerySet = published(section.locale.language_code).child_of(section)
    return children


def narrowed(
    queryset: PublicationQuerySet,
    *,
    country: Country | None = None,
    topic: Topic | None = None,
    organisation: Organisation | None = None,
    author: Person | None = None,
    translator: Person | None = None,
    year: int | None = None,
) -> PublicationQuerySet:
    """Return those of a list that match all that is given.

    An event held in a country is about it too. Organisations stand in fields of kinds, such as the organisers of an
    event. A withheld name gives nothing.
    """
    if country is not None:
        about = Publication.countries.through.objects.filter(country=country)
        queryset = queryset.filter(Q(pk__in=about.values("publication_id")) | own_field_has(country))
    if topic is not None:
        about = Publication.topics.through.objects.filter(topic=topic)
        queryset = queryset.filter(pk__in=about.values("publication_id"))
    if organisation is not None:
        queryset = queryset.filter(own_field_has(organisation))
    for role, person in ((PublicationAuthor, author), (PublicationTranslator, translator)):
        if person is not None:
            links = role.objects.filter(person=person, person__name_withheld=False)
            queryset = queryset.filter(pk__in=links.values("page_id"))
    if year is not None:
        queryset = queryset.filter(published_on__year=year)
    return queryset


def newest_by_section(
    home: HomePage, stories: PublicationQuerySet, per_section: int
) -> list[tuple[SectionPage, list[int]]]:
    """Return the sections below a front page, each with the keys of its newest of these stories, by three queries."""
    sections = list(open_to_all(SectionPage.objects.child_of(home)).select_related("locale"))
    keys: dict[str, list[int]] = {section.path: [] for section in sections}
    numbered = (
        stories.filter(path__startswith=home.path)
        .annotate(
            place=Window(RowNumber(), partition_by=parent_path(), order_by=[F("published_on").desc(), F("pk").desc()])
        )
        .filter(place__lte=per_section)
    )
    for key, path in numbered.values_list("pk", "path"):
        if path[: -Publication.steplen] in keys:
            keys[path[: -Publication.steplen]].append(key)
    return [(section, keys[section.path]) for section in sections]


def parent_path() -> Any:
    return Left("path", Length("path") - Publication.steplen)


def related_to(publication: Publication, limit: int = 3) -> list[Publication]:
    """Return other publications in its language that share a topic with this one, the nearest first.

    What its text links is left out, in any language. The weight is the number of shared topics, of which the one above
    this headline counts twice, less by a fifth for each year that a publication is older than the newest of them; among
    equals shared countries decide, then the date. Only ``newest_about`` are looked at. Costs one query and that of
    the bare cards.
    """
    topics = [topic.pk for topic in publication.topics.all()]
    if not topics:
        return []
    through: Any = Publication.topics.through.objects
    own_countries = [country.pk for country in publication.countries.all()]
    about: Any = Publication.countries.through.objects.filter(country_id__in=own_countries)
    about = about.filter(publication_id=OuterRef("publication_id")).values("publication_id")
    pages = _others(publication, open_to_all(Page.objects.filter(locale=publication.locale)))
    found = (
        through.filter(topic_id__in=topics, publication_id__in=newest_about(topics, pages))
        .values("publication_id")
        .annotate(
            shared=Count("pk") + Count("pk", filter=Q(topic=publication.kicker_topic)),
            date=F("publication__published_on"),
        )
        # A step of its own: beside the sums it would be grouped by; joined, there would be a row for each country.
        .annotate(countries=about.annotate(number=Count("pk")).values("number"))
        .order_by("-shared", F("date").desc(nulls_last=True), "-publication_id")
        .values_list("publication_id", "shared", "date", "countries")[:CANDIDATES]
    )
    candidates: list[tuple[int, int, datetime | None, int | None]] = list(found)
    newest = max((date for _key, _shared, date, _countries in candidates if date), default=None)

    def weight(shared: int, date: datetime | None) -> float:
        years = int((newest - date).days / 365.25) if newest and date else 0
        return float(shared * KEPT_PER_YEAR**years)

    best = sorted(
        candidates,
        key=lambda row: (-weight(row[1], row[2]), -(row[3] or 0), -(row[2].timestamp() if row[2] else 0), -row[0]),
    )
    return card_rows([key for key, *_rest in best[:limit]])


def newest_about(topics: Sequence[int], pages: PageQuerySet) -> QuerySet[Any, Any]:
    """Return the keys of those of the pages that are about a topic and among the newest, of all or of the topic.

    Of all it goes by date. A topic's index is in the order of keys, in which an archive that was imported late or
    backwards isn't by date.
    """
    rows: Any = Publication.topics.through.objects.order_by().values("publication_id")
    listed = rows.filter(Exists(pages.order_by().filter(pk=OuterRef("publication_id"))))
    newest = Publication.objects.filter(published_on__isnull=False).order_by("-published_on").values("pk")
    about_any = listed.filter(topic_id__in=topics, publication_id__in=newest[:NEWEST_OF_ALL])
    last_about = {topic: listed.filter(topic=topic).order_by("-publication_id")[:NEWEST_OF_TOPIC] for topic in topics}
    # SQLite refuses a union of slices, not one of the rows that slices hold.
    keys: QuerySet[Any, Any] = about_any.union(
        *(rows.filter(topic=topic, publication_id__in=last) for topic, last in last_about.items())
    )
    return keys


def latest_beside(publication: Publication, limit: int = 3) -> list[Publication]:
    """Return the newest of the section that a publication stands in, without itself and what its text links."""
    if not publication.path:
        return []
    section = publication.path[: -Page.steplen]
    public = published(publication.locale.language_code).filter(path__startswith=section, depth=publication.depth)
    beside = _others(publication, public)
    return card_rows(beside.newest_first().values_list("pk", flat=True)[:limit])


def _others[Pages: PageQuerySet](publication: Publication, pages: Pages) -> Pages:
    """Return those of the pages that aren't the same as a publication, nor linked by its text, nor aliases."""
    others: Pages = pages.filter(alias_of__isnull=True).exclude(pk__in=[publication.pk, publication.alias_of_id or 0])
    linked: set[int] = set()
    for field in publication._meta.concrete_fields:
        if isinstance(field, StreamField | RichTextField):
            references = field.extract_references(field.value_from_object(publication))
            linked.update(int(key) for model, key, _model_path, _path in references if issubclass(model, Page))
    if linked:
        # The article may be linked in another language, or as an alias.
        others = others.exclude(translation_key__in=Page.objects.filter(pk__in=linked).values("translation_key"))
    return others


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a filter: what the address carries, what readers see, how many publications have it."""

    value: str
    label: str
    count: int
    selected: bool = False


def section_facets(
    section: SectionPage, *, country: Country | None = None, topic: Topic | None = None, year: int | None = None
) -> dict[str, list[FacetValue]]:
    """Return the filters of a section, each counted within the choices of the other two, by three queries at most.

    The keys are ``countries``, ``topics`` and ``years``.
    """
    everything = in_section(section).order_by()
    about = Publication.topics.through.objects.filter(
        publication_id__in=narrowed(everything, country=country, year=year).values("pk")
    )
    dated = Publication.objects.filter(
        pk__in=narrowed(everything, country=country, topic=topic).values("pk"), published_on__isnull=False
    )
    countries, topics, years = _counted(
        _by_country(narrowed(everything, topic=topic, year=year).values("pk")),
        [_numbered(about, F("topic_id"))],
        [_numbered(dated, ExtractYear("published_on"))],
    )
    code = get_language() or ""
    return {
        "countries": [
            FacetValue(row.code.lower(), row.localized_name(), countries[row.pk], row == country)
            for row in (Country.objects.filter(pk__in=countries).ordered_by_name() if countries else ())
        ],
        "topics": [
            FacetValue(row.slug, row.localized_name(), topics[row.pk], row == topic)
            for row in (Topic.objects.filter(pk__in=topics).ordered_by_name() if topics else ())
        ],
        "years": [
            FacetValue(str(value), local_digits(str(value), code), years[value], value == year)
            for value in sorted(years, reverse=True)
        ],
    }


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
    lists: list[Any] = [_numbered(through.filter(publication_id__in=ids), F("country_id"))]
    for model in publication_models():
        for name in (own.name for own in own_fields(model, Country) if own.many_to_one):
            also_about = through.filter(publication_id=OuterRef("pk"), country_id=OuterRef(name))
            held = model.objects.filter(pk__in=ids, **{f"{name}__isnull": False}).exclude(Exists(also_about))
            lists.append(_numbered(held, F(name)))
    return lists


def _numbered(rows: Any, value: F | ExtractYear) -> Any:
    return rows.order_by().values(value=value).annotate(number=Count("pk"))


def usual_subjects(section: SectionPage) -> tuple[list[Topic], list[Country]]:
    """Return the topics and the countries that at least half of a section's newest publications carry, by their names.

    They are offered for a new one there. Both are empty where too few are live to tell. Costs three queries.
    """
    newest = list(in_section(section).values_list("pk", flat=True)[:NEWEST])
    if len(newest) < FEWEST:
        return [], []
    vocabularies: tuple[type[Any], ...] = (Topic, Country)
    topics, countries = (
        list(
            vocabulary.objects.filter(publications__in=newest)
            .annotate(number=Count("publications"))
            .filter(number__gte=len(newest) / 2)
            .ordered_by_name(section.locale.language_code)
        )
        for vocabulary in vocabularies
    )
    return topics, countries


def seen_by_all(pages: Iterable[Any]) -> list[Any]:
    """Leave out the pages that not every reader may see: a private page's headline shows nowhere."""
    chosen = [page for page in pages if page]
    seen = set(open_to_all(Page.objects.filter(pk__in=[page.pk for page in chosen])).values_list("pk", flat=True))
    return [page for page in chosen if page.pk in seen]


def shown_relations(model: type[Publication]) -> list[Prefetch[Any]]:
    """Return the relations that an article's own page shows, the authors first."""
    vocabularies = [field for field in model._meta.many_to_many if issubclass(field.related_model, Vocabulary)]
    return [
        Prefetch("author_links", PublicationAuthor.objects.select_related("person__photo")),
        Prefetch("translator_links", PublicationTranslator.objects.select_related("person")),
        Prefetch("corrections", Correction.objects.all()),
        *(Prefetch(field.name, field.related_model.objects.ordered_by_name()) for field in vocabularies),
    ]


def prefetch_article(publication: Publication, beside: Callable[[], list[Publication]] = list) -> list[Publication]:
    """Load what an article's own page shows: byline, topics, corrections, every picture's renditions and credit.

    ``beside`` chooses bare cards, by the article's topics; they are returned ready for a list. The number of queries
    doesn't depend on that of pictures and people.
    """
    # Of a page in memory (a preview) the relations may differ from what is stored; those are not read.
    known = {"", *publication.__dict__.get("_cluster_related_objects", ())}
    authors, *prefetches = shown_relations(type(publication))
    if publication.pk:
        unread = [each for each in prefetches if each.prefetch_to not in known]
        prefetch_related_objects([publication], *unread)
    cards = beside()
    has_stored_authors = publication.pk and authors.prefetch_to not in known
    if with_authors := [*([publication] if has_stored_authors else ()), *cards]:
        prefetch_related_objects(with_authors, authors)
    if cards:
        prefetch_related_objects(cards, Prefetch("topics", card_topics()))
    credited = [*pictures_in(publication.body), *([publication.main_picture] if publication.main_picture else ())]
    Picture.load_shown_facts(credited)
    load_renditions(
        [
            *credited,
            *(person.photo for person in publication.introduced_authors if person.photo),
            *(page.main_picture for page in cards if page.main_picture),
        ]
    )
    return cards
