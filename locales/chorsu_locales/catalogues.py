"""Names of languages that Django doesn't know, and the order in which catalogues are asked for a string.

Interface strings fall back along the language's own chain (tg, ru, en), not to ``LANGUAGE_CODE`` alone. Django builds
one translation object per language and gives it ``LANGUAGE_CODE``'s as the only fallback, by
``DjangoTranslation._add_fallback``. That method is what is replaced here, for languages of the table; others keep
Django's rule. The objects stay in Django's own cache, so whatever empties that (the autoreloader, changed settings in
tests) also empties the chains.
"""

from __future__ import annotations

from typing import Any

from django.conf.locale import LANG_INFO
from django.utils.translation import trans_real

from chorsu_locales.selectors import fallback_chain, is_known
from chorsu_locales.table import LANGUAGES


def interface_fallbacks(code: str) -> tuple[str, ...] | None:
    """Return the languages whose catalogues are asked after that of ``code``; None leaves it to Django.

    English ends the chain: the strings in the code are English.
    """
    if not is_known(code):
        return None
    chain = fallback_chain(code)
    english = next((place for place, name in enumerate(chain) if name.partition("-")[0] == "en"), len(chain))
    return chain[1 : english + 1]


class LoneTranslation(trans_real.DjangoTranslation):
    """The catalogue of one language without any fallback: a link of a chain."""

    def _add_fallback(self, localedirs: Any = None) -> None:
        pass


class ChainedTranslation(trans_real.DjangoTranslation):
    """The catalogue of a language, followed by those of its chain."""

    def _add_fallback(self, localedirs: Any = None) -> None:
        fallbacks = interface_fallbacks(self.language())
        if fallbacks is None:
            super()._add_fallback(localedirs)  # type: ignore[misc]
            return
        for code in fallbacks:
            # A new object for each chain: gettext appends a fallback to the end of a linked list.
            self.add_fallback(LoneTranslation(code, domain=self.domain, localedirs=localedirs))


def install() -> None:
    """Make Django build its translation objects with chains; called once when the apps are ready."""
    if trans_real.DjangoTranslation is not ChainedTranslation:
        trans_real.DjangoTranslation = ChainedTranslation  # type: ignore[misc]
        trans_real._translations.clear()  # type: ignore[attr-defined]  # noqa: SLF001


def register_names() -> None:
    """Add names and direction of the table's languages to Django's list, where it lacks them.

    Django and Wagtail look languages up there without a default: a missing one is a ``KeyError`` in the admin.
    """
    for code, language in LANGUAGES.items():
        names = {"code": code, "name": language.english_name, "name_local": language.name}
        LANG_INFO.setdefault(code, {"bidi": language.direction == "rtl", **names})
