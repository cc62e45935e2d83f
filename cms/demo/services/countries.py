"""The countries that the demo's articles are about."""

from __future__ import annotations

from articles.models import Country
from articles.services import fill_countries


def countries_by_code() -> dict[str, Country]:
    """Return the countries by code; those that a fresh newsroom lacks are filled in, and stay."""
    fill_countries()
    return {country.code: country for country in Country.objects.all()}
