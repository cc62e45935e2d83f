"""What is not kept: addresses, links and names that have done their work."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.utils import timezone
from wagtail.models import UploadedFile

from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import empty_sent
from chorsu_feedback.retention import delete_old_reports
from chorsu_search.query_counts import delete_old_counts
from cms.models import ToldOccasion
from cms.security.limits import attempts

# Somebody may go on tomorrow with the form that an upload waits for.
UPLOADS_WAIT = timedelta(days=2)
# Longer than anybody is told of an occasion: cms.wiring.translation_delivery.
TOLD_KEPT = timedelta(days=365)


def delete_expired() -> None:
    """Delete ended sessions and counters, requests for a new password, abandoned uploads, old texts and reports."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    attempts.forget_ended()
    # Whose address it is was never looked up where nothing was sent.
    OutgoingMessage.objects.filter(channel="password_reset", sent_at__isnull=False).delete()
    empty_sent()
    delete_old_counts()
    delete_old_reports()
    ToldOccasion.objects.filter(told_at__lt=timezone.now() - TOLD_KEPT).delete()
    _delete_abandoned_uploads()


def _delete_abandoned_uploads() -> None:
    """Delete files that wait for the rest of their form: they are as they were sent, with place and device."""
    for upload in UploadedFile.objects.all():
        with suppress(FileNotFoundError):
            if upload.file.storage.get_modified_time(upload.file.name) > timezone.now() - UPLOADS_WAIT:
                continue
        upload.file.delete(save=False)
        upload.delete()
