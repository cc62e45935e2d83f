"""How many paragraphs that were cut by hand ``sentences`` cuts just so, and how long that takes.

Usage: sentences.py [--wrong]

A line of tests/locales/sentences is a paragraph, "|" where a sentence ends. Odd lines served to make the rules; even
ones ("held out") weren't looked at before docs/decisions/sentences.md had its figures of them. ``--wrong`` prints what
is cut otherwise.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from itertools import accumulate, pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")

from chorsu_locales.sentences import sentences  # noqa: E402 - the settings have to be named first
from chorsu_locales.table import LANGUAGES  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--wrong", action="store_true")
    show = parser.parse_args().wrong
    print("language  paragraphs  held out  sentences  µs a paragraph")
    for code in LANGUAGES:
        lines = (ROOT / f"tests/locales/sentences/{code}.txt").read_text(encoding="utf-8").splitlines()
        wanted = [line.split(" | ") for line in lines]
        texts = [" ".join(each) for each in wanted]
        started = time.perf_counter()
        found = [[each.rstrip() for each in sentences(text, code)] for text in texts]
        spent = (time.perf_counter() - started) / len(texts) * 1e6
        right = [one == other for one, other in zip(wanted, found, strict=True)]
        known, cut = ({spot for at, each in enumerate(cuts) for spot in _spans(at, each)} for cuts in (wanted, found))
        held = f"{sum(right[1::2])}/{len(right[1::2])}"
        share = f"{len(known & cut)}/{len(known)}"
        print(f"{code:8}  {sum(right):>6}/{len(right)}  {held:>8}  {share:>9}  {spent:>14.0f}")
        for parts, is_right in zip(found, right, strict=True):
            if show and not is_right:
                print("   ", " | ".join(parts))


def _spans(paragraph: int, parts: list[str]) -> list[tuple[int, int, int]]:
    """Return where the sentences of a paragraph begin and end: one is right where both are."""
    ends = [0, *accumulate(len(part) + 1 for part in parts)]
    return [(paragraph, *span) for span in pairwise(ends)]


if __name__ == "__main__":
    main()
