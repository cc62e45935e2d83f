"""What the worker does, again and again. Each sweep is a management command too, for cron."""

from __future__ import annotations

from functools import partial

from cms.newsroom.schedule import publish_due
from cms.worker import Sweep
from delivery.services import deliver_due
from search.services import sync


def search_sync() -> int:
    """Index some of the changes that wait and return how many are done."""
    return sync(limit=100).done


SWEEPS = [
    # One at a time, so that a mail server that doesn't answer can't hold the other sweeps up for long.
    Sweep("deliver_messages", partial(deliver_due, limit=1), every_seconds=2),
    Sweep("search_sync", search_sync, every_seconds=5),
    # A page's row is locked while it is done; alone, so that none waits for another at that lock.
    Sweep("publish_scheduled", publish_due, every_seconds=30, alone=True),
]
