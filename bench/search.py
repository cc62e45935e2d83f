"""Recall and latency of the search engines.

Usage: search.py [--documents 2000] [--rounds 20]

The documents are made by a fixed recipe in every language of the table. Recall: of the documents that hold some form of
a word, the share that is found by another form of it, or by what a reader without the letters types. The database is a
new one in a temporary folder. Elasticsearch is measured where ELASTICSEARCH_TEST_URL names a server.
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


def main() -> int:
    """Fill the engines, ask them, and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=2000, help="documents per language")
    parser.add_argument("--rounds", type=int, default=20, help="times that each question is asked")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(NEWSROOM_DATA=folder, DJANGO_SETTINGS_MODULE="cms.settings.test")
        os.environ.pop("DATABASE_URL", None)
        rows = measure(options.documents, options.rounds)
    print(f"{options.documents} documents in each of {', '.join(WORDS)}\n")
    print(f"{'engine':<16}{'recall':>8}{'median ms':>11}{'p95 ms':>9}{'documents/s':>13}")
    for row in rows:
        speed = f"{row['documents_a_second']:.0f}"
        print(f"{row['engine']:<16}{row['recall']:>8.3f}{row['median_ms']:>11.1f}{row['p95_ms']:>9.1f}{speed:>13}")
    if not os.environ.get("ELASTICSEARCH_TEST_URL"):
        print("\nElasticsearch was left out: set ELASTICSEARCH_TEST_URL (tools/elasticsearch_server.py start).")
    print(json.dumps({"subject": "search", "documents": options.documents, "rows": rows}))
    return 0


def measure(documents: int, rounds: int) -> list[dict[str, Any]]:
    """Measure each engine that can be had here."""
    import django  # noqa: PLC0415 - the environment has to be set first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from chorsu_search.engines.elasticsearch import ElasticsearchEngine  # noqa: PLC0415
    from chorsu_search.engines.embedded import embedded_engine  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    rows = [_measure("sqlite", embedded_engine(), documents, rounds)]
    if url := os.environ.get("ELASTICSEARCH_TEST_URL"):
        engine = ElasticsearchEngine(url, prefix=f"bench-{uuid.uuid4().hex[:8]}", search_timeout=30, index_timeout=120)
        try:
            rows.append(_measure("elasticsearch", engine, documents, rounds))
        finally:
            for index in engine.server.client.indices.get(index=f"{engine.prefix}.*").body:
                engine.server.client.indices.delete(index=index)
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
        facets = {"country": (chance.choice(COUNTRIES),), "year": (str(chance.randint(2018, 2026)),)}
        texts = {"headline": " ".join(body[:6]), "lead": " ".join(body[6:30]), "body": " ".join(body[30:])}
        made.append(SearchDocument(page_id, 2, language, texts, facets))
    return made, holders


def _measure(name: str, engine: Any, documents: int, rounds: int) -> dict[str, Any]:
    from chorsu_search.queries import Query  # noqa: PLC0415

    batches, holders, first = {}, {}, 1
    for language in WORDS:
        made, held = _documents(language, documents, first)
        batches[language] = [made[start : start + 500] for start in range(0, len(made), 500)]
        holders[language] = held
        first += documents
    started = time.perf_counter()
    engine.rebuild(list(WORDS), lambda language: iter(batches[language]), lambda _language, _done: None, version=1)
    seconds = time.perf_counter() - started
    recalls, times = [], []
    for language, held in holders.items():
        for word, wanted in held.items():
            found = engine.search(Query(word, languages=(language,), limit=10_000))
            recalls.append(len({hit.page_id for hit in found.hits} & wanted) / len(wanted))
            for _round in range(rounds):
                began = time.perf_counter()
                engine.search(Query(word, languages=(language,), limit=10))
                times.append((time.perf_counter() - began) * 1000)
    return {
        "engine": name,
        "recall": round(statistics.mean(recalls), 4),
        "median_ms": round(statistics.median(times), 2),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
        "documents_a_second": round(documents * len(WORDS) / seconds, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
