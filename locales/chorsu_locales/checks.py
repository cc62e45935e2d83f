"""What is wrong with the language settings, and how to mend it.

E001  a code in NEWSROOM_LANGUAGES is not in the table
W001  a published language has no catalogue anywhere, so Django refuses its addresses
I001  a published language is not in the table (a note)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register  # noqa: A004 (Django's name)
from django.utils.translation import check_for_language
from wagtail.coreutils import get_content_languages

from chorsu_locales.app_settings import register_notes
from chorsu_locales.selectors import is_known
from chorsu_locales.table import LANGUAGES, normal_code


@register(Tags.translation)
def check_languages(**_: Any) -> Iterator[CheckMessage]:
    for code in dict.fromkeys(map(normal_code, getattr(settings, "NEWSROOM_LANGUAGES", ()))):
        if code not in LANGUAGES:
            yield Error(
                f"NEWSROOM_LANGUAGES: there is no language {code!r}.",
                hint=f"Known languages: {', '.join(LANGUAGES)}. chorsu_locales.table.add_language adds another.",
                id="chorsu_locales.E001",
            )
    for code in get_content_languages():
        if not check_for_language(code):
            yield Warning(
                f"No compiled catalogue (django.mo) exists for the language {code!r}: its addresses answer 404.",
                hint=f"Run `makemessages -l {code}` and `compilemessages -l {code}` in an app or a folder of "
                "LOCALE_PATHS; an empty catalogue is enough.",
                id="chorsu_locales.W001",
            )


@register_notes
def note_languages() -> Iterator[Info]:
    for code in get_content_languages():
        if not is_known(code):
            yield Info(
                f"The language {code!r} has no row in the table of languages.",
                hint="Search folds its letters and knows no endings, dates are Django's, quotation marks English. "
                "A row is given by chorsu_locales.table.add_language.",
                id="chorsu_locales.I001",
            )
