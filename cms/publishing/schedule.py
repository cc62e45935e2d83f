"""Publication and withdrawal at their time: each page by itself, wholly or not at all."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from chorsu_delivery.models import OutgoingMessage
from chorsu_editorial.links import editor_url
from chorsu_editorial.lock_order import lock_pages
from cms.newsroom.mail import tell_chief_editors

logger = logging.getLogger("chorsu.newsroom")


def publish_due() -> int:
    """Publish what was approved for a time that has come, take down what has expired; return how many pages.

    Wagtail's own command forgets the time before it publishes, and ends at the first page that can't be published (its
    address was taken meanwhile): that page never went live, and those after it had to wait. Here it keeps its time,
    holds nobody up and is tried again, and the chief editors are told once.
    """
    now = timezone.now()
    expired = Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at")
    due = Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at").page_revisions()
    jobs = [(pk, partial(_take_down, pk)) for pk in expired.values_list("pk", flat=True)]
    jobs += [(int(page), partial(_publish, int(page), pk)) for page, pk in due.values_list("object_id", "pk")]
    return sum(_succeeds(page, job) for page, job in jobs)


def _take_down(pk: int) -> None:
    page = lock_pages([pk]).get(pk)
    if page is not None and page.live and page.expire_at and page.expire_at < timezone.now():
        page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _publish(page: int, pk: int) -> None:
    lock_pages([page])
    revision = Revision.objects.filter(pk=pk, approved_go_live_at__lt=timezone.now()).first()
    if revision is not None:
        revision.publish(log_action="wagtail.publish.scheduled")


def _succeeds(page_id: int, job: Callable[[], None]) -> bool:
    try:
        with transaction.atomic():
            job()
    except Exception as error:  # noqa: BLE001
        # Whatever is wrong with one page must not keep the others waiting.
        _report_failure(Page.objects.get(pk=page_id), error)
        return False
    return True


def _report_failure(page: Page, error: Exception) -> None:
    """Log the failure and mail the chief editors, who alone can change such a page; once per revision."""
    key = f"stuck:{page.pk}:{page.latest_revision_id}"
    if OutgoingMessage.objects.filter(key=key).exists():
        return
    logger.error(
        "Page %s could not be published, or taken down, at its time. It is tried again.", page.pk, exc_info=error
    )
    link = f"{settings.WAGTAILADMIN_BASE_URL}{editor_url(page)}"
    context = {
        "title": page.get_admin_display_title(),
        "edit_url": link,
        "said": lambda: " ".join(error.messages) if isinstance(error, ValidationError) else str(error),
    }
    tell_chief_editors("stuck", context, key=key)
