"""All settings of the plug-in: the dict ``CHORSU_TRANSLATION``."""

from __future__ import annotations

from dataclasses import dataclass

from chorsu_locales.app_settings import MODELS, AppSettings


@dataclass(frozen=True, slots=True)
class TranslationSettings:
    """What a site can set; the keys of the dict are the same names in upper case.

    ``page_types``: models whose pages are translated, as ``app_label.Model``; empty means every page type.

    ``start_with``: what a translation begins with where nobody chose: a "copy" of the source's text, or "empty" blocks.
    """

    page_types: tuple[str, ...] = ()
    start_with: str = "copy"


configuration = AppSettings(
    "CHORSU_TRANSLATION",
    TranslationSettings,
    identifier="chorsu_translation.E001",
    wants={"page_types": MODELS, "start_with": (lambda value: value in ("copy", "empty"), 'Use "copy" or "empty".')},
)
get_settings = configuration.get
