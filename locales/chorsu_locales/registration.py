"""Languages of the table that Django has never heard of."""

from __future__ import annotations

from django.conf.locale import LANG_INFO

from chorsu_locales.table import LANGUAGES


def register_names() -> None:
    """Add names and direction of the table's languages to Django's list, where it lacks them.

    Django and Wagtail look languages up there without a default: a missing one is a ``KeyError`` in the admin.
    """
    for code, language in LANGUAGES.items():
        LANG_INFO.setdefault(
            code,
            {
                "bidi": language.direction == "rtl",
                "code": code,
                "name": language.english_name,
                "name_local": language.name,
            },
        )
