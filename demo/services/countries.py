"""The countries that the demo's articles are about."""

from __future__ import annotations

from chorsu_articles.models import Country
from chorsu_articles.services.countries import fill_countries


def countries_by_code() -> dict[str, Country]:
    """Return the countries by code; those that a fresh newsroom lacks are filled in, and stay."""
    fill_countries()
    return {country.code: country for country in Country.objects.all()}
