"""What the scripts share: options, a new newsroom, times, and how they print what they measured."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]
LANGUAGES = "ru,tg,en,kk,ky,uz,fa"
Row = Mapping[str, Any]


def read_options(description: str | None, **defaults: Any) -> argparse.Namespace:
    """Read the command line: an option per default, of its type; a flag where that is False.

    What the options mean is in ``description``, the script's docstring.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in defaults.items():
        flag = f"--{name.replace('_', '-')}"
        if default is False:
            parser.add_argument(flag, action="store_true")
        else:
            parser.add_argument(flag, type=type(default), default=default)
    return parser.parse_args()


def show(subject: str, rows: Sequence[Row], **facts: Any) -> None:
    """Print rows as a table whose columns are their keys, and rows and facts as one line of JSON."""
    show_table(rows)
    print(json.dumps({"subject": subject, **facts, "rows": rows}, ensure_ascii=False))


def show_table(rows: Sequence[Row]) -> None:
    """Print rows as a table; what a row doesn't have stays empty."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [columns, *([str(row.get(name, "")) for name in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))
    print(flush=True)


def spread(times: Sequence[float]) -> dict[str, float]:
    """Return median, 95th percentile and maximum, of milliseconds."""
    if len(times) == 1:
        times = [*times, *times]
    return {
        "median_ms": round(statistics.median(times), 2),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
        "max_ms": round(max(times), 2),
    }


def milliseconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return how long something takes."""
    began = clock()
    work()
    return (clock() - began) * 1000


def set_up(folder: str | Path, settings: str = "test", **environment: str) -> None:
    """Set Django up for a newsroom in a folder, on these settings of cms, and make it: SQLite if not told otherwise."""
    if settings == "production":
        environment = PRODUCTION | environment
    os.environ.update(DJANGO_SETTINGS_MODULE=f"cms.settings.{settings}", NEWSROOM_DATA=str(folder), **environment)
    import django  # noqa: PLC0415 - the environment has to be set first

    django.setup()
    make_newsroom()


HOST = "newsroom.example"
PRODUCTION = {
    "SECRET_KEY": "measured-only-" * 4,
    "ALLOWED_HOSTS": HOST,
    "BASE_URL": f"https://{HOST}",
    "TRUSTED_PROXIES": "1",
    "SECOND_FACTOR": "nobody",
    "DATABASE_URL": "",
    "REDIS_URL": "",
}


def make_newsroom() -> None:
    """Make the tables, production's static files, and a newsroom without articles."""
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415 - Django has to be set up first

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("setup_newsroom", verbosity=0)
    if "production" in os.environ["DJANGO_SETTINGS_MODULE"] and settings.STATIC_ROOT:
        call_command("collectstatic", verbosity=0, interactive=False)


@contextmanager
def newsroom(codes: Sequence[str], articles: int) -> Iterator[None]:
    """Make a database with so many generated articles in each language, of which no index knows yet.

    It is SQLite in a temporary folder; PostgreSQL's test database where DATABASE_URL names a server.
    """
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(DJANGO_SETTINGS_MODULE="cms.settings.test", NEWSROOM_DATA=folder)
        os.environ["NEWSROOM_LANGUAGES"] = ",".join(codes)
        import django  # noqa: PLC0415
        from django.conf import settings  # noqa: PLC0415

        from cms.settings import base  # noqa: PLC0415

        # In files, as the site has it: the tests' settings have it in the database.
        settings.CACHES["default"] = base.CACHES["default"]
        django.setup()
        from chorsu_search.models import IndexChange  # noqa: PLC0415
        from demo.generator import generate_articles  # noqa: PLC0415

        with empty_database():
            make_newsroom()
            if articles:
                generate_articles(number=articles, languages=codes)
            IndexChange.objects.all().delete()
            yield


@contextmanager
def empty_database() -> Iterator[None]:
    """Use PostgreSQL's test database where DATABASE_URL names a server, and delete it afterwards."""
    from django.db import connection  # noqa: PLC0415 - Django has to be set up first

    if connection.vendor == "sqlite":
        yield
        return
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


@contextmanager
def elasticsearch(url: str) -> Iterator[None]:
    """Let an Elasticsearch with indexes of its own be an engine beside the embedded one."""
    from django.test import override_settings  # noqa: PLC0415

    from chorsu_search.engines import get_engine  # noqa: PLC0415

    options = {
        "ENGINE": "chorsu_search.engines.elasticsearch.ElasticsearchEngine",
        "URL": url,
        "PREFIX": f"bench-{uuid.uuid4().hex[:8]}",
        "SEARCH_TIMEOUT": 30,
        "INDEX_TIMEOUT": 120,
    }
    with override_settings(CHORSU_SEARCH={"ENGINES": {"elasticsearch": options}}):
        engine: Any = get_engine("elasticsearch")
        try:
            yield
        finally:
            for index in engine.server.client.indices.get(index=engine.pattern).body:
                engine.server.client.indices.delete(index=index)


def chromium(playwright: Any, *flags: str) -> Any:
    """Start the browser that the tests have."""
    import browser  # noqa: PLC0415 - it lies in tools/

    return browser.launch(playwright, *flags)


def with_demo(measure: Callable[[int, int], int], description: str | None, *, errors: int) -> int:
    """Return what ``measure`` does for the number of errors and the seed of the command line, beside the demo."""
    options = read_options(description, errors=errors, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder, NEWSROOM_LANGUAGES=LANGUAGES, DATABASE_URL="")
        from demo.services import load_demo  # noqa: PLC0415

        load_demo(public_passwords=True)
        return measure(options.errors, options.seed)
