"""The worker's sweeps. Each is a management command too, for cron."""

from __future__ import annotations

from functools import partial

from chorsu_articles.renditions import make_due_renditions
from chorsu_delivery.services import deliver_due
from chorsu_feedback.mail import mail_reports
from chorsu_search.writing import rebuild_due, sync
from chorsu_translation.services import write_marked
from cms.newsroom.retention import delete_expired
from cms.publishing.schedule import publish_due
from cms.reader.warming import Warming
from cms.wiring.translation_delivery import tell_translators
from cms.worker import Sweep


def search_sync() -> int:
    """Index some of the changes that wait and return how many are done."""
    return sync(limit=100).done


SWEEPS = [
    # One at a time, so that a mail server that doesn't answer can't hold the other sweeps up for long.
    Sweep("deliver_messages", partial(deliver_due, limit=1), every_seconds=2),
    Sweep("tell_translators", tell_translators, every_seconds=60, alone=True),
    Sweep("write_states", write_marked, every_seconds=5),
    Sweep("mail_reports", mail_reports, every_seconds=30),
    Sweep("search_sync", search_sync, every_seconds=1),
    # After a restored backup it lasts as long as the archive is large.
    Sweep("search_rebuild", rebuild_due, every_seconds=30, beside=True),
    Sweep("make_renditions", make_due_renditions, every_seconds=5, alone=True),
    # A page's row is locked while it is done; alone, so that none waits for another at that lock.
    Sweep("publish_scheduled", publish_due, every_seconds=30, alone=True),
    Sweep("warm_pages", Warming().run, every_seconds=2),
    Sweep("delete_expired", delete_expired, every_seconds=600, alone=True),
]
