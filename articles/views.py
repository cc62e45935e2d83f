"""Reader pages of the vocabularies."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from articles.models import Country, Organisation, Person, Topic


def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a person and what they wrote; a withheld name has no page."""
    return render(
        request, "articles/person.html", {"person": get_object_or_404(Person, slug=slug, name_withheld=False)}
    )


def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an organisation and the events it organised."""
    return render(request, "articles/organisation.html", {"organisation": get_object_or_404(Organisation, slug=slug)})


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a topic and its publications."""
    return render(request, "articles/topic.html", {"topic": get_object_or_404(Topic, slug=slug)})


def country(request: HttpRequest, code: str) -> HttpResponse:
    """Show a country and its publications."""
    return render(request, "articles/country.html", {"country": get_object_or_404(Country, code=code.upper())})
