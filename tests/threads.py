"""Several people at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run each job in a thread of its own, all from the same moment; return what each gave or raised."""
    start = threading.Barrier(len(jobs))
    answers: list[Any] = [None] * len(jobs)

    def run(number: int) -> None:
        try:
            start.wait()
            answers[number] = jobs[number]()
        except Exception as error:  # noqa: BLE001 - the test judges it
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
