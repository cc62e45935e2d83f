"""Which sizes of a picture each place on a page offers to browsers.

The sizes are few and shared, so that a picture needs at most eight files. All are WebP, which every browser of the
last years reads; other sites get four JPEG of a main picture.
"""

from __future__ import annotations

from dataclasses import dataclass

WIDTHS = (480, 800, 1200, 1800)
CROPS = ((240, 160), (480, 320), (800, 533), (1200, 800))
FORMAT = "format-webp|webpquality-78"


@dataclass(frozen=True, slots=True)
class Place:
    """A place for pictures: Wagtail's filter specs from small to large, and the ``sizes`` attribute."""

    specs: tuple[str, ...]
    sizes: str


def widths(largest: int, sizes: str) -> Place:
    """Return a place for whole pictures up to ``largest`` pixels wide."""
    return Place(tuple(f"width-{width}|{FORMAT}" for width in WIDTHS if width <= largest), sizes)


def crops(smallest: int, largest: int, sizes: str) -> Place:
    """Return a place for pictures cut to 3:2 around their focal point."""
    chosen = ((width, height) for width, height in CROPS if smallest <= width <= largest)
    return Place(tuple(f"fill-{width}x{height}|{FORMAT}" for width, height in chosen), sizes)


PLACES = {
    "main": widths(1800, "(min-width: 66rem) 60rem, 94vw"),
    "wide": widths(1800, "(min-width: 66rem) 60rem, 94vw"),
    "text": widths(1200, "(min-width: 44rem) 40rem, 94vw"),
    "half": widths(800, "(min-width: 48rem) 20rem, 94vw"),
    "gallery": crops(480, 1200, "(min-width: 66rem) 30rem, (min-width: 40rem) 46vw, 94vw"),
    "lead": crops(480, 1200, "(min-width: 76rem) 47rem, (min-width: 62rem) 62vw, 94vw"),
    "second": crops(480, 1200, "(min-width: 76rem) 35rem, (min-width: 62rem) 46vw, 94vw"),
    "third": crops(240, 800, "(min-width: 76rem) 17.5rem, (min-width: 48rem) 22vw, 7rem"),
    "card": crops(480, 800, "(min-width: 76rem) 22rem, (min-width: 48rem) 30vw, (min-width: 40rem) 46vw, 94vw"),
    "row": crops(240, 480, "(min-width: 60rem) 15rem, 26vw"),
    "portrait": Place((f"fill-112x112|{FORMAT}", f"fill-224x224|{FORMAT}"), "7rem"),
}
LARGE = WIDTHS[-1]
SHARING = "fill-1200x630|format-jpeg|jpegquality-80"
# 16:9, 4:3 and 1:1, which search engines choose from.
RATIOS = tuple(f"fill-{size}|format-jpeg|jpegquality-80" for size in ("1200x675", "1200x900", "1200x1200"))
# What a page may show of its pictures.
PUBLISHED = tuple(dict.fromkeys(spec for name in PLACES if name != "portrait" for spec in PLACES[name].specs))
# What it tells other sites of its main picture.
PUBLISHED_ELSEWHERE = (SHARING, *RATIOS)
