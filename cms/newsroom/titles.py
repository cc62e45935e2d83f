"""Titles of what ``setup_newsroom`` makes, in every language of the table."""

from __future__ import annotations

from django.utils import translation

from chorsu_articles.models import Publication, plural_of
from chorsu_locales.table import LANGUAGES

TITLES: dict[str, dict[str, str]] = {
    "analysis": {
        "ru": "Аналитика",
        "tg": "Таҳлил",
        "en": "Analysis",
        "kk": "Талдау",
        "ky": "Талдоо",
        "uz": "Tahlil",
        "fa": "تحلیل",
    },
    "events": {
        "ru": "События",
        "tg": "Чорабиниҳо",
        "en": "Events",
        "kk": "Іс-шаралар",
        "ky": "Иш-чаралар",
        "uz": "Tadbirlar",
        "fa": "رویدادها",
    },
    "about": {
        "ru": "О редакции",
        "tg": "Дар бораи мо",
        "en": "About us",
        "kk": "Біз туралы",
        "ky": "Биз жөнүндө",
        "uz": "Biz haqimizda",
        "fa": "دربارهٔ ما",
    },
}


def get_title(key: str, code: str) -> str:
    """Return a title in a language, or in the nearest of its fallbacks that has one, or in English."""
    language = LANGUAGES.get(code)
    candidates = (code, *(language.fallbacks if language else ()), "en")
    return next(TITLES[key][candidate] for candidate in candidates if candidate in TITLES[key])


def get_section_title(model: type[Publication], code: str) -> str:
    """Return the title of the section of a kind; of a kind that isn't ours, the kind's own name in the plural."""
    if model.kind in TITLES:
        return get_title(model.kind, code)
    with translation.override(code):
        return plural_of(model)
