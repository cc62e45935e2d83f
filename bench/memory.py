"""How long the memory of translations takes to find what is exact and what is similar, and what it leaves unfound.

Usage: memory.py [--pairs 200000] [--asked 200] [--brute 60]

Sentences are made of 40,000 words as frequent as words of a language are (Zipf), a third of them like an earlier one.
Asked is for so many sentences with up to three other words, for paragraphs, and for new ones. Recall, of ``--brute``
sentences: of the best three that ``rapidfuzz`` finds among all (70 % at least), how many are found, or ones as similar.
The database is SQLite in a temporary folder, or the test database of PostgreSQL (DATABASE_URL); times on
SQLite are those of the processor.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from _common import milliseconds, newsroom, read_options, show_table, spread

WORDS, LETTERS = 40_000, "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф"
PER_PAGE, PER_UNIT, UNITS = 100, 3, 60
P95, RECALL = 50, 0.95
NOW = datetime(2026, 11, 1, tzinfo=UTC)


class Texts:
    """Makes sentences, always the same ones."""

    def __init__(self) -> None:
        self.chance = random.Random(28)
        sizes = [min(3 + rank.bit_length() // 2, 9) for rank in range(WORDS)]
        self.words = ["".join(self.chance.choices(LETTERS, k=size + self.chance.randrange(4))) for size in sizes]
        self.weights = [*itertools.accumulate(1 / (rank + 2.7) for rank in range(WORDS))]

    def some(self, number: int) -> list[str]:
        return self.chance.choices(self.words, cum_weights=self.weights, k=number)

    def sentence(self) -> str:
        return " ".join(self.some(self.chance.randrange(5, 26))).capitalize() + "."

    def like(self, sentence: str, changes: int) -> str:
        """Return a sentence with so many other words, or endings."""
        words = sentence[:-1].split()
        for word in self.some(changes):
            at = self.chance.randrange(len(words))
            words[at] = word if self.chance.random() < 0.7 else words[at] + self.chance.choice(LETTERS)
        return " ".join(words) + "."

    def sentences(self, number: int) -> Iterator[str]:
        known: list[str] = []
        for _each in range(number):
            is_like = known and self.chance.random() < 1 / 3
            found = self.like(self.chance.choice(known), 3) if is_like else self.sentence()
            known.append(found)
            yield found


def main() -> int:
    """Fill the memory, measure it, and print a table and one JSON object."""
    options = read_options(__doc__, pairs=200_000, asked=200, brute=60)
    with newsroom(["ru", "tg"], articles=options.pairs // PER_PAGE + 1):
        from django.db import connection  # noqa: PLC0415 - Django is set up by now

        texts = Texts()
        sentences = [*texts.sentences(options.pairs)]
        began = time.perf_counter()
        target = store(sentences)
        rate = options.pairs / (time.perf_counter() - began)
        found = {"vendor": connection.vendor, "pairs": options.pairs, "stored_per_second": round(rate)}
        found |= sizes(connection) | measure(texts, sentences, target, options)
    print(f"{options.pairs} pairs, {found['vendor']}; {rate:.0f} stored a second; {found['sizes']}\n")
    show_table([{"texts": name} | times for name, times in found["times"].items()])
    print(f"Recall of what is similar: {found['recall']:.3f} of {found['compared']}; at least {RECALL} is wanted.")
    slow = {
        name: times["p95_ms"] for name, times in found["times"].items() if "similar" in name and times["p95_ms"] > P95
    }
    print(json.dumps({"subject": "memory", **found, "slow": slow}))
    return 1 if slow or found["recall"] < RECALL else 0


def store(sentences: list[str]) -> Any:
    """Store pairs as the product does, and return a page to translate."""
    from wagtail.models import Locale  # noqa: PLC0415

    from chorsu_articles.models import Publication  # noqa: PLC0415
    from chorsu_translation.memory.wording import Reader, word_hashes  # noqa: PLC0415
    from chorsu_translation.models import MemoryPair, MemoryWord, TranslationLink  # noqa: PLC0415

    russian, tajik = (Locale.objects.get(language_code=code) for code in ("ru", "tg"))
    targets = {page.translation_key: page for page in Publication.objects.filter(locale=tajik)}
    sources = Publication.objects.filter(locale=russian)
    TranslationLink.objects.bulk_create(
        TranslationLink(source=source, target=targets[source.translation_key]) for source in sources
    )
    target, *pages = TranslationLink.objects.values_list("target_id", flat=True)
    reader = Reader("ru", "tg")
    for page, some in zip(pages, itertools.batched(sentences, PER_PAGE, strict=False), strict=False):
        pairs = MemoryPair.objects.bulk_create(
            MemoryPair(
                source_locale=russian,
                target_locale=tajik,
                target_id=page,
                remembered_at=NOW,
                source_hash=reader.key(each),
                source_html=f"{each} ",
                html=f"{each[::-1]} ",
                path="body.text",
                index=number // PER_UNIT,
                number=number % PER_UNIT,
            )
            for number, each in enumerate(some)
        )
        words = (
            MemoryWord(pair=pair, word=word) for pair in pairs for word in word_hashes(pair.source_html, "ru", "tg")
        )
        MemoryWord.objects.bulk_create(words, batch_size=2000)
    return TranslationLink.objects.get(target=target).target


def sizes(connection: Any) -> dict[str, Any]:
    """Return the megabytes of tables with their indexes."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        for name in ("chorsu_translation_memorypair", "chorsu_translation_memoryword"):
            ask = "SELECT pg_total_relation_size(%s)"
            if connection.vendor == "sqlite":
                ask = (
                    "SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_master WHERE tbl_name = %s)"
                )
            cursor.execute(ask, [name])
            found[name] = f"{cursor.fetchone()[0] / 1e6:.0f} MB"
    return {"sizes": found}


def measure(texts: Texts, sentences: list[str], target: Any, options: Any) -> dict[str, Any]:
    from django.db import connection  # noqa: PLC0415
    from rapidfuzz import fuzz, process  # noqa: PLC0415
    from wagtail.models import Locale  # noqa: PLC0415

    from chorsu_translation.memory.search import Memory  # noqa: PLC0415

    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    russian, chance = Locale.objects.get(language_code="ru"), texts.chance
    units = [" ".join(sentences[at : at + PER_UNIT]) for at in range(0, len(sentences) - PER_PAGE, PER_PAGE)]
    asked = {
        "similar: sentence": [
            texts.like(each, 1 + at % 3) for at, each in enumerate(chance.choices(sentences, k=options.asked))
        ],
        "similar: paragraph": [
            texts.like(each, 1 + at % 3) for at, each in enumerate(chance.choices(units, k=options.asked))
        ],
        "similar: new": [texts.sentence() for _each in range(options.asked)],
    }
    times: dict[str, list[float]] = {name: [] for name in asked}
    answers = {}

    def look_for_similar(html: str) -> None:
        answers[html] = [match.ratio for match in Memory(target, russian).similar([html]).get(html, [])]

    for name, each in asked.items():
        for html in (*each[:3], *each):
            times[name].append(milliseconds(lambda html=html: look_for_similar(html), clock))
    changed = [texts.like(html, 3) for html in units[: options.asked]]
    times["asked by the editor"] = [
        milliseconds(lambda html=html: Memory(target, russian).like_unit(html), clock) for html in changed
    ]
    half = UNITS * PER_UNIT // 2
    pages = [[*chance.choices(sentences, k=half), *(texts.sentence() for _each in range(half))] for _round in range(20)]
    times[f"exact: {UNITS} units"] = [
        milliseconds(lambda page=page: Memory(target, russian).exact(page), clock) for page in pages
    ]
    found = compared = 0
    for html in asked["similar: sentence"][: options.brute]:
        best = process.extract(html, sentences, scorer=fuzz.ratio, score_cutoff=70, limit=3)
        ratios = answers[html]
        compared += len(best)
        found += sum(
            ratio >= int(each[1]) - 1
            for ratio, each in itertools.zip_longest(ratios[: len(best)], best, fillvalue=0)
            if each
        )
    rated = {name: spread(each) for name, each in times.items()}
    return {"times": rated, "recall": round(found / compared, 4), "compared": compared}


if __name__ == "__main__":
    sys.exit(main())
