"""Recall, latency and indexing speed of the search engines, beside Wagtail's own search backend.

Usage: search.py [--documents 2000] [--rounds 20] [--engine embedded --engine elasticsearch] [--without-wagtail]

The documents are made by a fixed recipe in every language of the table. Recall: of the documents that hold some form of
a word, the share that is found by another form of it, or by what a reader without the letters types. The database is a
new one: SQLite in a temporary folder, or PostgreSQL where DATABASE_URL names a server (its test database is used).
Elasticsearch is measured where ELASTICSEARCH_TEST_URL names a server. Wagtail's backend answers from the same texts
without analysis, facets or extracts; it counts its results, as our engines do.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

# Per language: what is asked, and the forms that texts hold.
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "ru": {
        "переговоры": ("переговоры", "переговоров", "переговорами"),
        "самолет": ("самолёт", "самолёты", "самолётами"),
        "граница": ("граница", "границы", "границу"),
        "водный": ("водный", "водные", "водных"),
    },
    "tg": {
        "точикистон": ("Тоҷикистон", "Тоҷикистони", "Тоҷикистонро"),
        "чумхури": ("ҷумҳурӣ", "ҷумҳурии", "ҷумҳуриҳо"),
        "китоб": ("китоб", "китобҳо", "китобҳоямонро"),
        "нависанда": ("нависанда", "нависандагон", "нависандаро"),
    },
    "kk": {
        "казакстан": ("Қазақстан", "Қазақстанның", "Қазақстанда"),
        "республика": ("республика", "Республикасы", "Республикасының"),
        "укимет": ("үкімет", "үкіметі", "үкіметтің"),
    },
    "ky": {
        "кыргызстан": ("Кыргызстан", "Кыргызстандын", "Кыргызстанда"),
        "республика": ("республика", "Республикасынын", "Республикасында"),
        "мектеп": ("мектеп", "мектептер", "мектептерде"),
    },
    "uz": {
        "o'zbekiston": ("Oʻzbekiston", "Oʻzbekistonning", "Ўзбекистонда"),
        "respublika": ("respublika", "Respublikasi", "Respublikasida"),
        "maktab": ("maktab", "maktablar", "maktablarning"),
    },
    "fa": {
        "كتاب": ("کتاب", "کتاب‌ها", "کتابهای"),
        "رودخانه ها": ("رودخانه", "رودخانه‌ها", "رودخانه‌های"),
    },
    "en": {
        "economy": ("economy", "economies", "economy’s"),
        "agreement": ("agreement", "agreements", "Agreement"),
        "border": ("border", "borders", "bordering"),
        "region": ("region", "regions", "region’s"),
    },
}
COUNTRIES = ("TJ", "UZ", "KZ", "KG", "TM", "AF")


# What is asked for speed: words in 5 documents of a language, in 2 of 100, in all; two that stand together in 2 of 100
# and the other way round in as many. Made of letters that no language folds and no ending begins with.
RARE, MIDDLE, COMMON, PHRASE = "kolmur", "dorbal", "zumkol", ("bormak", "lurdam")
QUESTIONS = {
    "rare": RARE,
    "middle": MIDDLE,
    "common": COMMON,
    "phrase": f'"{" ".join(PHRASE)}"',
    "two": f"{MIDDLE} {COMMON}",
}


def main() -> int:
    """Fill the engines, ask them, and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2000, help="documents per language")
    parser.add_argument("--rounds", type=int, default=20, help="times that each question is asked")
    parser.add_argument("--engine", action="append", choices=("embedded", "elasticsearch"), help="only this")
    parser.add_argument("--without-wagtail", action="store_true", help="leave Wagtail's backend out: it is slow")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(NEWSROOM_DATA=folder, DJANGO_SETTINGS_MODULE="cms.settings.test")
        rows = measure(options)
    print(f"{options.documents} documents in each of {', '.join(WORDS)}; milliseconds, p50 and p95\n")
    print(
        f"{'engine':<16}{'recall':>8}{'forms':>13}"
        + "".join(f"{kind:>13}" for kind in QUESTIONS)
        + f"{'documents/s':>13}"
    )
    for row in rows:
        recall = f"{row['recall']:.3f}" if "recall" in row else ""
        times = "".join(
            f"{'{:.1f} {:.1f}'.format(*row[kind]) if kind in row else '':>13}" for kind in ("forms", *QUESTIONS)
        )
        print(f"{row['engine']:<16}{recall:>8}{times}{row['documents_a_second']:>13.0f}")
    if not os.environ.get("ELASTICSEARCH_TEST_URL"):
        print("\nElasticsearch was left out: set ELASTICSEARCH_TEST_URL (tools/elasticsearch_server.py start).")
    print(json.dumps({"subject": "search", "documents": options.documents, "rows": rows}))
    return 0


def measure(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Measure each engine that can be had here."""
    import django  # noqa: PLC0415 - the environment has to be set first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from chorsu_search.engines.elasticsearch import ElasticsearchEngine  # noqa: PLC0415
    from chorsu_search.engines.embedded import embedded_engine  # noqa: PLC0415

    if connection.vendor == "sqlite":
        call_command("migrate", verbosity=0, interactive=False)
    else:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    chosen = options.engine or ("embedded", "elasticsearch")
    rows = []
    if "embedded" in chosen:
        rows.append(_measure(connection.vendor, embedded_engine(), options))
        if not options.without_wagtail:
            rows.append(_measure_wagtail(options))
    if (url := os.environ.get("ELASTICSEARCH_TEST_URL")) and "elasticsearch" in chosen:
        engine = ElasticsearchEngine(url, prefix=f"bench-{uuid.uuid4().hex[:8]}", search_timeout=30, index_timeout=120)
        try:
            rows.append(_measure("elasticsearch", engine, options))
        finally:
            for index in engine.server.client.indices.get(index=f"{engine.prefix}.*").body:
                engine.server.client.indices.delete(index=index)
    if connection.vendor != "sqlite":
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    return rows


def _documents(language: str, number: int, first: int) -> tuple[list[Any], dict[str, set[int]]]:
    """Return documents, and which of them hold each word in some form."""
    from chorsu_search.documents import SearchDocument  # noqa: PLC0415

    chance = random.Random(language)
    words = WORDS[language]
    filler = [
        "".join(chance.choices("абвгдезиклмнопрст" if language != "en" else "abcdefghilmnoprst", k=7))
        for _ in range(3000)
    ]
    made, holders = [], {word: set() for word in words}
    for page_id in range(first, first + number):
        body = chance.choices(filler, k=200)
        for word, forms in words.items():
            if chance.random() < 0.1:
                body[chance.randrange(len(body))] = chance.choice(forms)
                holders[word].add(page_id)
        body[chance.randrange(len(body))] = COMMON
        if page_id < first + 5:
            body.append(RARE)
        if chance.random() < 0.02:
            body.append(MIDDLE)
        if chance.random() < 0.04:
            body += PHRASE if chance.random() < 0.5 else PHRASE[::-1]
        facets = {"country": (chance.choice(COUNTRIES),), "year": (str(chance.randint(2018, 2026)),)}
        texts = {"headline": " ".join(body[:6]), "lead": " ".join(body[6:30]), "body": " ".join(body[30:])}
        made.append(SearchDocument(page_id, 2, language, texts, facets))
    return made, holders


def _timed(ask: Any) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def _summary(times: list[float]) -> tuple[float, float]:
    return round(statistics.median(times), 2), round(statistics.quantiles(times, n=20)[-1], 2)


def _measure(name: str, engine: Any, options: argparse.Namespace) -> dict[str, Any]:
    from chorsu_search.queries import Query  # noqa: PLC0415

    holders, first, seconds = {}, 1, 0.0
    for language in WORDS:
        made, holders[language] = _documents(language, options.documents, first)
        first += options.documents
        batches = [made[start : start + 100] for start in range(0, len(made), 100)]
        began = time.perf_counter()
        engine.rebuild([language], lambda _language, found=batches: iter(found), lambda *_done: None, version=1)
        seconds += time.perf_counter() - began
    recalls, forms = [], []
    for language, held in holders.items():
        for word, wanted in held.items():
            found = engine.search(Query(word, languages=(language,), limit=10_000))
            recalls.append(len({hit.page_id for hit in found.hits} & wanted) / len(wanted))
            query = Query(word, languages=(language,))
            forms += [_timed(lambda query=query: engine.search(query)) for _ in range(options.rounds)]
    times = {
        kind: [
            _timed(lambda language=language, text=text: engine.search(Query(text, languages=(language,))))
            for _ in range(options.rounds)
            for language in WORDS
        ]
        for kind, text in QUESTIONS.items()
    }
    return {
        "engine": name,
        "recall": round(statistics.mean(recalls), 4),
        "forms": _summary(forms),
        **{kind: _summary(found) for kind, found in times.items()},
        "documents_a_second": round(options.documents * len(WORDS) / seconds, 1),
    }


def _measure_wagtail(options: argparse.Namespace) -> dict[str, Any]:
    """Measure Wagtail's backend for this database, on a table with the same texts."""
    from django.db import connection, models  # noqa: PLC0415
    from wagtail.search import index  # noqa: PLC0415
    from wagtail.search.backends import get_search_backend  # noqa: PLC0415

    class BenchText(index.Indexed, models.Model):
        headline = models.TextField()
        lead = models.TextField()
        body = models.TextField()
        language = models.CharField(max_length=8)
        search_fields = [
            index.SearchField("headline", boost=10),
            index.SearchField("lead", boost=4),
            index.SearchField("body"),
            index.FilterField("language"),
        ]

        class Meta:
            app_label = "story"

        def __str__(self) -> str:
            return self.headline

    with connection.schema_editor() as editor:
        editor.create_model(BenchText)
    backend, seconds, first = get_search_backend(), 0.0, 1
    for language in WORDS:
        texts = [document.texts for document in _documents(language, options.documents, first)[0]]
        first += options.documents
        rows = BenchText.objects.bulk_create([BenchText(language=language, **text) for text in texts], batch_size=200)
        began = time.perf_counter()
        for start in range(0, len(rows), 100):
            backend.get_index_for_model(BenchText).add_items(BenchText, rows[start : start + 100])
        seconds += time.perf_counter() - began

    def ask(language: str, text: str) -> None:
        found = backend.search(text, BenchText.objects.filter(language=language))
        list(found[:10])
        found.count()

    words = {
        kind: text for kind, text in QUESTIONS.items() if kind != "phrase"
    }  # of which its SQLite backend knows none
    times = {
        kind: [_timed(lambda language=language, text=text: ask(language, text)) for language in list(WORDS)[:3]]
        for kind, text in words.items()
    }
    return {
        "engine": "Wagtail's own",
        **{kind: _summary(found) for kind, found in times.items()},
        "documents_a_second": round(options.documents * len(WORDS) / seconds, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
