"""Dates by language, language attributes and typesetting, for the templates of any plug-in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from chorsu_locales import dates
from chorsu_locales.selectors import default_code, get_language_row
from chorsu_locales.text import local_digits
from chorsu_locales.typesetting import typeset

register = template.Library()


def _active_code() -> str:
    return get_language() or default_code()


@register.filter
def localdate(value: dt.date | None, pattern: dates.Pattern = "long") -> str:
    """Show a date or moment in the active language; patterns as in ``dates.format_date``."""
    return dates.format_date(value, _active_code(), pattern) if value else ""


@register.filter
def localtimeofday(value: dt.datetime | dt.time | None) -> str:
    """Show a time of day in the active language and the newsroom's time zone."""
    return "" if value is None else dates.format_time(value, _active_code())


@register.filter
def localdate_range(start: dt.date | None, end: dt.date | None = None) -> str:
    """Show a range of days in the active language: ``{{ page.starts_on|localdate_range:page.ends_on }}``."""
    return dates.format_date_range(start, end, _active_code()) if start else ""


@register.filter
def localdate_range_full(start: dt.date | None, end: dt.date | None = None) -> str:
    """Show a range of days in the active language, also in the other calendar that its readers count by."""
    return dates.format_date_range(start, end, _active_code(), full=True) if start else ""


@register.filter
def localweekday(value: dt.date | None) -> str:
    """Show a day of the week in the active language, as it stands inside a line."""
    return dates.format_weekday(value, _active_code()) if value else ""


@register.filter
def localnumber(value: object) -> str:
    """Show a number in the digits of the active language, without grouping."""
    return local_digits(str(value), _active_code())


@register.filter
def lang_attrs(language: Any) -> SafeString:
    """Give ``lang`` and ``dir`` attributes of a code, a locale or anything with a locale; of nothing, nothing."""
    code = _code_of(language)
    return format_html('lang="{}" dir="{}"', code, get_language_row(code).direction) if code else SafeString("")


@register.filter
def isolated(text: str) -> SafeString:
    """Keep the direction of foreign words, and of the marks at their end, from the words around them."""
    return format_html("<bdi>{}</bdi>", text)


@register.filter
def in_language(text: str, language: Any) -> str:
    """Mark a text whose language is not the active one: ``{{ item.name|in_language:item.language }}``."""
    code = _code_of(language)
    if not text or not code or code == _active_code():
        return text
    return format_html("<span {}>{}</span>", lang_attrs(code), text)


@register.filter
def language_own_name(language: Any) -> str:
    """Give the own name of a language by its code or locale."""
    code = _code_of(language)
    return get_language_row(code).name if code else ""


class TypesetNode(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        return mark_safe(typeset(self.nodelist.render(context), _active_code()))  # noqa: S308 (tags are left alone)


@register.tag("typeset")
def typeset_tag(parser: Parser, _token: Token) -> TypesetNode:
    """Let long words be parted and small words stay with the next: ``{% typeset %}…{% endtypeset %}`` around HTML."""
    nodelist = parser.parse(("endtypeset",))
    parser.delete_first_token()
    return TypesetNode(nodelist)


def _code_of(language: Any) -> str:
    locale = getattr(language, "locale", language)
    return str(getattr(locale, "language_code", locale) or "")
