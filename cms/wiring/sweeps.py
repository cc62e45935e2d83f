"""What the worker does, again and again. Each sweep is a management command too, for cron."""

from __future__ import annotations

from functools import partial

from django.core.management import call_command

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
    # Wagtail's command doesn't expect company: two at once would publish one page twice.
    Sweep("publish_scheduled", partial(call_command, "publish_scheduled", verbosity=0), every_seconds=30, alone=True),
]
