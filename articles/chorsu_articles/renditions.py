"""Which sizes of a picture each place on a page offers to browsers.

The sizes are few and shared, and each is half as wide again as the one before, so that no browser loads more than that.
AVIF takes half of the bytes of WebP. Browsers of before 2023 get WebP in two sizes, others one JPEG. Other sites
get four JPEG of a main picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

WIDTHS = (360, 540, 720, 1080, 1620)
CROPS = ((240, 160), (360, 240), (540, 360), (720, 480), (1080, 720))
AVIF = "format-avif|avifquality-45"
WEBP = "format-webp|webpquality-78"
JPEG = "format-jpeg|jpegquality-75"
# A phone with three dots per pixel shows no more than with two: its eye is as far from the screen. The width in CSS
# pixels that it is told lets it take 720 for a picture across the page, up to the widest phones (440 pixels).
FINE_PHONE = "(max-width: 40rem) and (min-resolution: 2.5dppx)"


@dataclass(frozen=True, slots=True)
class Place:
    """A place for pictures: Wagtail's filter specs of each format from small to large, and the ``sizes`` attribute."""

    avif: tuple[str, ...]
    webp: tuple[str, ...]
    jpeg: str
    sizes: str

    @property
    def specs(self) -> tuple[str, ...]:
        """Return all specs."""
        return (*self.avif, *self.webp, self.jpeg)


def widths(largest: int, sizes: str) -> Place:
    """Return a place for whole pictures up to ``largest`` pixels wide."""
    chosen = [f"width-{width}" for width in WIDTHS if width <= largest]
    return _place(chosen, ("width-720", "width-1620"), "width-720", sizes)


def crops(smallest: int, largest: int, sizes: str) -> Place:
    """Return a place for pictures cut to 3:2 around their focal point."""
    chosen = [f"fill-{width}x{height}" for width, height in CROPS if smallest <= width <= largest]
    return _place(chosen, ("fill-360x240", "fill-720x480"), "fill-720x480", sizes)


def _place(chosen: Iterable[str], older: Iterable[str], oldest: str, sizes: str) -> Place:
    avif, webp = (f"{size}|{AVIF}" for size in chosen), (f"{size}|{WEBP}" for size in older)
    return Place(tuple(avif), tuple(webp), f"{oldest}|{JPEG}", sizes)


PLACES = {
    "main": widths(1620, f"{FINE_PHONE} 54vw, (min-width: 66rem) 60rem, 92vw"),
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
    "portrait": _place(
        ("fill-112x112", "fill-168x168", "fill-224x224"),
        ("fill-112x112", "fill-224x224"),
        "fill-224x224",
        "clamp(4.5rem, 20vw, 7rem)",
    ),
}
SHARING = "fill-1200x630|format-jpeg|jpegquality-80"
# 16:9, 4:3 and 1:1, which search engines choose from.
RATIOS = tuple(f"fill-{size}|format-jpeg|jpegquality-80" for size in ("1200x675", "1200x900", "1200x1200"))
# What a page may show of its pictures.
PUBLISHED = tuple(dict.fromkeys(chain(*(place.specs for name, place in PLACES.items() if name != "portrait"))))
# What it tells other sites of its main picture.
PUBLISHED_ELSEWHERE = (SHARING, *RATIOS)
