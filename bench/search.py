"""Search beside the database: times of the page, recall, and Wagtail's own backend.

Usage: search.py [--documents 2000] [--languages ru,tg] [--rounds 5] [--engine embedded] [--doubling]

The articles are made by a fixed recipe in every language of the table, as pages with pictures, authors and topics; a
search is timed from the request to the page, signed out, in this process. Recall: of the documents that hold some form
of a word, the share that is found by another form of it, or by what a reader without the letters types.

The database is SQLite in a temporary folder, or PostgreSQL where DATABASE_URL names a server (its test database is
used). Elasticsearch is measured where ELASTICSEARCH_TEST_URL names a server; with ``--engine elasticsearch`` the
database's own index stays empty. Wagtail's backend answers from the same texts without page, analysis, facets or
extracts; it counts its results, as our engines do. ``--doubling`` measures with so many articles and with twice as
many, and prints how many times as long those take.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import batched
from typing import Any

from _common import elasticsearch, milliseconds, newsroom, read_options, show, spread
from _corpus import COMMON, MIDDLE, PHRASE, RARE, WORDS, Language, prepare
from _wagtails import wagtails_model

# What is asked in each language: a word of some length, and a slip in it, are the same words.
QUESTIONS: dict[str, Callable[[Language, int], str]] = {
    "rare": lambda _language, _round: RARE,
    "middle": lambda _language, _round: MIDDLE,
    "common": lambda _language, _round: COMMON,
    "two": lambda _language, _round: f"{MIDDLE} {COMMON}",
    "phrase": lambda _language, _round: f'"{" ".join(PHRASE)}"',
    "plain": lambda language, number: language.fillers[number],
    "slip": lambda language, number: language.slip(language.fillers[number]),
}
WARM_UP = 2
WAGTAILS_SECONDS = 60  # for all of its questions of one kind


def main() -> int:
    """Fill the engines, ask them, and print a table and JSON."""
    options = read_options(__doc__, documents=2000, languages=",".join(WORDS), rounds=5, engine="", doubling=False)
    codes = options.languages.split(",")
    if options.doubling:
        print_doubling(options.documents)
        return 0
    with newsroom(codes, 0):
        rows = measure(codes, options)
    if not os.environ.get("ELASTICSEARCH_TEST_URL"):
        print("Elasticsearch was left out: set ELASTICSEARCH_TEST_URL (tools/elasticsearch_server.py start).")
    show("search", rows, documents=options.documents, languages=codes)
    return 0


def print_doubling(number: int) -> None:
    """Measure ``number`` articles in each language and twice as many, each in a process of its own, side by side."""
    given = [argument for argument in sys.argv[1:] if argument != "--doubling"]
    results = []
    for documents in (number, 2 * number):
        command = [sys.executable, __file__, *given, "--documents", str(documents)]
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        results.append(json.loads(lines[-1])["rows"])
    rows = []
    for one, two in zip(*results, strict=True):
        times = {"once_ms": one["median_ms"], "twice_ms": two["median_ms"]}
        ratio = round(two["median_ms"] / one["median_ms"], 2)
        rows.append({"engine": one["engine"], "question": one["question"], **times, "ratio": ratio})
    show("search, doubled", rows, documents=number)


def measure(codes: list[str], options: argparse.Namespace) -> list[dict[str, Any]]:
    """Measure each engine that can be had here."""
    from django.db import connection  # noqa: PLC0415

    languages = prepare(codes, options.documents)
    rows: list[dict[str, Any]] = []
    if options.engine != "elasticsearch":
        rows += measure_engine("embedded", connection.vendor, languages, options.rounds)
        rows += measure_wagtail(languages)
    url = os.environ.get("ELASTICSEARCH_TEST_URL")
    if url and options.engine != "embedded":
        with elasticsearch(url):
            rows += measure_engine("elasticsearch", "elasticsearch", languages, options.rounds)
    return rows


def measure_engine(name: str, shown: str, languages: list[Language], rounds: int) -> list[dict[str, Any]]:
    """Fill an engine, and return the times of questions; ``shown`` is its name in the table."""
    from chorsu_search.engines import get_engine  # noqa: PLC0415

    engine = get_engine(name)
    speed = fill(engine, languages)
    rows = [{"engine": shown} | row for row in ask_all(languages, rounds)]
    print(f"{shown}: {speed} articles written a second, recall {recall(engine, languages)}", flush=True)
    return rows


def fill(engine: Any, languages: list[Language]) -> float:
    """Fill an engine; return how many articles were written a second."""
    spent, written = 0.0, 0
    for language in languages:
        # What it takes to make them isn't the engine's.
        spent -= milliseconds(lambda language=language: list(batched(language.documents(), 100)))
        spent += milliseconds(lambda language=language: rebuild(engine, language))
        written += language.number
    return round(written / spent * 1000, 1)


def rebuild(engine: Any, language: Language) -> None:
    """Write the index of a language."""
    with engine.rebuilding(language.code) as write:
        for documents in batched(language.documents(), 100):
            write(documents, claim=1)
    engine.finish_rebuild()


def ask_all(languages: list[Language], rounds: int) -> list[dict[str, Any]]:
    """Return the times of the page for each kind of question, and of suggestions."""
    from django.test import Client  # noqa: PLC0415

    client = Client()

    def page(address: str, language: Language, text: str) -> float:
        return milliseconds(lambda: check(client.get(f"/{language.code}/{address}/", {"q": text})))

    # What is asked for the first time, but for the common word, whose first time is told by itself.
    for language in languages:
        for text in language.fillers[-WARM_UP:]:
            page("search", language, text)
    cold = [page("search", language, COMMON) for language in languages]
    times = {
        kind: [page("search", language, ask(language, number)) for number in range(rounds) for language in languages]
        for kind, ask in QUESTIONS.items()
    }
    everything = [each for found in times.values() for each in found]
    suggestions = [
        page("search/completions", language, language.fillers[number][:length])
        for number in range(rounds)
        for language in languages
        for length in (2, 3, 4)
    ]
    times |= {"all": everything, "common, cold": cold, "suggestions": suggestions}
    return [{"question": kind} | spread(found) for kind, found in times.items()]


def recall(engine: Any, languages: list[Language]) -> float:
    """Return the share of the documents with some form of a word that is found by another form."""
    from chorsu_search.queries import Query  # noqa: PLC0415

    shares = []
    for language in languages:
        for word, wanted in language.holders().items():
            found = engine.search(Query(word, languages=(language.code,), limit=10_000, with_facets=False))
            shares.append(len({hit.page_id for hit in found.hits} & wanted) / len(wanted))
    return round(statistics.mean(shares), 4)


def check(response: Any) -> None:
    """Make sure that a question was answered."""
    if response.status_code != 200:
        raise SystemExit(f"{response.wsgi_request.get_full_path()}: {response.status_code}")


def measure_wagtail(languages: list[Language]) -> list[dict[str, Any]]:
    """Measure Wagtail's backend for this database, on a table with the same texts; a kind of question for a minute."""
    from wagtail.search.backends import get_search_backend  # noqa: PLC0415

    model, backend = wagtails_model(), get_search_backend()
    speed = fill_wagtails(model, backend, languages)

    def ask(language: Language, text: str) -> None:
        found = backend.search(text, model.objects.filter(language=language.code))
        list(found[:10])
        found.count()

    print(f"Wagtail's own: {speed} articles written a second", flush=True)
    rows = []
    for kind, text in QUESTIONS.items():
        if kind in {"phrase", "slip"}:
            continue  # its SQLite backend knows neither
        times: list[float] = []
        began = time.perf_counter()
        for language in languages:
            if not times or time.perf_counter() - began < WAGTAILS_SECONDS:
                times.append(milliseconds(lambda language=language, text=text: ask(language, text(language, 0))))
        rows.append({"engine": "Wagtail's own", "question": kind} | spread(times))
    return rows


def fill_wagtails(model: Any, backend: Any, languages: list[Language]) -> float:
    """Index all articles; return how many a second."""
    spent, written = 0.0, 0
    for language in languages:
        for documents in batched(language.documents(), 100):
            rows = model.objects.bulk_create(model(language=language.code, **each.texts) for each in documents)
            spent += milliseconds(lambda rows=rows: backend.get_index_for_model(model).add_items(model, rows))
        written += language.number
    return round(written / spent * 1000, 1)


if __name__ == "__main__":
    sys.exit(main())
