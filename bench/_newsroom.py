"""A newsroom in a new database: with generated articles where is measured what search writes, or with the demo."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
LANGUAGES = "ru,tg,en,kk,ky,uz,fa"


def set_up() -> None:
    """Make the tables, that of the tests' cache too, and a newsroom without articles."""
    from django.core.management import call_command  # noqa: PLC0415 - Django has to be set up first

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("setup_newsroom", verbosity=0)


@contextmanager
def newsroom(codes: list[str], articles: int) -> Iterator[None]:
    """Make a database with so many articles in each language, of which no index knows yet.

    It is SQLite in the folder NEWSROOM_DATA, or PostgreSQL's test database where DATABASE_URL names a server.
    """
    import django  # noqa: PLC0415 - the environment has to be set first

    django.setup()
    from django.db import connection  # noqa: PLC0415

    from chorsu_search.models import IndexChange  # noqa: PLC0415
    from demo.generator import generate_articles  # noqa: PLC0415

    if connection.vendor != "sqlite":
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        set_up()
        generate_articles(number=articles, languages=codes)
        IndexChange.objects.all().delete()
        yield
    finally:
        if connection.vendor != "sqlite":
            connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def with_demo(measure: Callable[[int, int], int], description: str | None, *, errors: int) -> int:
    """Return what ``measure`` does for the number of errors and the seed of the command line, beside the demo."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", type=int, default=errors)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            NEWSROOM_DATA=folder, NEWSROOM_LANGUAGES=LANGUAGES, DJANGO_SETTINGS_MODULE="cms.settings.test"
        )
        os.environ.pop("DATABASE_URL", None)
        import django  # noqa: PLC0415 - the environment has to be set first

        django.setup()
        from demo.services import load_demo  # noqa: PLC0415

        set_up()
        load_demo(public_passwords=True)
        return measure(options.errors, options.seed)
