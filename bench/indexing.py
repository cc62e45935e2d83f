"""Articles indexed a second, beside Wagtail's own search backend, and what follows one publication.

Usage: indexing.py [--articles 500] [--languages ru,tg]

The articles are those of ``generate_articles``, real pages, in a new database: SQLite in a temporary folder, or
PostgreSQL where DATABASE_URL names a server (its test database is used). Both are filled in
the same run: ``written`` from what was read of the pages before, ours with facets, words of headlines and vocabulary,
Wagtail's on rows with the same texts, which it doesn't analyse; ``rebuilt`` by ``search_rebuild``, which reads the
pages too. Elasticsearch is measured where ELASTICSEARCH_TEST_URL names a server.
"""

from __future__ import annotations

import os
import statistics
import sys
from itertools import batched
from typing import Any

from _common import LANGUAGES, elasticsearch, milliseconds, newsroom, read_options, show, show_table, spread
from _wagtails import wagtails_model

PUBLICATIONS = 40
BATCH = 50


def main() -> int:
    """Measure, and print tables and JSON."""
    options = read_options(__doc__, articles=500, languages=LANGUAGES)
    codes = options.languages.split(",")
    with newsroom(codes, options.articles):
        print_speed(codes)
    return 0


def print_speed(codes: list[str]) -> None:
    """Measure each engine beside Wagtail's backend, and one publication."""
    from django.db import connection  # noqa: PLC0415

    read = read_all()
    wagtail = wagtails_speed(read)
    ours = {connection.vendor: our_speed("embedded", read)}
    if url := os.environ.get("ELASTICSEARCH_TEST_URL"):
        with elasticsearch(url):
            ours["elasticsearch"] = our_speed("elasticsearch", read)
    number = sum(map(len, read))
    print(f"{number} articles in {', '.join(codes)}; articles a second, and how many times Wagtail's time that is\n")
    rows: list[dict[str, Any]] = [{"index": "Wagtail", "written": round(wagtail)}]
    for name, (written, rebuilt) in ours.items():
        times = round(wagtail / written, 2)
        rows.append({"index": name, "written": round(written), "times": times, "rebuilt": round(rebuilt)})
    show_table([{"one publication on": connection.vendor} | one_publication()])
    show("indexing", rows, articles=number)


def read_all() -> list[list[Any]]:
    """Return the documents of all articles, as many at a time as a rebuild takes, each time in one language."""
    from wagtail.models import Locale  # noqa: PLC0415

    from chorsu_search.documents import findable_pages, read_documents, specific_pages  # noqa: PLC0415

    found = []
    for locale in Locale.objects.all():
        keys = findable_pages().filter(locale=locale).order_by("pk").values_list("pk", flat=True)
        found += [read_documents(specific_pages(some))[0] for some in batched(keys, BATCH)]
    return [documents for documents in found if documents]


def our_speed(engine: str, read: list[list[Any]]) -> tuple[float, float]:
    """Return how many documents are written a second, with words of headlines and vocabulary, and pages rebuilt."""
    from django.db import transaction  # noqa: PLC0415

    from chorsu_search.analysis import get_analyser  # noqa: PLC0415
    from chorsu_search.engines import get_engine  # noqa: PLC0415
    from chorsu_search.models import Document, DocumentFacet, NameWord, PageWords, Word  # noqa: PLC0415
    from chorsu_search.names import store_headlines  # noqa: PLC0415
    from chorsu_search.spelling.vocabulary import remember_words  # noqa: PLC0415
    from chorsu_search.writing import rebuild  # noqa: PLC0415

    for documents in read:
        get_analyser(documents[0].language)  # made once in a process

    def write() -> None:
        for code in dict.fromkeys(documents[0].language for documents in read):
            with get_engine(engine).rebuilding(code) as fill:
                for documents in (some for some in read if some[0].language == code):
                    with transaction.atomic():
                        fill(documents, claim=1)
                        store_headlines(documents)
                        remember_words(documents)
        get_engine(engine).finish_rebuild()

    speeds = []
    for work in (write, lambda: rebuild(engines=[engine])):
        for model in (DocumentFacet, Document, NameWord, PageWords, Word):
            model.objects.all().delete()
        speeds.append(sum(map(len, read)) / milliseconds(work) * 1000)
    return speeds[0], speeds[1]


def wagtails_speed(read: list[list[Any]]) -> float:
    """Return how many rows with the same texts Wagtail's backend for this database writes a second."""
    from wagtail.search.backends import get_search_backend  # noqa: PLC0415

    model = wagtails_model()
    rows = []
    for document in (document for some in read for document in some):
        others = [text for name, text in document.texts.items() if name not in {"headline", "lead"}]
        texts = {"headline": document.texts.get("headline", ""), "lead": document.texts.get("lead", "")}
        rows.append(model(**texts, body="\n".join(others)))
    rows = model.objects.bulk_create(rows, batch_size=200)
    target: Any = get_search_backend()

    def write() -> None:
        for some in batched(rows, BATCH):
            target.get_index_for_model(model).add_items(model, list(some))

    return len(rows) / milliseconds(write) * 1000


def one_publication() -> dict[str, float]:
    """Return the statements and the milliseconds of what follows the publication of one article."""
    from django.db import connection, transaction  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from chorsu_articles.models import AnalysisPage  # noqa: PLC0415
    from chorsu_search.services import note_changes  # noqa: PLC0415

    def follow(page: Any) -> None:
        with transaction.atomic():
            note_changes([page.pk])

    statements, times = [], []
    for page in AnalysisPage.objects.order_by("pk")[:PUBLICATIONS]:
        page.title = f"{page.title} {page.pk}"
        AnalysisPage.objects.filter(pk=page.pk).update(title=page.title)
        times.append(milliseconds(lambda page=page: follow(page)))
        with CaptureQueriesContext(connection) as queries:
            follow(page)
        statements.append(len(queries))
    return {"statements": statistics.median(statements)} | spread(times)


if __name__ == "__main__":
    sys.exit(main())
