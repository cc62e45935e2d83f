"""What a flood of typo reports from one network does to readers, to the editors' list, and to reports of others.

Usage: flood.py [--seconds 20] [--rate 50] [--database postgres://…]

A new newsroom in a temporary folder, on SQLite or in an empty database, served by deploy/gunicorn.conf.py. Four
readers ask for an article, each again a tenth of a second after it came: first alone, then during the flood of reports
about it, each with another suggestion, all from one network. A reader from another network reports something else
every second.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from typing import Any

from _common import HOST, read_options, show, spread
from _served import PATIENCE_SECONDS, read, serving

PAUSE = 0.1
SENDERS = 64


def main() -> int:
    """Serve a newsroom, flood it, and print what was noticed, as a table and JSON."""
    options = read_options(__doc__, seconds=20, rate=50, database="")
    with tempfile.TemporaryDirectory() as folder, serving(folder, options.database) as (port, article):
        flood, others = reports(options.seconds * options.rate, options.seconds)
        read(port, article, 3)
        quiet = spread(read(port, article, options.seconds, pause=PAUSE))
        answers: Any = multiprocessing.Queue()
        senders = [
            multiprocessing.Process(target=send, args=(answers, name, port, options.seconds, texts))
            for name, texts in (("flood", flood), ("others", others))
        ]
        for sender in senders:
            sender.start()
        flooded = spread(read(port, article, options.seconds, pause=PAUSE))
        told = dict(answers.get() for _sender in senders)
        for sender in senders:
            sender.join()
        listed, held, arrived = stored()
    ratio = round(flooded["p95_ms"] / quiet["p95_ms"], 2)
    rows = [{"readers": "before"} | quiet, {"readers": "during the flood"} | flooded]
    rows += [{"reports of": name, "statuses": statuses} | times for name, (statuses, times) in sorted(told.items())]
    stores = {"listed": listed, "held": held, "arrived": arrived, "sent_by_others": len(others)}
    print(f"p95 during the flood by p95 before: {ratio}; reports stored: {stores}")
    show("flood", rows, ratio_p95=ratio, **stores)
    return 0


def reports(most: int, others: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the reports of one network and those of as many networks as there are reports: address and JSON."""
    from chorsu_articles.models import Publication  # noqa: PLC0415 - the environment has to be set first
    from chorsu_feedback.anchors import make_anchor, read_page  # noqa: PLC0415

    page = Publication.objects.filter(live=True).order_by("pk").first()
    assert page is not None
    leaf = max(read_page(page.specific), key=lambda leaf: len(leaf.text))

    def report(number: int, suggestion: str) -> str:
        anchor = make_anchor(leaf, number * 10, number * 10 + 6)
        words = {"selected": anchor.selected, "before": anchor.before, "after": anchor.after}
        place = {"path": anchor.path, "offset": anchor.offset, "revision": page.live_revision_id}
        return json.dumps({"page": page.pk, **words, **place, "suggestion": suggestion})

    flood = [(f"203.0.113.{number % 250 + 1}", report(0, f"flood {number}")) for number in range(most)]
    return flood, [(f"198.18.{number}.7", report(number + 1, "mended")) for number in range(others)]


def send(answers: Any, name: str, port: int, seconds: int, texts: list[tuple[str, str]]) -> None:
    """Send the reports at an even pace, whatever becomes of those before, and tell the statuses and times."""
    began = time.monotonic()

    def post(number: int) -> tuple[int, float]:
        address, text = texts[number]
        time.sleep(max(0, began + number * seconds / len(texts) - time.monotonic()))
        started = time.perf_counter()
        headers = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": address, "Origin": f"https://{HOST}"}
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("POST", "/feedback/report/", text, {**headers, "Content-Type": "application/json"})
            status = connection.getresponse().status
        except (OSError, HTTPException):
            status = 0
        finally:
            connection.close()
        return status, (time.perf_counter() - started) * 1000

    with ThreadPoolExecutor(SENDERS) as pool:
        found = list(pool.map(post, range(len(texts))))
    answers.put((name, (dict(Counter(status for status, _time in found)), spread([time for _status, time in found]))))


def stored() -> tuple[int, int, int]:
    """Return how many reports are in the editors' list, how many are held apart, and how many listed are of others."""
    from chorsu_feedback.models import TypoReport  # noqa: PLC0415

    listed = TypoReport.objects.filter(held=False)
    return listed.count(), TypoReport.objects.filter(held=True).count(), listed.filter(suggestion="mended").count()


if __name__ == "__main__":
    sys.exit(main())
