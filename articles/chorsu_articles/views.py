"""Reader pages of the vocabularies. Names in the contexts are as in ``chorsu_articles.contexts``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from chorsu_articles.contexts import PER_PAGE
from chorsu_articles.models import Country, Organisation, Person, Publication, PublicationQuerySet, Topic
from chorsu_articles.pagination import page_of
from chorsu_articles.selectors import by_country, by_organisation, by_person, by_topic, translated_by

TRANSLATIONS_SHOWN = 20


def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a person (``person``), what they wrote (``page_obj``) and their newest ``translations``.

    A withheld name has no page.
    """
    row = get_object_or_404(Person, slug=slug, name_withheld=False)
    translations: list[Publication] = list(translated_by(row, language())[:TRANSLATIONS_SHOWN])
    context = {"person": row, "translations": translations, **listing(request, by_person(row, language()))}
    return render(request, "chorsu_articles/person.html", context)


def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an organisation (``organisation``) and reports of the events it held (``page_obj``)."""
    row = get_object_or_404(Organisation, slug=slug)
    context = {"organisation": row, **listing(request, by_organisation(row, language()))}
    return render(request, "chorsu_articles/organisation.html", context)


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a topic (``topic``) and its publications (``page_obj``)."""
    row = get_object_or_404(Topic, slug=slug)
    return render(request, "chorsu_articles/topic.html", {"topic": row, **listing(request, by_topic(row, language()))})


def country(request: HttpRequest, code: str) -> HttpResponse:
    """Show a country (``country``) and its publications (``page_obj``)."""
    row = get_object_or_404(Country, code=code.upper())
    return render(
        request, "chorsu_articles/country.html", {"country": row, **listing(request, by_country(row, language()))}
    )


def language() -> str:
    """Return the language of the address."""
    return get_language() or ""


def listing(request: HttpRequest, publications: PublicationQuerySet) -> dict[str, Any]:
    """Return the page of a list that the address asks for: ``page_obj``, ``publications``; ``is_led`` on the first."""
    page_obj = page_of(request, publications, PER_PAGE)
    return {
        "page_obj": page_obj,
        "publications": list(page_obj.object_list),
        "is_led": page_obj.number == 1,
    }
