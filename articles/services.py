"""What changes something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from babel import Locale as Cldr
from babel.core import UnknownLocaleError
from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.log_actions import log
from wagtail.permissions import policy_registry

from articles.models import Country, Picture
from locales.table import LANGUAGES

# Central Asia and its neighbours, in the order of ISO 3166-1 codes.
COUNTRY_CODES = (
    "AF", "AM", "AZ", "BY", "CN", "GE", "IN", "IQ", "IR", "KG", "KZ", "MN", "PK", "RU", "TJ", "TM", "TR", "UA", "UZ",
)  # fmt: skip

# What the press of the region writes where CLDR has another name: docs/decisions/country-names.md.
USUAL_NAMES = {("KG", "ru"): "Кыргызстан", ("BY", "tg"): "Беларус", ("CN", "tg"): "Чин"}


def fill_countries(codes: Iterable[str] = COUNTRY_CODES) -> int:
    """Fill the country vocabulary from CLDR and return how many rows were added or completed.

    A country that is missing is added with its name in every language of the table; in one that is there, only empty
    names are filled. A name that somebody edited is never overwritten, so this can be run again and again.
    """
    touched = 0
    with transaction.atomic():
        rows = {row.code: row for row in Country.objects.all()}
        for country_code in codes:
            row = rows.get(country_code) or Country(code=country_code)
            empty = [language for language in LANGUAGES if not getattr(row, f"name_{language}")]
            names = {language: name for language in empty if (name := country_name(country_code, language))}
            for language, name in names.items():
                setattr(row, f"name_{language}", name)
            if names:
                row.save()
                touched += 1
    return touched


def country_name(country_code: str, language: str) -> str:
    """Return the name of a country in a language, with a capital letter; an empty string where CLDR has none."""
    if usual := USUAL_NAMES.get((country_code, language)):
        return usual
    try:
        name: str = Cldr.parse(language).territories.get(country_code, "")
    except (UnknownLocaleError, ValueError):
        return ""
    return name[:1].upper() + name[1:]


def change_credit(*, user: Any, picture: Picture, credit: str, instead_of: str = "") -> bool:
    """Give a picture of the library a credit; return whether it changed.

    Only a credit that still is ``instead_of`` is replaced, so that nobody's word about a picture is overwritten.
    Raises ``PermissionDenied`` for who may neither change pictures nor uploaded this one.
    """
    if not policy_registry.get_by_type(Picture).user_has_permission_for_instance(user, "change", picture):
        raise PermissionDenied
    credit = " ".join(credit.replace("\0", "").split())[: Picture._meta.get_field("credit").max_length]
    with transaction.atomic():
        kept = Picture.objects.select_for_update().get(pk=picture.pk)
        if kept.credit != instead_of.strip() or kept.credit == credit:
            picture.credit = kept.credit
            return False
        picture.credit = kept.credit = credit
        kept.save(update_fields=["credit"])
        log(instance=kept, action="wagtail.edit", user=user)
    return True
