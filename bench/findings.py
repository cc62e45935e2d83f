"""What the checks of translations find: in the demo's translations as they are, and with an error put into each.

Usage: findings.py [--errors 200] [--seed 1]

Printed are the findings in correct translations, the errors found of each kind, and the time that the checks take for
one page. It fails above one finding in five correct translations, and below 95 % of the errors.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from _newsroom import LANGUAGES, set_up  # noqa: E402


def main() -> int:
    """Load the demo, check its translations, and print tables and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            NEWSROOM_DATA=folder, NEWSROOM_LANGUAGES=LANGUAGES, DJANGO_SETTINGS_MODULE="cms.settings.test"
        )
        os.environ.pop("DATABASE_URL", None)
        import django  # noqa: PLC0415 - the environment has to be set first

        django.setup()
        return measure(options.errors, options.seed)


def measure(number: int, seed: int) -> int:
    """Print what is found; return 1 for more than a finding in five correct pages, or fewer than 95 % of the errors."""
    from chorsu_translation.findings import find  # noqa: PLC0415 - Django has to be set up first
    from demo.services import load_demo  # noqa: PLC0415
    from tests.translation.seeded_errors import demo_translations, outcomes, seeded_errors  # noqa: PLC0415

    set_up()
    load_demo(public_passwords=True)
    translations = demo_translations()
    started = time.perf_counter()
    found = [len(find(source, target)) for source, target in translations]
    milliseconds = round((time.perf_counter() - started) / len(translations) * 1000, 1)
    there, hits = outcomes(seeded_errors(translations, number=number, seed=seed))
    print(f"{len(translations)} translations, findings in them: {sum(found)}; {milliseconds} ms a page\n")
    print(f"{'error':<38}{'seeded':>8}{'found':>8}")
    for kind in there:
        print(f"{kind:<38}{there[kind]:>8}{hits[kind]:>8}")
    share = round(100 * hits.total() / there.total(), 1)
    print(f"{'all':<38}{there.total():>8}{hits.total():>8}  {share} %")
    summary = {
        "translations": len(translations),
        "findings": sum(found),
        "seeded": there.total(),
        "found": hits.total(),
    }
    print(json.dumps({"subject": "findings", **summary, "milliseconds": milliseconds}))
    return 1 if sum(found) * 5 > len(translations) or share < 95 else 0


if __name__ == "__main__":
    sys.exit(main())
