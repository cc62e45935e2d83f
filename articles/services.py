"""What changes something."""

from __future__ import annotations

from babel import Locale as Cldr
from babel.core import UnknownLocaleError
from django.db import transaction

from articles.models import Country
from locales.table import LANGUAGES

# Central Asia and its neighbours, in the order of ISO 3166-1 codes.
COUNTRY_CODES = (
    "AF", "AM", "AZ", "BY", "CN", "GE", "IN", "IQ", "IR", "KG", "KZ", "MN", "PK", "RU", "TJ", "TM", "TR", "UA", "UZ",
)  # fmt: skip


def fill_countries() -> int:
    """Fill the country vocabulary from CLDR for Central Asia and its neighbours; return how many rows were touched.

    A country that is missing is added with its name in every language of the table; in one that is there, only empty
    names are filled. A name that somebody edited is never overwritten, so this can be run again and again.
    """
    touched = 0
    with transaction.atomic():
        rows = {row.code: row for row in Country.objects.all()}
        for country_code in COUNTRY_CODES:
            row = rows.get(country_code) or Country(code=country_code)
            before = row.pk
            changed = False
            for language in LANGUAGES:
                column = f"name_{language}"
                name = cldr_name(country_code, language)
                if name and not getattr(row, column):
                    setattr(row, column, name)
                    changed = True
            if changed or before is None:
                row.save()
                touched += 1
    return touched


def cldr_name(country_code: str, language: str) -> str:
    """Return CLDR's name of a country in a language, with a capital letter, or an empty string where CLDR has none."""
    try:
        name: str = Cldr.parse(language).territories.get(country_code, "")
    except (UnknownLocaleError, ValueError):
        return ""
    return name[:1].upper() + name[1:]
