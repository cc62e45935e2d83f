"""What an import does when something happens elsewhere; one line each."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published

from chorsu_archive.addresses import add_redirects
from chorsu_archive.models import ImportedItem


@receiver(page_published, dispatch_uid="chorsu_archive.page_published")
def published(instance: Page, **_kwargs: Any) -> None:
    add_redirects(ImportedItem.objects.filter(kind=ImportedItem.Kind.PAGE, page=instance.pk))
