"""What the checks of translations find: in the demo's translations as they are, and with an error put into each.

Usage: findings.py [--errors 200] [--seed 1]

Printed are the findings in correct translations, the errors found of each kind, and the time that the checks take for
one page. It fails above one finding in five correct translations, and below 95 % of the errors.
"""

from __future__ import annotations

import sys
import time

from _common import show, with_demo


def measure(number: int, seed: int) -> int:
    """Print what is found; return 1 for more than a finding in five correct pages, or fewer than 95 % of the errors."""
    from chorsu_translation.findings import find  # noqa: PLC0415 - Django has to be set up first
    from tests.translation.seeded_errors import demo_translations, outcomes, seeded_errors  # noqa: PLC0415

    translations = demo_translations()
    started = time.perf_counter()
    found = [len(find(source, target)) for source, target in translations]
    milliseconds = round((time.perf_counter() - started) / len(translations) * 1000, 1)
    there, hits = outcomes(seeded_errors(translations, number=number, seed=seed))
    print(f"{len(translations)} translations, findings in them: {sum(found)}; {milliseconds} ms a page\n")
    rows = [{"error": kind, "seeded": there[kind], "found": hits[kind]} for kind in there]
    rows.append({"error": "all", "seeded": there.total(), "found": hits.total()})
    show("findings", rows, translations=len(translations), findings=sum(found), milliseconds=milliseconds)
    return int(sum(found) * 5 > len(translations) or hits.total() < 0.95 * there.total())


if __name__ == "__main__":
    sys.exit(with_demo(measure, __doc__, errors=200))
