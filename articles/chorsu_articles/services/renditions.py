"""The sizes of pictures that readers get: made when a page was published, else when one is missing."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import prefetch_related_objects
from django.utils import timezone
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import AbstractImage, AbstractRendition, Filter, SourceImageIOError

from chorsu_articles.models import Picture, Publication
from chorsu_articles.renditions import PUBLISHED
from chorsu_articles.selectors.article import pictures_in

logger = logging.getLogger(__name__)

# A worker that stood still for longer leaves the rest to the first reader.
DUE = timedelta(minutes=10)
_unreadable: set[int] = set()


def sizes_of(picture: AbstractImage, specs: Iterable[str]) -> list[AbstractRendition]:
    """Return a picture in these sizes, made where they are missing; those that exist while they can't be made.

    None where the file is missing: that is logged.
    """
    try:
        sizes = list(picture.get_renditions(*specs).values())
    except (SourceImageIOError, InvalidFilterSpecError, OSError):
        logger.warning("The file of picture %s can't be read; upload it again in the library.", picture.pk)
        return []
    return [size for size in sizes if size.pk] or sizes


def make_due_renditions() -> int:
    """Make all sizes of one picture on a page that was just published; return 1, or 0 where none is missing.

    It may be broken off at any moment: a size is made wholly or not at all.
    """
    for picture in _just_published():
        existing = picture.find_existing_renditions(*map(Filter, PUBLISHED))
        missing = [spec for spec in PUBLISHED if Filter(spec) not in existing]
        if not missing or picture.pk in _unreadable:
            continue
        sizes = sizes_of(picture, missing)
        if not sizes:
            _unreadable.add(picture.pk)
            continue
        # Not at once again where they can't be made now.
        return 1 if sizes[0].pk else 0
    return 0


def _just_published() -> list[Picture]:
    pages = Publication.objects.live().filter(last_published_at__gt=timezone.now() - DUE).select_related("main_picture")
    found = [picture for page in pages for picture in (page.main_picture, *pictures_in(page.body)) if picture]
    pictures = list({picture.pk: picture for picture in found}.values())
    prefetch_related_objects(pictures, "renditions")
    return pictures
