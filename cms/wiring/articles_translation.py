"""Joins articles and translation: the desk is filtered by the countries that articles are about or tell of."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from chorsu_articles.models import Country, own_fields, publication_models
from chorsu_translation.registry import register_filter


def choices() -> list[tuple[str, str]]:
    """Return the countries by name."""
    language = get_language() or ""
    return sorted(
        ((str(country.pk), country.localized_name(language)) for country in Country.objects.all()),
        key=lambda choice: choice[1],
    )


def of_country(value: str) -> Q:
    """Return the condition by which pages of any kind of publication name a country."""
    return reduce(
        or_,
        [
            Q(pk__in=model.objects.filter(**{name: value}).order_by().values("pk"))
            for model in publication_models()
            for name in ("countries", *(field.name for field in own_fields(model, Country)))
        ],
    )


register_filter("country", _("Country"), choices=choices, condition=of_country)
