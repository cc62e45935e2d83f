"""What follows from a publication."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published

from chorsu_feedback.services import close_changed


@receiver(page_published, dispatch_uid="chorsu_feedback.page_went_live")
def page_went_live(sender: type, instance: Page, **_kwargs: Any) -> None:  # noqa: ARG001
    """Close the reports whose mistake is gone."""
    if instance.live:
        close_changed(instance)
