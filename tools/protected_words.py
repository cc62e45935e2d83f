"""Print the headwords of a dictionary that the endings of a language would damage.

Usage: protected_words.py tg HEADWORDS [--allow "и ии ҳо"]

HEADWORDS is a file with a word a line. Damaged is a word that would get the same stem as a shorter headword that it
begins with: "мардум" beside "мард". Endings after ``--allow`` don't count, since such a headword is a form of the other
or can't be told from one ("тоҷикӣ" beside "тоҷик"). What is printed belongs into ``table/words/``; look at it before.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")

from chorsu_locales.table import LANGUAGES, Analysis  # noqa: E402 - the settings have to be named first
from chorsu_search.analysis import Analyser  # noqa: E402

ROUNDS = 8  # a word that is protected uncovers others, which ended at it before


def damaged(analysis: Analysis, headwords: Iterable[str], allowed: Collection[str]) -> list[str]:
    """Return the headwords that need protection, in the order of the alphabet."""
    analyser = Analyser(analysis)
    written = {analyser.plain(word): word for word in headwords if word.isalpha()}
    endings = {analyser.plain(ending) for ending in allowed}
    known = analysis.words if isinstance(analysis.words, str) else analysis.words.read_text(encoding="utf-8")
    found: list[str] = []
    for _round in range(ROUNDS):
        analyser = Analyser(replace(analysis, words="\n".join((known, *found))))
        groups: dict[str, list[str]] = defaultdict(list)
        for word in sorted(written, key=len):
            groups[analyser.stem(word)].append(word)
        new: list[str] = []
        for shortest, *others in groups.values():
            mine: list[str] = []
            for word in others:
                ending = word.removeprefix(shortest)
                if ending != word and ending not in endings and word not in analyser.known:
                    mine += [] if any(word.startswith(shorter) for shorter in mine) else [word]
            new += mine
        if not new:
            break
        found += [written[word] for word in new]
    return sorted(found)


def main() -> int:
    """Print the damaged words of one language."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=list(LANGUAGES))
    parser.add_argument("headwords", type=Path)
    parser.add_argument("--allow", default="", help="endings that don't count, parted by blanks")
    options = parser.parse_args()
    words = options.headwords.read_text(encoding="utf-8").split()
    for word in damaged(LANGUAGES[options.language].analysis, words, options.allow.split()):
        print(word)
    return 0


if __name__ == "__main__":
    sys.exit(main())
