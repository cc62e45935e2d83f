"""What was published: of an article in all its languages, and by a person; and what of it may be taken back."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from wagtail.models import Page

from chorsu_translation.models import Baseline, PublishedVersion, TranslationLink
from chorsu_translation.selectors.baselines import shown_version
from chorsu_translation.selectors.pages import current_text
from chorsu_translation.snapshots import take_snapshot


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


def found_still_right(target: Page) -> Baseline | None:
    """Return the baseline by which a translation was found still right, as long as nothing has happened since.

    None where something was declared since, the source says something else, the translation has another version, other
    roles or another source, is adapted, or its revision or the snapshots were renewed: what counted before may be of no
    use by then.
    """
    links = TranslationLink.objects.filter(target=target.pk, source__isnull=False, adapted=False)
    link = links.select_related("source").first()
    if link is None or link.source is None:
        return None
    declared = Baseline.objects.filter(target=target.pk, source=link.source.pk).order_by("declared_at", "pk")
    newest = declared.select_related("declared_by", "target__locale").last()
    if newest is None or newest.former is None or newest.revision_id != shown_version(target):
        return None
    as_given = [newest.revision_id, newest.digest, newest.reading] == newest.former["given"]
    # A minor edit since has moved the digest along.
    return newest if as_given and take_snapshot(current_text(link.source)).digest == newest.digest else None


def still_right_in_article(key: uuid.UUID, user: Any) -> list[Baseline]:
    """Return what of an article's translations a person may take back."""
    pages = Page.objects.filter(translation_key=key, translation_baselines__former__isnull=False).distinct()
    editable = [page for page in pages.order_by("pk") if page.permissions_for_user(user).can_edit()]
    return [found for found in map(found_still_right, editable) if found is not None]
