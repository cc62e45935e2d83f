"""What was published: of an article in all its languages, and by a person."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from wagtail.models import Page

from chorsu_translation.models import PublishedVersion


def published_versions() -> QuerySet[PublishedVersion]:
    """Return the published versions, newest first; ``page_exists`` unless the page was deleted."""
    exists = Exists(Page.objects.filter(pk=OuterRef("page_id")))
    versions: QuerySet[PublishedVersion] = PublishedVersion.objects.annotate(page_exists=exists)
    people = versions.select_related("locale", "reviewer", "publisher").prefetch_related("translators")
    return people.order_by("-published_at", "-pk")


def versions_of_article(key: uuid.UUID) -> QuerySet[PublishedVersion]:
    """Return the versions of an article in all languages."""
    return published_versions().filter(translation_key=key)


def work_of(user: Any) -> QuerySet[PublishedVersion]:
    """Return the versions that a person translated, or wrote."""
    return published_versions().filter(translators=user.pk)
