"""What people do in a newsroom while its search server fails."""

from __future__ import annotations

import itertools
import os
import random
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.db import connections
from django.utils import timezone
from elasticsearch import Elasticsearch

from chorsu_articles.models import AnalysisPage, SectionPage
from chorsu_search import services, writing
from chorsu_search.engines import ask_engines, get_engine
from chorsu_search.engines.base import EngineError
from chorsu_search.management.commands.search_check import compare
from chorsu_search.models import IndexChange
from chorsu_search.queries import Query
from tests.factories import make_article, make_home, make_section

_numbers = itertools.count()
_sections: list[SectionPage] = []


def prepare(sections: int) -> None:
    """Make sections in two languages, a few articles in each, and the indexes."""
    for language in ("ru", "tg"):
        home = make_home(language)
        _sections.extend(make_section(home, slug=f"section-{language}-{number}") for number in range(sections // 2))
    for section in _sections:
        for number in range(10):
            make_article(section, title=f"Начало {number}", slug=f"begin-{section.pk}-{number}", locale=section.locale)
    writing.rebuild()
    while writing.sync().done:
        pass


def client() -> Elasticsearch:
    """Return a client of the engine, whose line may be cut."""
    client: Elasticsearch = get_engine("elasticsearch").server.client  # type: ignore[attr-defined]
    return client.options(request_timeout=30)


@contextmanager
def at_work(threads: int, changes: int, seed: int) -> Iterator[list[threading.Thread]]:
    """Let editors, a worker and a reader work; the worker and the reader end with the block."""
    ended = threading.Event()
    failures: list[BaseException] = []

    def run(work: Any, *arguments: Any) -> None:
        try:
            work(*arguments)
        except BaseException as error:  # noqa: BLE001 - handed on
            failures.append(error)
        finally:
            connections.close_all()

    editors = [
        threading.Thread(target=run, args=(_edit, _sections[number], changes, seed + number))
        for number in range(threads)
    ]
    others = [threading.Thread(target=run, args=(work, ended)) for work in (_sweep, _read)]
    for thread in [*editors, *others]:
        thread.start()
    try:
        yield editors
    finally:
        ended.set()
        for thread in [*editors, *others]:
            thread.join()
    if failures:
        raise failures[0]


def _edit(section: SectionPage, changes: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(changes):
        number = next(_numbers)
        pages = AnalysisPage.objects.child_of(section)
        page = chance.choice(list(pages[:20])) if chance.random() < 0.6 else None
        if page is None:
            make_article(section, title=f"Газ {number}", slug=f"gas-{number}-{os.getpid()}", locale=section.locale)
        elif (what := chance.random()) < 0.6:
            page.title = f"Вода {number}"
            page.save_revision().publish()
        elif what < 0.8:
            page.unpublish()
        else:
            page.delete()


def _sweep(ended: threading.Event) -> None:
    while not ended.wait(0.3):
        writing.sweep(limit=100)


def _read(ended: threading.Event) -> None:
    """Search again and again: there is always an answer."""
    query = Query("вода", languages=("ru",))
    while not ended.wait(0.02):
        assert ask_engines(lambda engine: engine.search(query)) is not None, "A reader got no answer."


def rebuild() -> None:
    """Rebuild the server's indexes, as far as it gets."""
    try:
        with suppress(EngineError):
            writing.rebuild(engines=["elasticsearch"])
    finally:
        connections.close_all()


def publish_and_die() -> None:
    """Publish a page in this process, and kill it after the commit, before anything is indexed."""

    def die(_keys: Sequence[int]) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    services.write_after_commit = die
    _edit(_sections[0], 5, time.monotonic_ns())


def settle(patience: float) -> None:
    """Sweep until nothing waits. Raises ``AssertionError`` where that takes too long."""
    end = time.monotonic() + patience
    while IndexChange.objects.exists():
        IndexChange.objects.update(not_before=timezone.now())
        report = writing.sweep()
        if time.monotonic() > end:
            raise AssertionError(f"Changes still wait: {report.error}")
        time.sleep(0.2)


def faults() -> dict[str, list[int]]:
    """Return the pages that each index holds otherwise than the database."""
    return {name: compare(name).faults for name in ("elasticsearch", "embedded")}
