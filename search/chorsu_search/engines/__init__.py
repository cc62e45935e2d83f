"""The engines that the site has configured."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from chorsu_search.conf import get_settings
from chorsu_search.engines.base import Engine, EngineUnavailableError


@cache
def _make(alias: str) -> Engine:
    options: Mapping[str, Any] = get_settings().engines[alias]
    try:
        make = import_string(options["ENGINE"])
    except ImportError as error:
        raise EngineUnavailableError(f"{error}. `manage.py check` says what to do.") from error
    engine: Engine = make(**{name.lower(): value for name, value in options.items() if name != "ENGINE"})
    return engine


def engine_names() -> list[str]:
    """Return the names of the configured engines, in the order in which they are asked."""
    return list(get_settings().engines)


def get_engine(alias: str) -> Engine:
    """Return an engine by its name in CHORSU_SEARCH.

    Raises ``KeyError`` for an unknown one, ``EngineUnavailableError`` for one whose library isn't installed.
    """
    return _make(alias)


def _forget(*, setting: str, **_kwargs: object) -> None:
    if setting == "CHORSU_SEARCH":
        _make.cache_clear()


setting_changed.connect(_forget, dispatch_uid="chorsu_search_engines")
