"""How long the reading of a clipboard takes: texts of two million characters, and hostile ones at the limits.

Usage: paste.py [--inputs 200]

Each is read as the editor's request does: to blocks, and to the state of the form that the editor inserts. Growth is
that of an input of half the limits to one of the whole.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from _common import read_options, show, show_table

SHOWN = 8


def main() -> int:
    """Read texts and hostile inputs, and print tables and JSON."""
    options = read_options(__doc__, inputs=200)
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
    rows = [{"text": name} | reading(html[:LONGEST]) for name, html in texts.items()]
    hostile = []
    for shape in shapes(options.inputs):
        half = reading(shape.largest(LONGEST // 2, MOST_MARKS // 2))
        whole = reading(shape.largest(LONGEST, MOST_MARKS))
        hostile.append(whole | {"growth": round(whole["seconds"] / half["seconds"], 2), "input": str(shape)})
    hostile.sort(key=lambda row: -row["seconds"])
    show_table(rows)
    print(f"The worst of {len(hostile)} hostile inputs at the limits:")
    worst = hostile[0]["seconds"]
    growth = max(row["growth"] for row in hostile if row["seconds"] > worst / 4)
    show("paste", hostile[:SHOWN], texts=rows, inputs=len(hostile), worst_s=worst, worst_growth=growth)
    return 0


def reading(html: str) -> dict[str, Any]:
    """Return how long the reading took, and what came of it."""
    from chorsu_articles.admin.views import form_states  # noqa: PLC0415 - after django.setup()
    from chorsu_articles.paste import TooMuchMarkupError, blocks_from_html  # noqa: PLC0415

    started = time.perf_counter()
    try:
        blocks = form_states(blocks_from_html(html))
        outcome = f"{len(blocks)} blocks"
    except TooMuchMarkupError:
        outcome = "refused"
    return {"seconds": round(time.perf_counter() - started, 4), "outcome": outcome}


if __name__ == "__main__":
    sys.exit(main())
