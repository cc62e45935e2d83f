"""The readers of load.py, for Locust: addresses by a Zipf law, one of a hundred requests a search.

It runs in an environment that has Locust alone: what it reads stands in the file that LOAD_PLAN names.
"""

from __future__ import annotations

import json
import os
import random
from itertools import accumulate
from pathlib import Path

from locust import FastHttpUser, task

PLAN = json.loads(Path(os.environ["LOAD_PLAN"]).read_text(encoding="utf-8"))
ARTICLES, LISTS, WORDS = PLAN["articles"], PLAN["lists"], PLAN["words"]
# The most read article is read n times as often as the nth: Zipf's law, with the exponent 1.
WEIGHTS = list(accumulate(1 / place for place in range(1, len(ARTICLES) + 1)))


class Reader(FastHttpUser):
    """Somebody who asks for the next page as soon as this one is there."""

    default_headers = PLAN["headers"]

    @task(84)
    def article(self) -> None:
        """Read an article."""
        path = random.choices(ARTICLES, cum_weights=WEIGHTS)[0]
        self.client.get(path, name="article")

    @task(15)
    def front(self) -> None:
        """Look at the front page, or a section."""
        self.client.get(random.choice(LISTS), name="list")

    @task(1)
    def search(self) -> None:
        """Look for a word."""
        self.client.get(PLAN["search"] + random.choice(WORDS), name="search")
