"""Known items: of texts that somebody looks for by two rare words, the share that the first five results hold.

Usage: known_items.py [--texts 200] [--questions 100] [--languages ru,tg] [--words bench/words] [--failures] [--seed 1]

``--texts`` are per language (the full measure: 2000), as are ``--questions``; ``--failures`` prints what wasn't found.
The demo's generator makes the texts, and two words that hardly any other has are added to each. Half of the texts
that are looked for get forms from the lists of bench/words (see its README), no word twice; the others get words from
the catalogues of what is installed and the names of CLDR. They are asked for through the search page as they are and
disturbed, each disturbance once per question. Printed is the share that the first five results hold, and the median
time against that of plain questions. The database is a new one in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from _common import LANGUAGES, ROOT, read_options, set_up, show_table
from _disturbances import catalogue_words, disturbances, forms_in

FIRST = 5
TARGETS = {
    "plain": 0.98, "form": 0.93, "letters": 0.97, "slip": 0.95, "layout": 0.97, "layout, a word": 0.97,
    "apostrophe": 0.98, "capitals": 0.98, "doubled": 0.95, "transliteration": 0.9,
}  # fmt: skip


def main() -> int:
    """Make the texts, ask for them, and print a table and JSON."""
    options = read_options(
        __doc__, texts=200, questions=100, languages=LANGUAGES, words=ROOT / "bench" / "words", failures=False, seed=1
    )
    languages = options.languages.split(",")
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder, DATABASE_URL="")
        wanted = prepare(options, languages)
        rows = [row for code in languages for row in measure(code, wanted[code], options)]
    names = list(dict.fromkeys(row["disturbance"] for row in rows))
    table = []
    for name in names:
        of_name = [row for row in rows if row["disturbance"] == name]
        shares = {row["language"]: row["found"] for row in of_name}
        time_taken = round(statistics.median(row["times_plain"] for row in of_name), 2)
        table.append({"disturbance": name, "target": TARGETS[name]} | shares | {"time": time_taken})
    show_table(table)
    print(json.dumps({"subject": "known_items", "texts": options.texts, "questions": options.questions, "rows": rows}))
    return 0


def prepare(options: argparse.Namespace, languages: list[str]) -> dict[str, list[tuple[int, tuple[str, str]]]]:
    """Write texts with two rare words each; return by language the pages and their words."""
    import django  # noqa: PLC0415 - the environment has to be set first
    import wagtail  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.test.utils import setup_test_environment  # noqa: PLC0415

    from chorsu_articles.models import Publication  # noqa: PLC0415

    setup_test_environment()  # so that answers of the view can be looked at
    call_command("generate_articles", str(options.texts), "--languages", ",".join(languages), verbosity=0)
    roots = [Path(django.__path__[0]), Path(wagtail.__path__[0]), ROOT]
    wanted = {}
    for code in languages:
        chance = random.Random(f"{options.seed} {code}")
        pages = list(Publication.objects.filter(locale__language_code=code).order_by("pk"))
        forms = forms_in(options.words / f"{code}.tsv", code)
        words = list({tuple(sorted([form, *others])): None for form, others in forms.items()})
        chance.shuffle(pages)
        asked = min(options.questions, len(pages))
        drawn = draw_pairs(chance, words, min(asked, len(words)) // 2)
        drawn += draw_pairs(chance, [(word,) for word in catalogue_words(code, roots)], len(pages) - len(drawn))
        for page, pair in zip(pages, drawn, strict=True):
            page.lead = f"{page.lead} {pair[0].capitalize()} – {pair[1]}."
        Publication.objects.bulk_update(pages, ["lead"], batch_size=200)
        wanted[code] = [(page.pk, pair) for page, pair in zip(pages[:asked], drawn, strict=False)]
    call_command("search_rebuild", verbosity=0)
    return wanted


def draw_pairs(chance: random.Random, words: list[tuple[str, ...]], number: int) -> list[tuple[str, str]]:
    """Return pairs of words, each in one of its forms, no word again before all were drawn."""
    left: list[str] = []
    pairs = []
    for _pair in range(number):
        if len(left) < 2:
            left += [chance.choice(forms) for forms in chance.sample(words, len(words))]
        pairs.append((left.pop(), left.pop()))
    return pairs


def measure(code: str, wanted: list[tuple[int, tuple[str, str]]], options: argparse.Namespace) -> list[dict[str, Any]]:
    """Ask for each text in each way; return the shares that were found, and the times."""
    from django.test import Client  # noqa: PLC0415

    client = Client()
    chance = random.Random(f"{options.seed} {code} asked")
    forms = forms_in(options.words / f"{code}.tsv", code)
    found: dict[str, list[bool]] = defaultdict(list)
    times: dict[str, list[float]] = defaultdict(list)
    for page, pair in wanted:
        questions = {name: disturb(" ".join(pair), chance) for name, disturb in disturbances(code).items()}
        if all(word in forms for word in pair):
            questions["form"] = " ".join(chance.choice(forms[word]) for word in pair)
        for name, text in questions.items():
            begun = time.perf_counter()
            response = client.get(f"/{code}/search/", {"q": text})
            times[name].append(time.perf_counter() - begun)
            first = [item.page.pk for item in response.context["results"].found[:FIRST]]
            found[name].append(page in first)
            if options.failures and page not in first:
                answer = response.context["results"]
                print(code, name, pair, "as", repr(text), answer.total, answer.corrected, answer.missing)
    plain = statistics.median(times["plain"])
    return [
        {
            "language": code,
            "disturbance": name,
            "asked": len(results),
            "found": round(statistics.mean(results), 4),
            "times_plain": round(statistics.median(times[name]) / plain, 2),
        }
        for name, results in found.items()
    ]


if __name__ == "__main__":
    sys.exit(main())
