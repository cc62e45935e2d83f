"""What search needs of publications: names to find them by, facets to filter them with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Min

from chorsu_articles.lists import own_field_has
from chorsu_articles.models import (
    Country,
    Organisation,
    Person,
    Publication,
    SectionPage,
    Topic,
    Vocabulary,
    own_fields,
)
from chorsu_search.registry import Extras
from chorsu_search.services import note_changes

# What ``prepare`` leaves on a page: the key of its section in every language, the number of the first of its pages.
_SECTION = "section_in_search"


def prepare(pages: Sequence[Publication]) -> None:
    """Fetch what ``describe`` reads for pages of one kind."""
    own = (field.name for vocabulary in (Country, Organisation) for field in own_fields(type(pages[0]), vocabulary))
    links = ("author_links__person", "translator_links__person")
    models.prefetch_related_objects(pages, *links, "topics", "countries", *own)
    sections = dict(
        SectionPage.objects.filter(path__in=map(_parent_path, pages)).values_list("path", "translation_key")
    )
    of_a_key = SectionPage.objects.filter(translation_key__in=sections.values()).values("translation_key")
    first = dict(of_a_key.annotate(first=Min("pk")).order_by().values_list("translation_key", "first"))
    for page in pages:
        key = first.get(sections.get(_parent_path(page)))
        setattr(page, _SECTION, () if key is None else (str(key),))


def describe(page: Publication) -> Extras:
    """Return what search needs of a publication beside its text; a withheld name is not among it."""
    code = page.locale.language_code
    if not hasattr(page, _SECTION):
        prepare([page])
    links = [*page.author_links.all(), *page.translator_links.all()]
    people = list(dict.fromkeys(link.person for link in links if not link.person.name_withheld))
    topics = list(page.topics.all())
    countries = list(dict.fromkeys([*page.countries.all(), *_own_rows(page, Country)]))
    names = [row.localized_name(code) for row in (*people, *_own_rows(page, Organisation))]
    places = [text for text in (getattr(page, name) for name in page.place_fields) if text]
    return Extras(
        people=tuple(names),
        places=(*(country.localized_name(code) for country in countries), *places),
        topics=tuple(topic.localized_name(code) for topic in topics),
        facets={
            "section": getattr(page, _SECTION),
            "country": tuple(country.code for country in countries),
            "topic": tuple(topic.slug for topic in topics),
            "person": tuple(person.slug for person in people),
        },
        published_on=page.published_on or page.first_published_at,
    )


def _own_rows(page: Publication, vocabulary: type[Vocabulary]) -> list[Any]:
    """Return the rows of a vocabulary in fields that the page's kind has for itself."""
    rows: list[Any] = []
    for field in own_fields(type(page), vocabulary):
        value = getattr(page, field.name)
        rows += value.all() if field.many_to_many else [value] if value else []
    return rows


def _parent_path(page: Publication) -> str:
    return str(page.path[: -page.steplen])


def note_publications_of(row: Vocabulary) -> None:
    """Note the publications that are found by a name that has changed, been withheld or been deleted."""
    note_changes(Publication.objects.filter(_uses(row)).distinct().values_list("pk", flat=True))


def _uses(instance: Any) -> models.Q:
    match instance:
        case Person():
            return models.Q(author_links__person=instance) | models.Q(translator_links__person=instance)
        case Topic():
            return models.Q(topics=instance)
        case Country():
            return models.Q(countries=instance) | own_field_has(instance)
        case _:
            return own_field_has(instance)
