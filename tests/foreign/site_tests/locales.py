"""Languages in the site of somebody else, whose own language is not in the table."""

import datetime as dt

from django.template import Context, Template
from django.utils import translation

from chorsu_locales.selectors import get_language_row
from chorsu_locales.text import slugify


def render(text, **context):
    return Template("{% load chorsu_locales_tags %}" + text).render(Context(context))


def test_the_row_that_the_site_adds_is_used():
    assert get_language_row("de-at").quotes.opening == "„"


def test_dates_and_names_of_any_language():
    day = dt.date(2026, 3, 1)
    with translation.override("de"):
        assert render("{{ day|localdate }}", day=day) == "1. März 2026"
    with translation.override("tg"):
        assert render("{{ day|localdate }}", day=day) == "1 марти соли 2026"
    assert render("{{ code|lang_attrs }}", code="fa") == 'lang="fa" dir="rtl"'


def test_slugs_are_latin_in_every_language():
    assert slugify("Größere Städte", "de") == "grossere-stadte"
    assert slugify("Ҷумҳурии Тоҷикистон", "tg") == "jumhurii-tojikiston"
