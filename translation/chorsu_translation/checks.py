"""System checks: E001 the plug-in's settings, E002 the extra, W001 a site without languages; I001 notes services."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from chorsu_locales.app_settings import register_notes
from chorsu_translation.conf import configuration, get_settings

check_settings = configuration.register_check()


@checks.register
def check_installation(**_: Any) -> Iterator[checks.CheckMessage]:
    """Find a site without what the extra installs, and one that translates nothing."""
    if absent := [name for name in ("rapidfuzz", "lxml", "httpx") if find_spec(name) is None]:
        problem, hint = f"chorsu_translation needs {' and '.join(absent)}.", 'Run: pip install "chorsu[translation]"'
        yield checks.Error(problem, hint=hint, id="chorsu_translation.E002")
    if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        problem = "WAGTAIL_I18N_ENABLED is off, so there is nothing to translate into."
        hint = "Set WAGTAIL_I18N_ENABLED = True and WAGTAIL_CONTENT_LANGUAGES."
        yield checks.Warning(problem, hint=hint, id="chorsu_translation.W001")


@register_notes
def note_machines() -> Iterator[checks.Info]:
    """Name the services that get published texts to draft translations (``chorsu_translation.I001``)."""
    for name, each in get_settings().machines.items() if not check_settings() else ():
        host = urlsplit(each.get("OPTIONS", {}).get("url", "")).hostname or each["SERVICE"]
        yield checks.Info(f"{name} ({host}) gets texts: {', '.join(each['PAIRS'])}.", id="chorsu_translation.I001")
