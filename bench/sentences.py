"""How many paragraphs that were cut by hand ``sentences`` cuts just so, and how long that takes.

Usage: sentences.py [--wrong]

A line of tests/locales/sentences is a paragraph, "|" where a sentence ends. Odd lines served to make the rules; even
ones ("held out") weren't looked at before docs/decisions/sentences.md had its figures of them. ``--wrong`` prints what
is cut otherwise.
"""

from __future__ import annotations

import os
import time
from itertools import accumulate, pairwise

from _common import ROOT, read_options, show

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")

from chorsu_locales.sentences import sentences
from chorsu_locales.table import LANGUAGES


def main() -> None:
    shows_wrong = read_options(__doc__, wrong=False).wrong
    rows = []
    for code in LANGUAGES:
        lines = (ROOT / f"tests/locales/sentences/{code}.txt").read_text(encoding="utf-8").splitlines()
        wanted = [line.split(" | ") for line in lines]
        texts = [" ".join(each) for each in wanted]
        started = time.perf_counter()
        found = [[each.rstrip() for each in sentences(text, code)] for text in texts]
        spent = (time.perf_counter() - started) / len(texts) * 1e6
        right = [one == other for one, other in zip(wanted, found, strict=True)]
        known, cut = ({spot for at, each in enumerate(cuts) for spot in _spans(at, each)} for cuts in (wanted, found))
        rows.append(
            {
                "language": code,
                "paragraphs": f"{sum(right)}/{len(right)}",
                "held out": f"{sum(right[1::2])}/{len(right[1::2])}",
                "sentences": f"{len(known & cut)}/{len(known)}",
                "µs a paragraph": round(spent),
            }
        )
        for parts, is_right in zip(found, right, strict=True):
            if shows_wrong and not is_right:
                print(code, " | ".join(parts))
    show("sentences", rows)


def _spans(paragraph: int, parts: list[str]) -> list[tuple[int, int, int]]:
    """Return where the sentences of a paragraph begin and end: one is right where both are."""
    ends = [0, *accumulate(len(part) + 1 for part in parts)]
    return [(paragraph, *span) for span in pairwise(ends)]


if __name__ == "__main__":
    main()
