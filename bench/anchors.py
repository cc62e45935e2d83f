"""Whether reports are found where they belong: pages edited at random, and the time that a long page takes.

Usage: anchors.py [--cases 100000] [--words 10000]

A case is a page, a report of some of its words, and up to four edits: words changed, put in and taken out, quotation
marks and dashes in another form, paragraphs moved, copied, split, joined and deleted, the mistake mended. "wrong" in
steps A and B is what must not be: there a correction is applied without asking. Steps C and D name places to people.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
RUNS = 20


def main() -> int:
    """Count outcomes, measure, and print tables and JSON; fail where a certain place was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=10_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.development")
    import django  # noqa: PLC0415 - the environment has to be set first

    django.setup()
    from chorsu_feedback.anchors import find, make_anchor, possible_places  # noqa: PLC0415
    from tests.feedback.edited_pages import long_leaf, outcomes  # noqa: PLC0415

    found = outcomes(range(options.cases))
    print(f"{'step':<8}{'right':>10}{'wrong':>10}{'nothing left':>14}")
    for step in ("A", "B", "C", "D", ""):
        print(
            f"{step or 'none':<8}",
            *(f"{found[step, each]:>9}" for each in ("right", "wrong")),
            f"{found[step, 'gone']:>13}",
        )
    leaf = long_leaf(options.words)
    middle = len(leaf.text) // 2
    anchor = make_anchor(leaf, middle, middle + 12)
    changed = long_leaf(options.words, changed=True)
    milliseconds = {}
    for name, leaves in (("where it stood", [leaf]), ("words changed, all steps", [changed])):
        started = time.perf_counter()
        for _ in range(RUNS):
            _found = find(anchor, leaves) or possible_places(anchor, leaves)
        milliseconds[name] = round((time.perf_counter() - started) / RUNS * 1000, 2)
        print(f"{options.words:,} words, {name}: {milliseconds[name]} ms")
    wrong = found["A", "wrong"] + found["B", "wrong"]
    print(json.dumps({"subject": "anchors", "cases": options.cases, "wrong": wrong, "milliseconds": milliseconds}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
