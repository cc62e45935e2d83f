"""The sizes of pictures that readers get: which each slot of a page offers, and when they are made.

The sizes are few and shared, and each is half as wide again as the one before, so that no browser loads more than that.
AVIF takes half of the bytes of WebP. Browsers of before 2023 get WebP in two sizes, others one JPEG. Other sites
get four JPEG of a main picture. They are made when a page was published, else when one is missing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from PIL import AvifImagePlugin, Image
from wagtail.blocks import StreamValue, StructValue
from wagtail.blocks.list_block import ListValue
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import AbstractImage, AbstractRendition, Filter, SourceImageIOError

from chorsu_articles.models import Picture, PictureRendition, Publication
from chorsu_articles.signals import stands_in

WIDTHS = (360, 540, 720, 1080, 1620)
CROPS = ((240, 160), (360, 240), (540, 360), (720, 480), (1080, 720))
AVIF = "format-avif|avifquality-45"
WEBP = "format-webp|webpquality-78"
JPEG = "format-jpeg|jpegquality-75"
# A phone with three dots per pixel shows no more than with two: its eye is as far from the screen. The width in CSS
# pixels that it is told lets it take 720 for a picture across the page, up to the widest phones (440 pixels).
FINE_PHONE = "(max-width: 40rem) and (min-resolution: 2.5dppx)"
logger = logging.getLogger("chorsu_articles")
# A worker that stood still for longer leaves the rest to the first reader.
DUE = timedelta(minutes=10)
# By picture, how often it couldn't be read, and when it is tried again.
_unreadable: dict[int, tuple[int, float]] = {}


@dataclass(frozen=True, slots=True)
class PictureSlot:
    """Where a page has pictures: Wagtail's filter specs of each format from small to large, and ``sizes`` for HTML."""

    avif: tuple[str, ...]
    webp: tuple[str, ...]
    jpeg: str
    sizes: str

    @property
    def specs(self) -> tuple[str, ...]:
        return (*self.avif, *self.webp, self.jpeg)


def slot(avif: Iterable[str], webp: Iterable[str], jpeg: str, sizes: str) -> PictureSlot:
    in_avif, in_webp = (tuple(f"{size}|{kind}" for size in each) for each, kind in ((avif, AVIF), (webp, WEBP)))
    return PictureSlot(in_avif, in_webp, f"{jpeg}|{JPEG}", sizes)


def widths(largest: int, sizes: str) -> PictureSlot:
    chosen = [f"width-{width}" for width in WIDTHS if width <= largest]
    return slot(chosen, ("width-720", "width-1620"), "width-720", sizes)


def crops(smallest: int, largest: int, sizes: str) -> PictureSlot:
    """Return a slot for pictures cut to 3:2 around their focal point."""
    chosen = [f"fill-{width}x{height}" for width, height in CROPS if smallest <= width <= largest]
    return slot(chosen, ("fill-360x240", "fill-720x480"), "fill-720x480", sizes)


SLOTS = {
    "main": widths(1620, f"{FINE_PHONE} 54vw, (min-width: 44rem) 40rem, 92vw"),
    "wide": widths(1620, f"{FINE_PHONE} 54vw, (min-width: 66rem) 60rem, 92vw"),
    "text": widths(1080, f"{FINE_PHONE} 54vw, (min-width: 44rem) 40rem, 92vw"),
    "half": widths(720, f"{FINE_PHONE} 54vw, (min-width: 48rem) 20rem, 92vw"),
    "gallery": crops(360, 1080, f"{FINE_PHONE} 54vw, (min-width: 66rem) 30rem, (min-width: 40rem) 46vw, 92vw"),
    "lead": crops(360, 1080, f"{FINE_PHONE} 54vw, (min-width: 76rem) 43.5rem, (min-width: 62rem) 57vw, 92vw"),
    "second": crops(360, 1080, f"{FINE_PHONE} 54vw, (min-width: 76rem) 35rem, (min-width: 62rem) 46vw, 92vw"),
    "third": crops(240, 720, f"{FINE_PHONE} 5rem, (min-width: 76rem) 17.5rem, (min-width: 48rem) 22vw, 7rem"),
    "card": crops(
        240, 720, f"{FINE_PHONE} 54vw, (min-width: 76rem) 22rem, (min-width: 48rem) 30vw, (min-width: 40rem) 46vw, 92vw"
    ),
    "led": crops(240, 720, f"{FINE_PHONE} 5rem, (min-width: 76rem) 22rem, (min-width: 48rem) 30vw, 7rem"),
    "row": crops(240, 540, f"{FINE_PHONE} 5rem, (min-width: 60rem) 15rem, 26vw"),
    "portrait": slot(
        ("fill-112x112", "fill-168x168", "fill-224x224"),
        ("fill-112x112", "fill-224x224"),
        "fill-224x224",
        "clamp(4.5rem, 20vw, 7rem)",
    ),
}
SHARING = "fill-1200x630|format-jpeg|jpegquality-80"
# 16:9, 4:3 and 1:1, which search engines choose from.
RATIOS = tuple(f"fill-{size}|format-jpeg|jpegquality-80" for size in ("1200x675", "1200x900", "1200x1200"))
# What a page may show of its pictures, and what it tells other sites of its main picture.
PUBLISHED = tuple(dict.fromkeys(spec for name, each in SLOTS.items() if name != "portrait" for spec in each.specs))
PUBLISHED_ELSEWHERE = (SHARING, *RATIOS)


def encode_avif_sooner() -> None:
    """Let Pillow encode AVIF in a fifth of the time (ten seconds for a front page), which Wagtail can't ask for."""
    save = Image.SAVE[AvifImagePlugin.AvifImageFile.format]

    def save_sooner(image: Image.Image, *where: Any) -> None:
        image.encoderinfo.setdefault("speed", 8)  # from 0, the smallest files, to 10
        save(image, *where)

    Image.register_save(AvifImagePlugin.AvifImageFile.format, save_sooner)


@cache
def filter_of(spec: str) -> Filter:
    """Return the filter of a size; to work out its operations takes longer than to find a rendition."""
    return Filter(spec)


def sizes_of(picture: AbstractImage | None, specs: Iterable[str]) -> list[AbstractRendition]:
    """Return a picture in these sizes, made where they are missing; those that exist while they can't be made.

    Nothing where the file is missing, which is logged, or without a picture.
    """
    if not picture:  # a template's missing variable is an empty text
        return []
    try:
        sizes = list(picture.get_renditions(*map(filter_of, specs)).values())
    except (SourceImageIOError, InvalidFilterSpecError, OSError):
        logger.warning("The file of picture %s can't be read; upload it again in the library.", picture.pk)
        stands_in.send(type(picture), picture=picture)
        return []
    return [size for size in sizes if size.pk] or sizes


def pictures_in(value: Any) -> Iterable[Picture]:
    """Yield the pictures that stand anywhere in a stream, struct or list value."""
    if isinstance(value, Picture):
        yield value
    elif isinstance(value, StructValue):
        for child in value.values():
            yield from pictures_in(child)
    elif isinstance(value, StreamValue | ListValue):
        for child in value:
            yield from pictures_in(child.value if isinstance(value, StreamValue) else child)


def load_renditions(pictures: Iterable[Picture]) -> None:
    renditions = PictureRendition.objects.all()
    prefetch_related_objects(list(pictures), Prefetch("renditions", renditions, to_attr="prefetched_renditions"))


def make_due_renditions() -> int:
    """Make all sizes of one picture of a page just published; return 1, or 0 where none is missing or can be made."""
    pages = Publication.objects.live().filter(last_published_at__gt=timezone.now() - DUE).select_related("main_picture")
    needed: dict[int, tuple[Picture, tuple[str, ...]]] = {}
    for page in pages:
        for picture in pictures_in(page.body):
            needed.setdefault(picture.pk, (picture, PUBLISHED))
        if page.main_picture:
            needed[page.main_picture.pk] = (page.main_picture, PUBLISHED + PUBLISHED_ELSEWHERE)
    prefetch_related_objects([picture for picture, _specs in needed.values()], "renditions")
    for picture, wanted in needed.values():
        existing = picture.find_existing_renditions(*map(filter_of, wanted))
        missing = [spec for spec in wanted if filter_of(spec) not in existing]
        failures, due = _unreadable.get(picture.pk, (0, 0.0))
        if not missing or time.monotonic() < due:
            continue
        sizes = sizes_of(picture, missing)
        if not sizes:
            pause = min(15 << failures, DUE.total_seconds())
            _unreadable[picture.pk] = (failures + 1, time.monotonic() + pause)
            continue
        _unreadable.pop(picture.pk, None)
        # Not at once again where they can't be made now.
        return 1 if sizes[0].pk else 0
    return 0
