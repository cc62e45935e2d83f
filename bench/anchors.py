"""Whether reports are found where they belong: pages edited at random, and the time that a long page takes.

Usage: anchors.py [--cases 100000] [--words 10000]

A case is a page, a report of some of its words, and up to four edits: words changed, put in and taken out, quotation
marks and dashes in another form, paragraphs moved, copied, split, joined and deleted, the mistake mended. "wrong" in
steps A and B is what must not be: there a correction is applied without asking. Steps C and D name places to people.
"""

from __future__ import annotations

import os
import sys

from _common import milliseconds, read_options, show

RUNS = 20


def main() -> int:
    """Count outcomes, measure, and print tables and JSON; fail where a certain place was wrong."""
    options = read_options(__doc__, cases=100_000, words=10_000)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.development")
    import django  # noqa: PLC0415 - the environment has to be set first

    django.setup()
    from chorsu_feedback.anchors import find, make_anchor, possible_places  # noqa: PLC0415
    from tests.feedback.edited_pages import long_leaf, outcomes  # noqa: PLC0415

    found = outcomes(range(options.cases))
    rows = [
        {"step": step} | {each: found[step, each] for each in ("right", "wrong", "gone")}
        for step in ("A", "B", "C", "D", "")
    ]
    leaf = long_leaf(options.words)
    middle = len(leaf.text) // 2
    anchor = make_anchor(leaf, middle, middle + 12)
    changed = long_leaf(options.words, changed=True)
    times = {}
    for name, leaves in (("where it stood", [leaf]), ("words changed, all steps", [changed])):
        spent = [
            milliseconds(lambda leaves=leaves: find(anchor, leaves) or possible_places(anchor, leaves))
            for _ in range(RUNS)
        ]
        times[name] = round(sum(spent) / RUNS, 2)
    wrong = found["A", "wrong"] + found["B", "wrong"]
    show("anchors", rows, cases=options.cases, wrong=wrong, words=options.words, milliseconds=times)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
