"""The worker's sweeps. Each is a management command too, for cron."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import partial
from importlib import import_module

from django.conf import settings
from django.utils import timezone
from wagtail.models import ModelLogEntry, UploadedFile

from chorsu_archive.runs import advance_due
from chorsu_archive.uploads import delete_ended
from chorsu_articles.pictures.renditions import make_due_renditions
from chorsu_articles.services.file_facts import fill_file_facts
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due, empty_sent
from chorsu_editorial.guest_links.links import forget_ended
from chorsu_feedback.mail import mail_reports
from chorsu_feedback.retention import delete_old_reports
from chorsu_search.query_counts import delete_old_counts
from chorsu_search.writing import rebuild_due, sync
from chorsu_translation.services import remember_marked, write_marked
from cms.models import ToldOccasion
from cms.newsroom.login_throttle import attempts
from cms.newsroom.sessions import ACTIONS
from cms.publishing import publish_due
from cms.reader.page_cache import Warming
from cms.wiring.translation_delivery import tell_translators
from cms.worker import Sweep

# Somebody may go on tomorrow with the form that an upload waits for.
UPLOADS_WAIT = timedelta(days=2)


def delete_expired() -> None:
    """Delete ended sessions, counters and links, requests for a new password, old uploads, texts and reports."""
    # The second has those that an update copied, until they end.
    for engine in (settings.SESSION_ENGINE, "django.contrib.sessions.backends.db"):
        import_module(engine).SessionStore.clear_expired()
    attempts.forget_ended()
    # Whose address it is was never looked up where nothing was sent.
    OutgoingMessage.objects.filter(channel="password_reset", sent_at__isnull=False).delete()
    empty_sent()
    delete_old_counts()
    delete_old_reports()
    forget_ended()
    ModelLogEntry.objects.filter(action__in=ACTIONS, timestamp__lt=timezone.now() - timedelta(days=365)).delete()
    # Longer than anybody is told of an occasion: cms.wiring.translation_delivery.
    ToldOccasion.objects.filter(told_at__lt=timezone.now() - timedelta(days=365)).delete()
    delete_ended()
    _delete_abandoned_uploads()


def _delete_abandoned_uploads() -> None:
    """Delete files that wait for the rest of their form: they are as they were sent, with place and device."""
    for upload in UploadedFile.objects.all():
        with suppress(FileNotFoundError):
            if upload.file.storage.get_modified_time(upload.file.name) > timezone.now() - UPLOADS_WAIT:
                continue
        upload.file.delete(save=False)
        upload.delete()


SWEEPS = [
    # For a second at a time, so that a mail server that doesn't answer can't hold the other sweeps up for long.
    Sweep("deliver_messages", partial(deliver_due, seconds=1), every_seconds=1),
    Sweep("tell_translators", tell_translators, every_seconds=60, alone=True),
    Sweep("write_states", write_marked, every_seconds=5),
    # A page's row is locked while its sentences are stored.
    Sweep("remember_translations", remember_marked, every_seconds=5, alone=True),
    Sweep("mail_reports", mail_reports, every_seconds=30),
    Sweep("search_sync", lambda: sync(limit=100).done, every_seconds=1),
    # After a restored backup it lasts as long as the archive is large.
    Sweep("search_rebuild", rebuild_due, every_seconds=30, beside=True),
    Sweep("make_renditions", make_due_renditions, every_seconds=5, alone=True),
    Sweep("fill_file_facts", fill_file_facts, every_seconds=30, alone=True),
    # An archive may last hours.
    Sweep("import_archives", advance_due, every_seconds=5, beside=True),
    # A page's row is locked while it is done; alone, so that none waits for another at that lock.
    Sweep("publish_scheduled", publish_due, every_seconds=30, alone=True),
    Sweep("warm_pages", Warming().run, every_seconds=2),
    Sweep("delete_expired", delete_expired, every_seconds=600, alone=True),
]
