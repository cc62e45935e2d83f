"""Several people at the same moment."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

LOCKING = re.compile(r"^UPDATE |^DELETE |^INSERT |FOR (NO KEY )?UPDATE")


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


def in_step(*jobs: Callable[[], Any], rest: float = 0.01) -> list[Any]:
    """Run jobs at once, each resting after every statement that locks rows: so all hold some and want the others'."""

    def slowly(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if connection.in_atomic_block and LOCKING.search(sql):
            time.sleep(rest)
        return done

    def slow(job: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            with connection.execute_wrapper(slowly):
                return job()

        return run

    return at_once(*map(slow, jobs))
