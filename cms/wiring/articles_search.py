"""Joins articles and search: names to find publications by, facets to filter them with, and when those change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import Min
from django.db.models.signals import post_save, pre_delete
from django.utils.translation import get_language

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
from chorsu_search.registry import Extras, register, register_labels
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


def section_labels(values: Iterable[str]) -> Mapping[str, str]:
    """Return the titles of sections in the active language, or in the section's own where it has no other."""
    keys = [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 18]
    originals = {page.pk: page for page in SectionPage.objects.filter(pk__in=keys)}
    here = {
        page.translation_key: page.title
        for page in SectionPage.objects.filter(
            translation_key__in=[page.translation_key for page in originals.values()],
            locale__language_code=get_language() or "",
        )
    }
    return {str(key): here.get(page.translation_key, page.title) for key, page in originals.items()}


def country_labels(values: Iterable[str]) -> Mapping[str, str]:
    """Return the names of countries in the active language."""
    wanted = set(values)
    return {country.code: country.localized_name() for country in Country.objects.all() if country.code in wanted}


def topic_labels(values: Iterable[str]) -> Mapping[str, str]:
    """Return the names of topics in the active language."""
    return {topic.slug: topic.localized_name() for topic in Topic.objects.filter(slug__in=list(values))}


def person_labels(values: Iterable[str]) -> Mapping[str, str]:
    """Return the names of people in the active language; a withheld one has none, not even one that says so."""
    people = Person.objects.filter(slug__in=list(values))
    return {person.slug: person.localized_name() for person in people if not person.name_withheld}


def vocabulary_changed(instance: Any, created: bool = False, **_kwargs: object) -> None:
    """Note the publications that are found by a name that has changed, been withheld or been deleted."""
    if not created:
        note_changes(Publication.objects.filter(_uses(instance)).distinct().values_list("pk", flat=True))


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


register(Publication, describe)
register_labels("section", section_labels)
register_labels("country", country_labels)
register_labels("topic", topic_labels)
register_labels("person", person_labels)
for model in (Person, Topic, Country, Organisation):
    post_save.connect(vocabulary_changed, sender=model, dispatch_uid=f"articles_search_saved_{model.__name__}")
    pre_delete.connect(vocabulary_changed, sender=model, dispatch_uid=f"articles_search_deleted_{model.__name__}")
