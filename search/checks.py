"""System checks of the settings and of what the engines stand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.core import checks
from django.core.checks import CheckMessage
from django.db import connections, router
from django.utils.module_loading import import_string

from search.conf import configuration, get_settings
from search.engines import engine_names, get_engine
from search.engines.base import Engine
from search.models import IndexChange


@checks.register("chorsu_search")
def check_settings(**_kwargs: object) -> list[CheckMessage]:
    """Check the names and kinds of the settings."""
    found = configuration.faults(no_dict="chorsu_search.E001", unknown_key="chorsu_search.E001")
    config = get_settings()
    for name, least in (("PAGE_SIZE", 1), ("PAUSE", 0)):
        value = getattr(config, name.lower())
        if isinstance(value, bool) or not isinstance(value, int | float) or value < least:
            found.append(
                checks.Error(
                    f"CHORSU_SEARCH[{name!r}] is {value!r}.",
                    hint=f"Use a number of at least {least}.",
                    id="chorsu_search.E005",
                )
            )
    found += [
        checks.Error(
            f"CHORSU_SEARCH['EXCLUDE'] names {label!r}, which is no model.",
            hint='Use labels such as "blog.ArchivePage".',
            id="chorsu_search.E006",
        )
        for label in config.exclude
        if not _is_model(label)
    ]
    return found + _check_engines()


@checks.register(checks.Tags.database)
def check_engines(databases: Sequence[str] | None = None, **_kwargs: object) -> list[CheckMessage]:
    """Let each engine look at the database under it; runs with ``check --database`` and ``migrate``."""
    if not databases:
        return []
    found = [message for name in engine_names() if not _engine_problem(name) for message in get_engine(name).check()]
    using = router.db_for_read(IndexChange)
    if using not in databases or IndexChange._meta.db_table not in connections[using].introspection.table_names():
        return found
    stuck = IndexChange.objects.using(using).stuck()
    found += [
        checks.Warning(
            f"Page {change.page_id} could not be indexed in {change.engine!r}: {change.last_error}",
            hint="It is tried again every hour. `manage.py search_sync` logs more.",
            id="chorsu_search.W003",
        )
        for change in stuck.order_by("pk")[:10]
    ]
    return found


def _is_model(label: str) -> bool:
    try:
        apps.get_model(label)
    except (LookupError, ValueError):
        return False
    return True


def _check_engines() -> list[CheckMessage]:
    engines: Any = get_settings().engines
    if not isinstance(engines, Mapping) or not engines:
        return [
            checks.Error(
                "CHORSU_SEARCH['ENGINES'] names no engine.",
                hint='Use {"embedded": {"ENGINE": "search.engines.embedded.embedded_engine"}}.',
                id="chorsu_search.E002",
            )
        ]
    return [
        checks.Error(
            problem, hint="See docs/install-search.md for the engines and their options.", id="chorsu_search.E002"
        )
        for name in engines
        if (problem := _engine_problem(name))
    ]


def _engine_problem(name: str) -> str:
    """Return what keeps an engine from being made, or an empty text."""
    options = get_settings().engines[name]
    path = options.get("ENGINE") if isinstance(options, Mapping) else None
    if not path:
        return f'The search engine {name!r} has no "ENGINE".'
    try:
        import_string(path)
    except ImportError as error:
        return f"The search engine {name!r} can't be imported: {error}"
    try:
        engine = get_engine(name)
    except TypeError as error:
        return f"The options of the search engine {name!r} don't fit: {error}"
    return (
        ""
        if isinstance(engine, Engine)
        else f"{path} is no search engine: it lacks methods of search.engines.base.Engine."
    )
