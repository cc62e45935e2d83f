"""All settings of the plug-in: the dict ``CHORSU_TRANSLATION``."""

from __future__ import annotations

from dataclasses import dataclass, field
from inspect import signature
from typing import Any
from urllib.parse import urlsplit

from django.utils.module_loading import import_string

from chorsu_locales.app_settings import MODELS, AppSettings


@dataclass(frozen=True, slots=True)
class TranslationSettings:
    """What a site can set; the keys of the dict are the same names in upper case.

    ``page_types``: models whose pages are translated, as ``app_label.Model``; empty means every page type.

    ``start_with``: what a translation begins with where nobody chose: a "copy" of the source's text, or "empty" blocks.
    ``machines``: services for drafts, by name: ``SERVICE``, a dotted path, its ``OPTIONS`` and ``PAIRS`` ("ru:tg").
    ``machine_notice``: whether readers are told that a machine helped.
    """

    page_types: tuple[str, ...] = ()
    start_with: str = "copy"
    machine_notice: bool = False
    machines: dict[str, Any] = field(default_factory=dict)


def _are_machines(value: Any) -> bool:
    try:
        for each in value.values():
            options = each.get("OPTIONS", {})
            signature(import_string(each["SERVICE"])).bind([], source="", target="", **options)
            urlsplit(options.get("url", ""))
        return all(pair.count(":") == 1 for each in value.values() for pair in each["PAIRS"])
    except (AttributeError, ImportError, LookupError, TypeError, ValueError):
        return False


configuration = AppSettings(
    "CHORSU_TRANSLATION",
    TranslationSettings,
    identifier="chorsu_translation.E001",
    wants={
        "page_types": MODELS,
        "start_with": (lambda value: value in ("copy", "empty"), 'Use "copy" or "empty".'),
        "machines": (_are_machines, 'Use {name: {"SERVICE": "…", "OPTIONS": {…}, "PAIRS": ["ru:tg"]}}.'),
    },
)
get_settings = configuration.get
