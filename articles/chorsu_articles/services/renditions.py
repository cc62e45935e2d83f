"""The sizes of pictures that readers get: made when a page was published, else when one is missing."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from PIL import AvifImagePlugin, Image
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import AbstractImage, AbstractRendition, Filter, SourceImageIOError

from chorsu_articles.models import Picture, Publication
from chorsu_articles.renditions import PUBLISHED, PUBLISHED_ELSEWHERE
from chorsu_articles.selectors.article import pictures_in
from chorsu_articles.signals import stands_in

logger = logging.getLogger(__name__)

# A worker that stood still for longer leaves the rest to the first reader.
DUE = timedelta(minutes=10)
# From 0, the smallest files, to 10.
AVIF_SPEED = 8
# A picture that couldn't be read is tried again after so many seconds, twice as many each time.
FIRST_PAUSE = 15
# By picture, how often it couldn't be read, and when it is tried again.
_unreadable: dict[int, tuple[int, float]] = {}


def encode_avif_sooner() -> None:
    """Let Pillow take a fifth of the time for AVIF, for a tenth more bytes; Wagtail doesn't hand on how fast to be.

    At Pillow's own speed the first reader of a front page would wait for some ten seconds.
    """
    save = Image.SAVE[AvifImagePlugin.AvifImageFile.format]

    def save_sooner(image: Image.Image, *where: Any) -> None:
        image.encoderinfo.setdefault("speed", AVIF_SPEED)
        save(image, *where)

    Image.register_save(AvifImagePlugin.AvifImageFile.format, save_sooner)


@cache
def filter_of(spec: str) -> Filter:
    """Return the filter of a size. It works out its operations once, which takes longer than finding a rendition."""
    return Filter(spec)


def sizes_of(picture: AbstractImage, specs: Iterable[str]) -> list[AbstractRendition]:
    """Return a picture in these sizes, made where they are missing; those that exist while they can't be made.

    None where the file is missing: that is logged.
    """
    try:
        sizes = list(picture.get_renditions(*map(filter_of, specs)).values())
    except (SourceImageIOError, InvalidFilterSpecError, OSError):
        logger.warning("The file of picture %s can't be read; upload it again in the library.", picture.pk)
        stands_in.send(type(picture), picture=picture)
        return []
    return [size for size in sizes if size.pk] or sizes


def make_due_renditions() -> int:
    """Make all sizes of one picture on a page that was just published; return 1, or 0 where none is missing.

    It may be broken off at any moment: a size is made wholly or not at all.
    """
    for picture, wanted in _just_published():
        existing = picture.find_existing_renditions(*map(Filter, wanted))
        missing = [spec for spec in wanted if Filter(spec) not in existing]
        failures, due = _unreadable.get(picture.pk, (0, 0.0))
        if not missing or time.monotonic() < due:
            continue
        sizes = sizes_of(picture, missing)
        if not sizes:
            pause = min(FIRST_PAUSE << failures, DUE.total_seconds())
            _unreadable[picture.pk] = (failures + 1, time.monotonic() + pause)
            continue
        _unreadable.pop(picture.pk, None)
        # Not at once again where they can't be made now.
        return 1 if sizes[0].pk else 0
    return 0


def _just_published() -> list[tuple[Picture, tuple[str, ...]]]:
    """Return the pictures of pages that were just published, each with the sizes that it needs."""
    pages = Publication.objects.live().filter(last_published_at__gt=timezone.now() - DUE).select_related("main_picture")
    wanted: dict[int, tuple[Picture, tuple[str, ...]]] = {}
    for page in pages:
        for picture in pictures_in(page.body):
            wanted.setdefault(picture.pk, (picture, PUBLISHED))
        if page.main_picture:
            wanted[page.main_picture.pk] = (page.main_picture, PUBLISHED + PUBLISHED_ELSEWHERE)
    prefetch_related_objects([picture for picture, _specs in wanted.values()], "renditions")
    return list(wanted.values())
