"""Draw the picture that other sites show with a link where a page has none: its headline in the site's own letters.

Which of the site's font files has a letter is read from the style sheet, as browsers do. Within a line, letters of the
other direction keep their order; libraqm joins and mirrors what the script asks for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path

from django.contrib.staticfiles import finders
from PIL import Image, ImageDraw, ImageFont

from chorsu_locales.selectors import get_language_row

WIDTH, HEIGHT = 1200, 630
MARGIN = 80
PAPER, INK, SOFT, ACCENT = "#fdfdfc", "#17191c", "#5a6069", "#1b4079"
TITLE_SIZES = (76, 68, 60, 52, 46, 40)
TITLE_HEIGHT = 350
SMALL = 34
LEADING = 1.24
SEMIBOLD, REGULAR = 600, 400
FAMILIES = ("Chorsu Cyrillic", "Chorsu Latin", "Chorsu Persian")
STYLE_SHEET = "cms/css/site.css"
FONT_FACE = re.compile(r"@font-face\s*\{([^{}]*)\}")
SOURCE = re.compile(r"url\(\"\.\./([^\"]+)\"\)")
WEIGHT = re.compile(r"font-weight:\s*(\d+)")
FAMILY = re.compile(r"font-family:\s*\"([^\"]+)\"")
RANGES = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?")
# European digits count as Latin words do: they keep their order.
STRONG = {"L": "ltr", "EN": "ltr", "R": "rtl", "AL": "rtl", "AN": "rtl"}
# Of a headline that no size fits, the end is left out.
MOST_LETTERS = 220


@dataclass(frozen=True, slots=True)
class Face:
    """A font file, the lightest weight that it is used for, and the letters."""

    file: Path
    weight: int
    ranges: tuple[tuple[int, int], ...]

    def has(self, letter: str) -> bool:
        """Tell whether the file is used for a letter."""
        return any(first <= ord(letter) <= last for first, last in self.ranges)


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one file in one direction."""

    text: str
    face: Face
    direction: str


def draw(*, title: str, line: str, name: str, code: str) -> bytes:
    """Return a PNG with a headline, a line below it and the newsroom's name, in the direction of the language."""
    direction = get_language_row(code).direction
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    start = WIDTH if direction == "rtl" else 0
    pen.rectangle((min(start, abs(start - 18)), 0, max(start, abs(start - 18)), HEIGHT), fill=ACCENT)
    size, lines = _fitted(title[:MOST_LETTERS], direction)
    _write(pen, name, 66, SMALL + 6, SEMIBOLD, ACCENT, direction)
    top = 66 + 2 * SMALL + (TITLE_HEIGHT - len(lines) * size * LEADING) / 2
    for number, text in enumerate(lines):
        _write(pen, text, top + number * size * LEADING, size, SEMIBOLD, INK, direction)
    _write(pen, line, HEIGHT - 66 - SMALL, SMALL, REGULAR, SOFT, direction)
    output = BytesIO()
    image.quantize(48).save(output, "PNG", optimize=True)
    return output.getvalue()


def runs(text: str, direction: str, weight: int = REGULAR) -> list[Run]:
    """Return a text's runs in their logical order; letters that no file of the weight has are left out."""
    marked = list(zip(text, _directions(text, direction), strict=True))
    found = [(letter, face, way) for letter, way in marked if (face := _face_of(letter, way, weight))]
    return [
        Run("".join(letter for letter, _face, _way in group), face, way)
        for (face, way), group in ((key, list(items)) for key, items in groupby(found, key=lambda each: each[1:]))
    ]


def _directions(text: str, base: str) -> Iterator[str]:
    """Yield each letter's direction: its own, and between two of the same that of both, else that of the line."""
    own = [STRONG.get(unicodedata.bidirectional(letter)) for letter in text]
    before, after = _carried(own), _carried(own[::-1])[::-1]
    for way, left, right in zip(own, before, after, strict=True):
        yield way or (left if left and left == right else base)


def _carried(ways: list[str | None]) -> list[str | None]:
    carried, last = [], None
    for way in ways:
        last = way or last
        carried.append(last)
    return carried


@cache
def _faces() -> tuple[tuple[str, Face], ...]:
    sheet = Path(str(finders.find(STYLE_SHEET)))
    found = []
    for rule in FONT_FACE.findall(sheet.read_text()):
        family, source, weight = FAMILY.search(rule), SOURCE.search(rule), WEIGHT.search(rule)
        if family and source and weight:
            spans = RANGES.findall(rule.partition("unicode-range")[2])
            ranges = tuple((int(first, 16), int(last or first, 16)) for first, last in spans)
            found.append((family[1], Face(sheet.parent.parent / source[1], int(weight[1]), ranges)))
    return tuple(found)


def _face_of(letter: str, direction: str, weight: int) -> Face | None:
    """Return the file for a letter: of the direction's family first."""
    order = FAMILIES[::-1] if direction == "rtl" else FAMILIES
    chosen = [face for family in order for name, face in _faces() if name == family and face.weight == weight]
    return next((face for face in chosen if face.has(letter)), None)


@cache
def _font(file: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size)


def _width(text: str, size: int, weight: int, direction: str) -> float:
    return sum(
        _font(run.face.file, size).getlength(run.text, direction=run.direction) for run in runs(text, direction, weight)
    )


def _fitted(title: str, direction: str) -> tuple[int, list[str]]:
    """Return the largest size in which a headline fits, and its lines."""
    for size in TITLE_SIZES:
        lines = _lines(title, size, direction)
        if len(lines) * size * LEADING <= TITLE_HEIGHT and all(
            _width(text, size, SEMIBOLD, direction) <= WIDTH - 2 * MARGIN for text in lines
        ):
            return size, lines
    size = TITLE_SIZES[-1]
    most = int(TITLE_HEIGHT / (size * LEADING))
    kept = _lines(title, size, direction)[:most]
    return size, [*kept[:-1], f"{kept[-1]}…"] if kept else []


def _lines(text: str, size: int, direction: str) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer, size, SEMIBOLD, direction) <= WIDTH - 2 * MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _write(  # noqa: PLR0917 (a pen needs to know where, how large, how thick and in which colour)
    pen: ImageDraw.ImageDraw, text: str, top: float, size: int, weight: int, colour: str, direction: str
) -> None:
    """Write a line from its margin on: runs of one direction in their order, the line's own direction outside."""
    pieces = runs(text, direction, weight)
    place = float(WIDTH - MARGIN if direction == "rtl" else MARGIN)
    for run in pieces:
        font = _font(run.face.file, size)
        length = font.getlength(run.text, direction=run.direction)
        left = place - length if direction == "rtl" else place
        pen.text((left, top + size), run.text, fill=colour, font=font, anchor="ls", direction=run.direction)
        place = left if direction == "rtl" else left + length
