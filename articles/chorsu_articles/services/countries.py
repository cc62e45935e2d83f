"""The vocabulary of countries, filled from CLDR."""

from __future__ import annotations

from collections.abc import Iterable

from babel import Locale as Cldr
from babel.core import UnknownLocaleError
from django.db import transaction

from chorsu_articles.columns import columns
from chorsu_articles.models import Country
from chorsu_locales.selectors import get_language_row

# Central Asia and its neighbours, in the order of ISO 3166-1 codes.
COUNTRY_CODES = (
    "AF", "AM", "AZ", "BY", "CN", "GE", "IN", "IQ", "IR", "KG", "KZ", "MN", "PK", "RU", "TJ", "TM", "TR", "UA", "UZ",
)  # fmt: skip


@transaction.atomic
def fill_countries(codes: Iterable[str] = COUNTRY_CODES) -> int:
    """Fill in empty names of countries from CLDR, add missing countries, and return how many rows were touched."""
    touched = 0
    rows = {row.code: row for row in Country.objects.all()}
    for country_code in codes:
        row = rows.get(country_code) or Country(code=country_code)
        empty = {name: code for name, (_field, code) in columns("name").items() if not getattr(row, name)}
        names = {name: text for name, code in empty.items() if (text := country_name(country_code, code))}
        for name, text in names.items():
            setattr(row, name, text)
        if names:
            row.save()
            touched += 1
    return touched


def country_name(country_code: str, language: str) -> str:
    """Return the name of a country in a language, with a capital letter; an empty string where CLDR has none."""
    if usual := get_language_row(language).country_names.get(country_code):
        return usual
    try:
        name: str = Cldr.parse(language, sep="-").territories.get(country_code, "")
    except (UnknownLocaleError, ValueError):
        return ""
    return name[:1].upper() + name[1:]
