"""How long the reading of a clipboard takes: texts of two million characters, and hostile ones at the limits.

Usage: paste.py [--inputs 200]

Each is read as the editor's request does: to blocks, and to the state of the form that the editor inserts. Growth is
that of an input of half the limits to one of the whole.
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
SHOWN = 8


def main() -> int:
    """Read texts and hostile inputs, and print tables and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=200, help="hostile ones")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.development")
    import django  # noqa: PLC0415 - the environment has to be set first

    django.setup()
    from chorsu_articles.paste import LONGEST  # noqa: PLC0415
    from chorsu_editorial.markup import MOST_MARKS  # noqa: PLC0415
    from tests.articles.hostile_clipboards import shapes  # noqa: PLC0415

    words = "Вилояти Суғд, роҳи нав ва <b>обёрӣ</b>. "
    texts = {
        "2 MB of text, 400 paragraphs": f"<p>{'слово ' * 833}</p>" * 400,
        "2 MB of text, 3,000 paragraphs": f"<p class=MsoNormal>{words * 2}{'слово ' * 95}</p>" * 2900,
        "2 MB of <p>": "<p>" * (LONGEST // 3),
    }
    rows = [(name, *seconds(html[:LONGEST])) for name, html in texts.items()]
    hostile = []
    for shape in shapes(options.inputs):
        half, _outcome = seconds(shape.largest(LONGEST // 2, MOST_MARKS // 2))
        whole, outcome = seconds(shape.largest(LONGEST, MOST_MARKS))
        hostile.append((str(shape), whole, outcome, whole / half))
    hostile.sort(key=lambda row: -row[1])
    for name, took, outcome in rows:
        print(f"{name:<40}{took:>8.2f} s  {outcome}")
    print(f"\nThe worst of {len(hostile)} hostile inputs at the limits:")
    for name, took, outcome, growth in hostile[:SHOWN]:
        print(f"{took:>8.2f} s  {growth:>5.1f} x  {outcome:<10} {name!r}")
    worst = hostile[0][1]
    growth = max(row[3] for row in hostile if row[1] > worst / 4)
    figures = {"inputs": len(hostile), "worst_s": round(worst, 2), "worst_growth": round(growth, 2)}
    print(json.dumps({"subject": "paste", "texts": {name: round(took, 2) for name, took, _ in rows}, **figures}))
    return 0


def seconds(html: str) -> tuple[float, str]:
    """Return how long the reading took, and what came of it."""
    from chorsu_articles.admin.views import form_states  # noqa: PLC0415 - after django.setup()
    from chorsu_articles.paste import TooMuchMarkupError, blocks_from_html  # noqa: PLC0415

    started = time.perf_counter()
    try:
        blocks = form_states(blocks_from_html(html))
        outcome = f"{len(blocks)} blocks"
    except TooMuchMarkupError:
        outcome = "refused"
    return time.perf_counter() - started, outcome


if __name__ == "__main__":
    sys.exit(main())
