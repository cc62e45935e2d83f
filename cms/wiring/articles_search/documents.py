"""What search needs of publications: names to find them by, facets to filter them with."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Min

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
from chorsu_articles.selectors import own_field_has
from chorsu_search.registry import Extras
from chorsu_search.services import note_changes


def describe(page: Publication) -> Extras:
    """Return what search needs of a publication beside its text; a withheld name is not among it."""
    code = page.locale.language_code
    links = [*page.author_links.select_related("person"), *page.translator_links.select_related("person")]
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
            "section": _section(page),
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


def _section(page: Publication) -> tuple[str, ...]:
    """Return the key that a section has in all its languages: the number of the first of its pages."""
    parent = SectionPage.objects.parent_of(page).first()
    if parent is None:
        return ()
    first = SectionPage.objects.filter(translation_key=parent.translation_key).aggregate(first=Min("pk"))["first"]
    return (str(first),)


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
