"""System checks of the settings and of what the engines stand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage
from django.db import connections, router
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string

from chorsu_locales.app_settings import address_faults, template_faults
from chorsu_locales.selectors import enabled_codes, get_language_row
from chorsu_search.analysis import STEMMERS
from chorsu_search.conf import configuration, get_settings
from chorsu_search.engines import engine_names, get_engine
from chorsu_search.engines.base import Engine, EngineUnavailableError
from chorsu_search.models import IndexChange
from chorsu_search.writing import due_rebuilds

MANY_ATTEMPTS = 5


@checks.register("chorsu_search")
def check_settings(**_kwargs: object) -> list[CheckMessage]:
    """Check the settings, the engines, and the stemmers that the languages need."""
    found = configuration.check()
    engines: Any = get_settings().engines
    if isinstance(engines, Mapping) and engines:
        found += [fault for name in engines if (fault := _engine_fault(name))]
    else:
        hint = 'Use {"embedded": {"ENGINE": "chorsu_search.engines.embedded.embedded_engine"}}.'
        found.append(checks.Error("CHORSU_SEARCH['ENGINES'] names no engine.", hint=hint, id="chorsu_search.E002"))
    rows = [get_language_row(code) for code in enabled_codes()]
    names = [row.english_name for row in rows if row.analysis.stemmer and row.analysis.stemmer not in STEMMERS]
    if names:
        found.append(
            _error("E007", f"Search in {', '.join(names)} needs snowballstemmer; until then it only folds letters.")
        )
    return found


@checks.register("chorsu_search")
def check_page(**_kwargs: object) -> list[CheckMessage]:
    """Check that readers come to the search page, and that the site's base template shows it."""
    found = address_faults(
        {"chorsu_search:search": ()}, include='path("", include("chorsu_search.urls"))', fault="chorsu_search.W004"
    )
    return found + template_faults(
        base=get_settings().base_template, setting="CHORSU_SEARCH['BASE_TEMPLATE']", fault="chorsu_search.W006"
    )


@checks.register(checks.Tags.database)
def check_engines(databases: Sequence[str] | None = None, **_kwargs: object) -> list[CheckMessage]:
    """Let each engine look at the database under it; runs with ``check --database`` and ``migrate``."""
    using = router.db_for_read(IndexChange)
    if not databases:
        return []
    if using in databases:
        # `migrate` asks for the check before it brings the tables about.
        loader = MigrationLoader(connections[using])
        if not set(loader.graph.leaf_nodes("chorsu_search")) <= set(loader.applied_migrations):
            return []
    found = [fault for name in engine_names() if not _engine_fault(name) for fault in get_engine(name).check()]
    if using not in databases or IndexChange._meta.db_table not in connections[using].introspection.table_names():
        return found
    found += [
        checks.Warning(
            f"The index of {name!r} doesn't fit the database: a backup was restored, or a rebuild was broken off.",
            hint="The worker (or `manage.py search_sync`) rebuilds it; until then search may show old texts.",
            id="chorsu_search.W007",
        )
        for name in due_rebuilds()
    ]
    stuck = IndexChange.objects.using(using).filter(attempts__gte=MANY_ATTEMPTS).exclude(last_error="")
    found += [
        checks.Warning(
            f"Page {change.page_id} could not be indexed in {change.engine!r}: {change.last_error}",
            hint="It is tried again every hour. `manage.py search_sync` logs more.",
            id="chorsu_search.W003",
        )
        for change in stuck.order_by("pk")[:10]
    ]
    return found


def _engine_fault(name: str) -> CheckMessage | None:  # noqa: PLR0911
    """Return what keeps an engine from being made."""
    options = get_settings().engines[name]
    path = options.get("ENGINE") if isinstance(options, Mapping) else None
    if not path:
        return _error("E002", f'The search engine {name!r} has no "ENGINE".')
    try:
        import_string(path)
    except ImportError as error:
        if str(error.name).partition(".")[0] == "elasticsearch":
            return _error("E007", f"The search engine {name!r} needs {error.name}; until then it doesn't answer.")
        return _error("E002", f"The search engine {name!r} can't be imported: {error}")
    try:
        engine = get_engine(name)
    except EngineUnavailableError as error:
        return _error("E004", str(error))
    except TypeError as error:
        return _error("E002", f"The options of the search engine {name!r} don't fit: {error}")
    if not isinstance(engine, Engine):
        return _error("E002", f"{path} is no search engine: it lacks methods of chorsu_search.engines.base.Engine.")
    return None


_HINTS = {
    "chorsu_search.E002": (
        "There are chorsu_search.engines.embedded.embedded_engine, without options, and "
        "chorsu_search.engines.elasticsearch.ElasticsearchEngine, with those of its arguments in capitals."
    ),
    "chorsu_search.E004": "Use one of these, or chorsu_search.engines.elasticsearch.ElasticsearchEngine with a server.",
    "chorsu_search.E007": 'Run `pip install "chorsu[search]"`, then `manage.py search_rebuild`.',
}


def _error(number: str, problem: str) -> CheckMessage:
    return checks.Error(problem, hint=_HINTS[f"chorsu_search.{number}"], id=f"chorsu_search.{number}")
