"""What is wrong with the language settings, and how to mend it.

E001  a code in NEWSROOM_LANGUAGES is not in the table
E002  a code is named twice in NEWSROOM_LANGUAGES
E003  a row of the table falls back to a language that is not in the table
W001  a published language has no catalogue anywhere, so Django refuses its addresses
I001  a published language is not in the table
"""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register  # noqa: A004 (Django's name)
from django.utils.translation import check_for_language
from wagtail.coreutils import get_content_languages

from chorsu_locales.selectors import is_known
from chorsu_locales.table import LANGUAGES, normal_code


@register(Tags.translation)
def check_newsroom_languages(**_: Any) -> list[CheckMessage]:
    """Hold NEWSROOM_LANGUAGES, where a site has that setting, against the table."""
    codes = [normal_code(code) for code in getattr(settings, "NEWSROOM_LANGUAGES", ())]
    known = ", ".join(LANGUAGES)
    messages: list[CheckMessage] = []
    for code, times in Counter(codes).items():
        if code not in LANGUAGES:
            names = {row.english_name.lower(): row.code for row in LANGUAGES.values()}
            near = get_close_matches(code, [*names, *LANGUAGES], n=1)
            guess = f" Did you mean {names.get(near[0], near[0])!r}?" if near else ""
            hint = f"Known languages: {known}.{guess} docs/add-a-language.md tells how to add another."
            messages.append(
                Error(f"NEWSROOM_LANGUAGES: there is no language {code!r}.", hint=hint, id="chorsu_locales.E001")
            )
        elif times > 1:
            messages.append(
                Error(
                    f"NEWSROOM_LANGUAGES names {code!r} {times} times.",
                    hint="Name each language once; the first is the default language.",
                    id="chorsu_locales.E002",
                )
            )
    return messages


@register(Tags.translation)
def check_fallbacks(**_: Any) -> list[CheckMessage]:
    """Refuse a row whose fallbacks don't exist: modeltranslation would fail on them at start."""
    return [
        Error(
            f"The language {language.code!r} falls back to {fallback!r}, which is not in the table.",
            hint=f"Use codes of the table: {', '.join(LANGUAGES)}.",
            id="chorsu_locales.E003",
        )
        for language in LANGUAGES.values()
        for fallback in language.fallbacks
        if fallback not in LANGUAGES
    ]


@register(Tags.translation)
def check_catalogues(**_: Any) -> list[CheckMessage]:
    """Warn of a published language for which Django finds no catalogue: it answers 404 to all its addresses."""
    return [
        Warning(
            f"No compiled catalogue (django.mo) exists for the language {code!r}.",
            hint=f"Run `makemessages -l {code}` and `compilemessages -l {code}` in an app or a folder of LOCALE_PATHS; "
            "an empty catalogue is enough.",
            id="chorsu_locales.W001",
        )
        for code in get_content_languages()
        if not check_for_language(code)
    ]


@register(Tags.translation)
def check_rows(**_: Any) -> list[CheckMessage]:
    """Tell of a published language that the table doesn't know: it works, with what is true of every language."""
    return [
        Info(
            f"The language {code!r} has no row in the table of languages.",
            hint="Search folds its letters and knows no endings, dates are Django's, quotation marks English. "
            "docs/add-a-language.md tells how to add a row.",
            id="chorsu_locales.I001",
        )
        for code in get_content_languages()
        if not is_known(code)
    ]
