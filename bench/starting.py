"""How long a translation takes to begin, beside Wagtail's own copy of the same article in the same run.

Wagtail's ``copy_for_translation`` sends no message of its own to the desk and asks for no rights; ours locks the
article, checks rights, makes a slug, and stores link and baseline. Both run in turns, and the medians are compared.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from _newsroom import newsroom  # noqa: E402

ROUNDS = 30
LIMIT = 2.0


def main() -> int:
    """Print the medians, their ratio, and one JSON object."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(NEWSROOM_DATA=folder, DJANGO_SETTINGS_MODULE="cms.settings.test")
        with newsroom(["ru"], 2 * ROUNDS + 2):
            found = measure()
    ratio = found["ours"] / found["wagtail"]
    print(f"{'':28}median ms")
    for name in ("wagtail", "ours"):
        print(f"{name:28}{found[name]:9.1f}")
    print(f"Ours takes {ratio:.2f} times as long; at most {LIMIT:.0f} times is wanted.")
    print(json.dumps({"subject": "starting", "rounds": ROUNDS, **found, "ratio": round(ratio, 3), "limit": LIMIT}))
    return 0 if ratio <= LIMIT else 1


def measure() -> dict[str, float]:
    """Return the median milliseconds of both ways, each with articles of its own."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - Django has to be set up first
    from wagtail.models import Locale  # noqa: PLC0415
    from wagtail.signals import copy_for_translation_done  # noqa: PLC0415

    from chorsu_articles.models import Publication  # noqa: PLC0415
    from chorsu_translation.receivers import on_copy_for_translation  # noqa: PLC0415
    from chorsu_translation.starting import start_translation  # noqa: PLC0415

    user = get_user_model().objects.create_superuser("bench", "bench@example.org", "a-long-password")
    tajik = Locale.objects.get(language_code="tg")
    pages = [page.specific for page in Publication.objects.filter(locale__language_code="ru").order_by("pk")]

    def wagtails(page: Any) -> None:
        # What the desk adds to Wagtail's copy is ours, so it is left out here.
        copy_for_translation_done.disconnect(dispatch_uid="chorsu_translation.on_copy_for_translation")
        page.copy_for_translation(tajik)
        copy_for_translation_done.connect(
            on_copy_for_translation, dispatch_uid="chorsu_translation.on_copy_for_translation"
        )

    def ours(page: Any) -> None:
        start_translation(source=page, locale=tajik, user=user)

    for warm, way in zip(pages, (wagtails, ours), strict=False):
        way(warm)
    times: dict[str, list[float]] = {"wagtail": [], "ours": []}
    ways: list[tuple[str, Callable[[Any], None]]] = [("wagtail", wagtails), ("ours", ours)]
    for number, page in enumerate(pages[2:]):
        name, way = ways[number % 2]
        began = time.perf_counter()
        way(page)
        times[name].append((time.perf_counter() - began) * 1000)
    return {name: round(statistics.median(found), 2) for name, found in times.items()}


if __name__ == "__main__":
    sys.exit(main())
