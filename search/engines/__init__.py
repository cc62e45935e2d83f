"""The engines that the site has configured."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from search.conf import get_settings
from search.engines.base import Engine


@cache
def _make(alias: str) -> Engine:
    options: Mapping[str, Any] = get_settings().engines[alias]
    engine: Engine = import_string(options["ENGINE"])(
        **{name.lower(): value for name, value in options.items() if name != "ENGINE"}
    )
    return engine


def engine_names() -> list[str]:
    """Return the names of the configured engines, in the order in which they are asked."""
    return list(get_settings().engines)


def get_engine(alias: str) -> Engine:
    """Return an engine by its name in CHORSU_SEARCH; raises ``KeyError`` for an unknown one."""
    return _make(alias)


def _forget(*, setting: str, **_kwargs: object) -> None:
    if setting == "CHORSU_SEARCH":
        _make.cache_clear()


setting_changed.connect(_forget, dispatch_uid="chorsu_search_engines")
