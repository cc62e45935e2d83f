"""Recall and speed of search: the whole page and suggestions by each engine, beside Wagtail's own search backend.

Usage: search.py [--documents 2000] [--languages ru,tg] [--rounds 5] [--engine embedded] [--data FOLDER] [--doubling]

The articles are made by a fixed recipe in every language of the table, as pages with pictures, authors and topics; a
search is timed from the request to the page, signed out, in this process. Recall: of the documents that hold some form
of a word, the share that is found by another form of it, or by what a reader without the letters types.

The database is SQLite in a temporary folder, or PostgreSQL where DATABASE_URL names a server (its test database is
used). Elasticsearch is measured where ELASTICSEARCH_TEST_URL names a server; with ``--engine elasticsearch`` the
database's own index stays empty. ``--data`` keeps folder, database and index, and uses them again. Wagtail's backend
answers from the same texts without page, analysis, facets or extracts; it counts its results, as our engines do.
``--doubling`` measures with so many articles and with twice as many, and prints how many times as long those take.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import batched
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from _corpus import COMMON, MIDDLE, PHRASE, RARE, WORDS, Language, prepare  # noqa: E402
from _wagtails import wagtails_model  # noqa: E402

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
KINDS = ("all", *QUESTIONS, "common, cold", "suggestions")
WARM_UP = 2
WAGTAILS_SECONDS = 60  # for all of its questions of one kind


def main() -> int:
    """Fill the engines, ask them, and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2000, help="articles per language")
    parser.add_argument("--languages", default=",".join(WORDS), help="codes, separated by commas")
    parser.add_argument("--rounds", type=int, default=5, help="times that each question is asked in each language")
    parser.add_argument("--engine", action="append", choices=("embedded", "elasticsearch"), help="only this")
    parser.add_argument("--data", type=Path, help="a folder in which all that is filled stays for the next time")
    parser.add_argument("--without-recall", action="store_true", help="measure times alone")
    parser.add_argument("--without-wagtail", action="store_true", help="leave Wagtail's backend out: it is slow")
    parser.add_argument("--doubling", action="store_true", help="measure twice as many articles too")
    options = parser.parse_args()
    codes = options.languages.split(",")
    if options.doubling:
        if options.data:
            parser.error("--doubling fills folders of its own: leave --data out.")
        print_doubling(options.documents)
        return 0
    if options.data:
        options.data.mkdir(parents=True, exist_ok=True)
    with nullcontext(options.data) if options.data else tempfile.TemporaryDirectory() as folder:
        os.environ.update(NEWSROOM_DATA=str(folder), DJANGO_SETTINGS_MODULE="cms.settings.test")
        with newsroom(codes, keep=bool(options.data)):
            rows = measure(codes, options)
    print_table(rows, codes, options)
    return 0


def print_table(rows: list[dict[str, Any]], codes: list[str], options: argparse.Namespace) -> None:
    """Print what was measured, for people and as JSON."""
    print(f"{options.documents} articles in each of {', '.join(codes)}; milliseconds of the page, p50 and p95\n")
    print(f"{'':<15}{'recall':>7}" + "".join(f"{kind:>15}" for kind in KINDS) + f"{'articles/s':>12}")
    for row in rows:
        recall = f"{row['recall']:.3f}" if "recall" in row else ""
        times = "".join(f"{'{:.1f} {:.1f}'.format(*row[kind]) if kind in row else '':>15}" for kind in KINDS)
        filled = f"{row['articles_a_second']:.0f}" if row.get("articles_a_second") else ""
        print(f"{row['engine']:<15}{recall:>7}{times}{filled:>12}")
    if not os.environ.get("ELASTICSEARCH_TEST_URL"):
        print("\nElasticsearch was left out: set ELASTICSEARCH_TEST_URL (tools/elasticsearch_server.py start).")
    print(json.dumps({"subject": "search", "documents": options.documents, "languages": codes, "rows": rows}))


def print_doubling(number: int) -> None:
    """Measure ``number`` articles in each language and twice as many, each in a process of its own, side by side."""
    given = [argument for argument in sys.argv[1:] if argument != "--doubling"]
    results = []
    for documents in (number, 2 * number):
        command = [sys.executable, __file__, *given, "--documents", str(documents)]
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        results.append({row["engine"]: row for row in json.loads(lines[-1])["rows"]})
    print(f"{number} and {2 * number} articles in each language; milliseconds at p50, and how many times as long\n")
    times = {
        engine: {kind: (row[kind][0], results[1][engine][kind][0]) for kind in KINDS if kind in row}
        for engine, row in results[0].items()
    }
    for engine, kinds in times.items():
        for kind, (one, two) in kinds.items():
            print(f"{engine:<15}{kind:<15}{one:>10.1f}{two:>10.1f}{two / one:>7.2f}×")
    print(json.dumps({"subject": "search, doubled", "documents": number, "rows": times}))


@contextmanager
def newsroom(codes: list[str], *, keep: bool) -> Iterator[None]:
    """Make the database and what Django needs to answer requests as a site does."""
    import django  # noqa: PLC0415 - the environment has to be set first
    from django.conf import settings  # noqa: PLC0415

    # As the site has it, in files; the tests' settings have it in the database.
    settings.CACHES["default"] = {
        "BACKEND": "cms.reader.caches.FileCache",
        "LOCATION": settings.DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
    # A language without articles would have no index.
    for name in ("LANGUAGES", "WAGTAIL_CONTENT_LANGUAGES"):
        setattr(settings, name, [language for language in getattr(settings, name) if language[0] in codes])
    settings.LANGUAGE_CODE = settings.LANGUAGES[0][0]
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    if connection.vendor == "sqlite":
        call_command("migrate", verbosity=0, interactive=False)
        yield
        return
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=keep)
    try:
        yield
    finally:
        if not keep:
            connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def measure(codes: list[str], options: argparse.Namespace) -> list[dict[str, Any]]:
    """Measure each engine that can be had here."""
    from django.db import connection  # noqa: PLC0415
    from django.test import override_settings  # noqa: PLC0415

    from chorsu_search.engines import get_engine  # noqa: PLC0415

    languages = prepare(codes, options.documents)
    available: dict[str, dict[str, Any]] = {"embedded": {"ENGINE": "chorsu_search.engines.embedded.embedded_engine"}}
    if url := os.environ.get("ELASTICSEARCH_TEST_URL"):
        available["elasticsearch"] = {
            "ENGINE": "chorsu_search.engines.elasticsearch.ElasticsearchEngine",
            "URL": url,
            "PREFIX": f"bench-{options.documents}" if options.data else f"bench-{uuid.uuid4().hex[:8]}",
            "SEARCH_TIMEOUT": 30,
            "INDEX_TIMEOUT": 120,
        }
    rows = []
    for name in options.engine or available:
        with override_settings(CHORSU_SEARCH={"ENGINES": {name: available[name]}}):
            engine = get_engine(name)
            try:
                speed = fill(engine, languages)
                shown = connection.vendor if name == "embedded" else name
                rows.append({"engine": shown, "articles_a_second": speed, **ask_all(engine, languages, options)})
            finally:
                if name == "elasticsearch" and not options.data:
                    for index in engine.server.client.indices.get(index=engine.pattern).body:
                        engine.server.client.indices.delete(index=index)
        if name == "embedded" and not options.without_wagtail:
            rows.append(measure_wagtail(languages))
    return rows


def fill(engine: Any, languages: list[Language]) -> float:
    """Fill an engine with what it doesn't have; return how many articles were written a second, 0 where none was."""
    from chorsu_search.engines.base import EngineError  # noqa: PLC0415
    from chorsu_search.queries import Query  # noqa: PLC0415

    seconds, written = 0.0, 0
    for language in languages:
        try:
            found = engine.search(Query(COMMON, languages=(language.code,), limit=0)).total
        except EngineError:
            found = 0
        if found == language.number:
            continue
        made = time.perf_counter()
        for _documents in batched(language.documents(), 100):
            pass
        began = time.perf_counter()
        with engine.rebuilding(language.code) as fill:
            for documents in batched(language.documents(), 100):
                fill(documents, claim=1)
        engine.finish_rebuild()
        seconds += time.perf_counter() - began - (began - made)
        written += language.number
    return round(written / seconds, 1) if written else 0.0


def ask_all(engine: Any, languages: list[Language], options: argparse.Namespace) -> dict[str, Any]:
    """Return recall, and the times of the page for each kind of question, and of suggestions."""
    from django.test import Client  # noqa: PLC0415

    client = Client()

    def page(address: str, language: Language, text: str) -> float:
        return timed(lambda: check(client.get(f"/{language.code}/{address}/", {"q": text})))

    # What is asked for the first time, but for the common word, whose first time is told by itself.
    for language in languages:
        for text in language.fillers[-WARM_UP:]:
            page("search", language, text)
    cold = [page("search", language, COMMON) for language in languages]
    times = {
        kind: [
            page("search", language, ask(language, number))
            for number in range(options.rounds)
            for language in languages
        ]
        for kind, ask in QUESTIONS.items()
    }
    suggestions = [
        page("search/completions", language, language.fillers[number][:length])
        for number in range(options.rounds)
        for language in languages
        for length in (2, 3, 4)
    ]
    everything = [each for found in times.values() for each in found]
    return {
        **({} if options.without_recall else {"recall": recall(engine, languages)}),
        "all": summary(everything),
        "common, cold": summary(cold),
        **{kind: summary(found) for kind, found in times.items()},
        "suggestions": summary(suggestions),
    }


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


def timed(ask: Callable[[], object]) -> float:
    """Return how many milliseconds something takes."""
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def summary(times: list[float]) -> tuple[float, float]:
    """Return median and 95th percentile."""
    if len(times) == 1:
        return round(times[0], 2), round(times[0], 2)
    return round(statistics.median(times), 2), round(statistics.quantiles(times, n=20)[-1], 2)


def measure_wagtail(languages: list[Language]) -> dict[str, Any]:
    """Measure Wagtail's backend for this database, on a table with the same texts; a kind of question for a minute."""
    from wagtail.search.backends import get_search_backend  # noqa: PLC0415

    model, backend = wagtails_model(), get_search_backend()
    speed = fill_wagtails(model, backend, languages)

    def ask(language: Language, text: str) -> None:
        found = backend.search(text, model.objects.filter(language=language.code))
        list(found[:10])
        found.count()

    row: dict[str, Any] = {"engine": "Wagtail's own", "articles_a_second": speed}
    for kind, text in QUESTIONS.items():
        if kind in {"phrase", "slip"}:
            continue  # its SQLite backend knows neither
        times: list[float] = []
        began = time.perf_counter()
        for language in languages:
            if not times or time.perf_counter() - began < WAGTAILS_SECONDS:
                times.append(timed(lambda language=language, text=text: ask(language, text(language, 0))))
        row[kind] = summary(times)
    return row


def fill_wagtails(model: Any, backend: Any, languages: list[Language]) -> float:
    """Index what isn't indexed; return how many articles a second, 0 where none was."""
    seconds, written = 0.0, 0
    for language in languages:
        if model.objects.filter(language=language.code).exists():
            continue
        for documents in batched(language.documents(), 100):
            rows = model.objects.bulk_create(model(language=language.code, **each.texts) for each in documents)
            began = time.perf_counter()
            backend.get_index_for_model(model).add_items(model, rows)
            seconds += time.perf_counter() - began
        written += language.number
    return round(written / seconds, 1) if written else 0.0


if __name__ == "__main__":
    sys.exit(main())
