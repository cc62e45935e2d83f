"""How many word forms meet their dictionary form, and how many different words are taken for one.

Usage: analysis.py [--words bench/words] [--languages ru,tg] [--half held-out] [--misses 20]

A list is a file of a language (``tg.tsv``), a form a line: language, dictionary form, form, and the part of speech
where it is known, parted by tabs; a dictionary form that stands in place of the form too counts for the last two
figures alone. Lists are split in two by a hash of the dictionary form: endings and known words are made with the half
"tuning", and "held-out" is reported. The README of bench/words tells where each comes from.

forms: of the pairs of a form and its dictionary form (another word than it), those that give one token.
no letters: of the forms, those that meet themselves typed on a keyboard that lacks the language's letters.
joined: of the pairs of different dictionary forms that begin with the same four letters, those that give one token.
sharing: of all dictionary forms, those that have their token in common with any other.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from _common import ROOT, read_options, show

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")

from chorsu_locales.table import LANGUAGES
from chorsu_search.analysis import Analyser

ALIKE = 4  # letters that two words have in common at the beginning, to be compared


class Entry(NamedTuple):
    """One line of a list."""

    lemma: str
    form: str
    part: str


def half(lemma: str) -> str:
    """Return to which half of its list a dictionary form belongs."""
    return ("tuning", "held-out")[hashlib.sha256(lemma.encode()).digest()[0] % 2]


def read_list(path: Path, wanted: str) -> Iterator[Entry]:
    """Yield the lines of a list that belong to a half, or to "both"."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split("\t")
        if len(fields) not in {3, 4} or fields[0] != path.stem:
            message = f"{path}, line {number}: want {path.stem}, dictionary form, form and maybe a part of speech"
            raise ValueError(message)
        if wanted in {"both", half(fields[1])}:
            yield Entry(fields[1], fields[2], fields[3] if len(fields) == 4 else "")


def joined(tokens: dict[str, str]) -> tuple[int, int]:
    """Return how many pairs of words that begin alike there are, and how many of them have one token."""
    alike: dict[str, Counter[str]] = defaultdict(Counter)
    for word, token in tokens.items():
        alike[word.lower()[:ALIKE]][token] += 1
    pairs = sum(_pairs(sum(counts.values())) for counts in alike.values())
    return pairs, sum(_pairs(count) for counts in alike.values() for count in counts.values())


def _pairs(number: int) -> int:
    return number * (number - 1) // 2


def measure(code: str, entries: Iterable[Entry], misses: int) -> dict[str, Any]:
    """Measure one list."""
    analyser = Analyser(LANGUAGES[code].analysis)
    typed = str.maketrans({key: value for key, value in LANGUAGES[code].analysis.folds.items() if len(key) == 1})

    def token(word: str) -> str:
        return " ".join(analyser.tokens(word))

    unique = sorted(set(entries))
    tokens = {lemma: token(lemma) for lemma in {entry.lemma for entry in unique}}
    inflected = [entry for entry in unique if entry.form != entry.lemma]
    missed = [entry for entry in inflected if token(entry.form) != tokens[entry.lemma]]
    bare = sum(token(entry.form.lower().translate(typed)) == token(entry.form) for entry in inflected)
    pairs, wrong = joined(tokens)
    shared = Counter(tokens.values())
    parts = Counter(entry.part for entry in inflected)
    missed_parts = Counter(entry.part for entry in missed)
    for entry in random.Random(code).sample(missed, min(misses, len(missed))):
        print(f"  {code} {entry.lemma} ({tokens[entry.lemma]}): {entry.form} ({token(entry.form)}) {entry.part}")
    return {
        "language": code,
        "lemmas": len(tokens),
        "forms": len(inflected),
        "met": round(1 - len(missed) / max(1, len(inflected)), 3),
        "no letters": round(bare / max(1, len(inflected)), 3),
        "pairs": pairs,
        "joined": round(wrong / max(1, pairs), 4),
        "sharing": round(sum(shared[token] > 1 for token in tokens.values()) / max(1, len(tokens)), 3),
        **{part: round(1 - missed_parts[part] / count, 3) for part, count in sorted(parts.items()) if part},
    }


def main() -> int:
    """Measure each list, and print a table and JSON."""
    options = read_options(__doc__, words=ROOT / "bench" / "words", languages="", half="held-out", misses=0)
    chosen = options.languages.split(",") if options.languages else list(LANGUAGES)
    lists = {code: options.words / f"{code}.tsv" for code in chosen}
    rows = [
        measure(code, read_list(path, options.half), options.misses) for code, path in lists.items() if path.exists()
    ]
    show("analysis", rows, half=options.half)
    return 0


if __name__ == "__main__":
    sys.exit(main())
