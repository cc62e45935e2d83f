"""Lists of publications.

Every list comes with all that a card needs (main picture with renditions, byline, topics, event), so that
the number of queries does not depend on the number of items. In a template use ``{% pageurl item %}``: an item's own
``url`` asks the cache each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Window
from django.db.models.functions import Left, Length, RowNumber
from wagtail.fields import StreamField
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet

from chorsu_articles.columns import columns
from chorsu_articles.models import (
    Country,
    HomePage,
    Organisation,
    Person,
    PictureRendition,
    Publication,
    PublicationAuthor,
    PublicationQuerySet,
    PublicationTranslator,
    SectionPage,
    Topic,
    Vocabulary,
    own_fields,
    publication_models,
)
from chorsu_locales.selectors import in_enabled_languages

# A condition for each private page is fastest while they are few; SQLite refuses a thousand.
MOST_BY_NAME = 100
# How a request learns which pages are private; without it they are asked for by each list.
_private_paths: ContextVar[Callable[[], list[str]] | None] = ContextVar("chorsu_articles_private_paths", default=None)


def private_paths() -> list[str]:
    """Return the paths of the pages that only some may see, with all below them.

    An alias is as private as its original: Wagtail asks for the original's restrictions when it serves an alias, but
    ``public()`` does not.
    """
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


def open_to_all[Pages: PageQuerySet](pages: Pages) -> Pages:
    """Return those that are live, in a language that is switched on, and that everybody may see."""
    private, live = Q(), pages.live()
    paths = (_private_paths.get() or private_paths)()
    if len(paths) > MOST_BY_NAME:
        above = Page.objects.filter(path__in=paths, path=Left(OuterRef("path"), Length("path")))
        live = live.exclude(Exists(above))
    else:
        for path in paths:
            private |= Q(path__startswith=path)
    public: Pages = in_enabled_languages(live.exclude(private) if private else live)
    return public


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
    """Return topics as cards need them: one of them stands above the headline."""
    return Topic.objects.order_by("slug").defer(*columns("description"))


def bare_cards(queryset: PublicationQuerySet) -> PublicationQuerySet:
    """Add to a queryset what a card shows, without authors, topics and the sizes of pictures."""
    tables, long_texts = kinds_with_own_facts()
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


def kinds_with_own_facts() -> tuple[list[str], list[str]]:
    """Return the lookups of the kinds whose cards show fields of their own, and of the long texts in their tables."""
    tables, long_texts = [], []
    for model in publication_models():
        if model.kind_facts_template != Publication.kind_facts_template:
            tables.append(model.path_from_publication())
            fields = (field for field in model._meta.local_fields if isinstance(field, models.TextField | StreamField))
            long_texts += [f"{tables[-1]}__{field.name}" for field in fields]
    return tables, long_texts


def publications(language: str) -> PublicationQuerySet:
    """Return the publications that readers of a language may see, newest first, ready for a list.

    What stands in a second section as an alias is listed in that section only; elsewhere it would be there twice.
    """
    return with_cards(published(language).filter(alias_of__isnull=True))


def by_person(person: Person, language: str) -> PublicationQuerySet:
    """Return what a person wrote in a language. A withheld name gives nothing."""
    links = PublicationAuthor.objects.filter(person=person, person__name_withheld=False)
    written: PublicationQuerySet = publications(language).filter(pk__in=links.values("page_id"))
    return written


def translated_by(person: Person, language: str) -> PublicationQuerySet:
    """Return what a person translated into a language. A withheld name gives nothing."""
    links = PublicationTranslator.objects.filter(person=person, person__name_withheld=False)
    translated: PublicationQuerySet = publications(language).filter(pk__in=links.values("page_id"))
    return translated


def by_topic(topic: Topic, language: str) -> PublicationQuerySet:
    """Return what is about a topic in a language."""
    return narrowed(publications(language), topic=topic)


def by_country(country: Country, language: str) -> PublicationQuerySet:
    """Return what is about a country in a language: of ``countries``, or of a kind's own field."""
    return narrowed(publications(language), country=country)


def by_organisation(organisation: Organisation, language: str) -> PublicationQuerySet:
    """Return what names an organisation in a field of its kind, such as the reports of its events, in a language."""
    named: PublicationQuerySet = publications(language).filter(own_field_has(organisation))
    return named


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
    year: int | None = None,
) -> PublicationQuerySet:
    """Return those of a list that match the chosen filters. An event held in a country is about it too."""
    if country is not None:
        about = Publication.countries.through.objects.filter(country=country)
        queryset = queryset.filter(Q(pk__in=about.values("publication_id")) | own_field_has(country))
    if topic is not None:
        about = Publication.topics.through.objects.filter(topic=topic)
        queryset = queryset.filter(pk__in=about.values("publication_id"))
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
    """Return the expression for the tree path of a page's parent."""
    return Left("path", Length("path") - Publication.steplen)
