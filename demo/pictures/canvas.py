"""What every picture is drawn with: a palette, a canvas in pixels of the finished picture, and common shapes."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageColor, ImageDraw

SIZE = (1600, 1067)
WIDTH, HEIGHT = SIZE
# Everything is drawn twice as large and reduced at the end: smooth edges.
SCALE = 2

NIGHT = "#1d2a44"
INDIGO = "#31486b"
BLUE = "#5b82a6"
PALE_BLUE = "#a9c6d6"
TEAL = "#2a7f86"
TURQUOISE = "#62b3ae"
GREEN = "#4f7f5b"
DARK_GREEN = "#2f5a48"
OLIVE = "#8c9a55"
CREAM = "#f7ecd9"
SAND = "#e8cfa6"
CLAY = "#c99a6b"
APRICOT = "#f3ab60"
ORANGE = "#e0803f"
BRICK = "#b9503c"
BURGUNDY = "#7b2d3b"
BROWN = "#6b4a38"
SNOW = "#fbf8f1"
INK = "#2b2a33"

Point = tuple[float, float]


def mix(first: str, second: str, share: float) -> str:
    """Return a colour between two; ``share`` 0 is the first, 1 the second."""
    one, two = ImageColor.getrgb(first), ImageColor.getrgb(second)
    return "#{:02x}{:02x}{:02x}".format(*(round(a + (b - a) * share) for a, b in zip(one[:3], two[:3], strict=True)))


class Canvas:
    """A picture in the making. Coordinates are pixels of the finished picture, from its upper left corner."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(f"chorsu {seed}")  # noqa: S311 - the same picture each time, nothing secret
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), CREAM)
        self.pen = ImageDraw.Draw(self.image)

    def finish(self) -> Image.Image:
        return self.image.reduce(SCALE)

    def between(self, low: float, high: float) -> float:
        return self.random.uniform(low, high)

    def polygon(self, points: Sequence[Point], colour: str) -> None:
        self.pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour)

    def line(self, points: Sequence[Point], colour: str, width: float) -> None:
        self.pen.line(
            [(x * SCALE, y * SCALE) for x, y in points], fill=colour, width=round(width * SCALE), joint="curve"
        )

    def box(self, x: float, y: float, width: float, height: float, colour: str, radius: float = 0) -> None:
        corners = (x * SCALE, y * SCALE, (x + width) * SCALE, (y + height) * SCALE)
        if radius:
            self.pen.rounded_rectangle(corners, radius * SCALE, fill=colour)
        else:
            self.pen.rectangle(corners, fill=colour)

    def circle(self, x: float, y: float, radius: float, colour: str) -> None:
        self.oval(x, y, radius, radius, colour)

    def ring(self, x: float, y: float, radius: float, colour: str, width: float) -> None:
        corners = ((x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE)
        self.pen.ellipse(corners, outline=colour, width=round(width * SCALE))

    def oval(self, x: float, y: float, across: float, down: float, colour: str) -> None:
        self.pen.ellipse(
            ((x - across) * SCALE, (y - down) * SCALE, (x + across) * SCALE, (y + down) * SCALE), fill=colour
        )

    def slice(self, x: float, y: float, radius: float, start: float, end: float, colour: str) -> None:
        """Fill a slice of a circle; degrees, clockwise from three o'clock."""
        corners = ((x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE)
        self.pen.pieslice(corners, start, end, fill=colour)

    def sky(self, *colours: str, bottom: float = HEIGHT) -> None:
        """Fill from the top to ``bottom`` with a gradient."""
        column = Image.new("RGB", (1, len(colours)))
        for row, colour in enumerate(colours):
            column.putpixel((0, row), ImageColor.getrgb(colour)[:3])
        size = (WIDTH * SCALE, round(bottom * SCALE))
        narrow = column.resize((1, size[1]), Image.Resampling.BICUBIC)
        self.image.paste(narrow.resize(size, Image.Resampling.NEAREST), (0, 0))

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 0.8) -> None:
        """Lay a soft light over what is drawn."""
        side = round(radius * 2 * SCALE)
        mask = Image.radial_gradient("L").point(lambda value: max(0, round((255 - value * 1.42) * strength)))
        mask = mask.resize((side, side), Image.Resampling.BILINEAR)
        self.image.paste(
            ImageColor.getrgb(colour)[:3], (round((x - radius) * SCALE), round((y - radius) * SCALE)), mask
        )

    def veil(self, y: float, height: float, colour: str, strength: float = 0.6) -> None:
        """Lay a band of mist over the picture, thickest at its lower edge."""
        column = Image.linear_gradient("L").point(lambda value: round(value * strength))
        mask = column.resize((WIDTH * SCALE, round(height * SCALE)), Image.Resampling.BILINEAR)
        self.image.paste(ImageColor.getrgb(colour)[:3], (0, round(y * SCALE)), mask)

    def ridge(self, y: float, height: float, colour: str, *, peaks: int = 5, rough: float = 0.35) -> list[Point]:
        """Draw a range of mountains whose feet are at ``y``, down to the lower edge; return its outline."""
        points: list[Point] = [(-20.0, y - height * self.between(0.2, 0.6))]
        step = (WIDTH + 40) / peaks
        for peak in range(peaks):
            start = -20 + peak * step
            points.append((start + step * self.between(0.38, 0.62), y - height * self.between(0.7, 1.0)))
            points.append((start + step, y - height * self.between(0.15, 0.45)))
        outline = points
        for _round in range(4):
            finer: list[Point] = [outline[0]]
            for (x1, y1), (x2, y2) in pairwise(outline):
                push = (x2 - x1) * rough * self.between(-0.5, 0.5)
                finer.extend([((x1 + x2) / 2, (y1 + y2) / 2 + push), (x2, y2)])
            outline = finer
        self.polygon([*outline, (WIDTH + 20, HEIGHT), (-20, HEIGHT)], colour)
        return outline

    def peak(self, x: float, y: float, width: float, height: float, colour: str, *, snow: float = 0.4) -> None:
        """Draw one snow-capped mountain with a lit and a shaded side; ``y`` is its foot."""
        top = y - height
        left, right = x - width / 2, x + width / 2
        self.polygon([(left, y), (x, top), (right, y)], colour)
        self.polygon(
            [(x, top), (right, y), (x + width * 0.12, y), (x - width * 0.03, top + height * 0.5)],
            mix(colour, NIGHT, 0.25),
        )
        line = top + height * snow
        reach = width / 2 * snow
        teeth: list[Point] = [(x - reach, line)]
        for tooth in range(1, 8):
            along = -reach + 2 * reach * tooth / 8
            teeth.append((x + along, line + height * (0.07 if tooth % 2 else -0.05) * self.between(0.6, 1.3)))
        teeth.append((x + reach, line))
        self.polygon([(x, top), *teeth], SNOW)
        shade = [(px, py) for px, py in teeth if px >= x - width * 0.03]
        self.polygon([(x, top), *shade[::-1]], mix(SNOW, BLUE, 0.3))

    def hills(self, y: float, height: float, colour: str, waves: float = 1.5) -> None:
        """Draw soft hills down to the lower edge."""
        phase, second = self.between(0, 6.28), self.between(0, 6.28)
        points = [
            (
                float(x),
                y
                - height * (0.5 + 0.35 * math.sin(x / WIDTH * 6.28 * waves + phase))
                - height * 0.15 * math.sin(x / WIDTH * 6.28 * waves * 2.3 + second),
            )
            for x in range(-20, WIDTH + 41, 20)
        ]
        self.polygon([*points, (WIDTH + 20, HEIGHT), (-20, HEIGHT)], colour)

    def poplar(self, x: float, y: float, height: float, colour: str) -> None:
        self.box(x - height * 0.02, y - height * 0.15, height * 0.04, height * 0.15, BROWN)
        self.oval(x, y - height * 0.55, height * 0.11, height * 0.45, colour)
        self.oval(x + height * 0.035, y - height * 0.52, height * 0.065, height * 0.38, mix(colour, NIGHT, 0.18))

    def tree(self, x: float, y: float, height: float, colour: str, fruit: str = "") -> None:
        """Draw a round tree standing at (x, y)."""
        self.polygon(
            [(x - height * 0.045, y), (x - height * 0.025, y - height * 0.5), (x + height * 0.025, y - height * 0.5),
             (x + height * 0.045, y)],
            BROWN,
        )  # fmt: skip
        crown = [(0, -0.68, 0.27), (-0.2, -0.55, 0.2), (0.2, -0.55, 0.2), (0.05, -0.85, 0.17)]
        for dx, dy, radius in crown:
            self.circle(x + dx * height, y + dy * height, radius * height, mix(colour, NIGHT, 0.15))
        for dx, dy, radius in crown:
            self.circle(
                x + dx * height - height * 0.03, y + dy * height - height * 0.03, radius * height * 0.88, colour
            )
        if fruit:
            for _fruit in range(26):
                angle, away = self.between(0, 6.28), height * 0.3 * math.sqrt(self.between(0, 1))
                self.circle(
                    x + math.cos(angle) * away * 1.15, y - height * 0.63 + math.sin(angle) * away, height * 0.022, fruit
                )

    def person(self, x: float, y: float, height: float, clothes: str, skin: str = CLAY, hair: str = INK) -> None:
        """Draw somebody from the waist up, whose lower edge is at ``y``."""
        head = height * 0.2
        self.box(x - height * 0.26, y - height * 0.55, height * 0.52, height * 0.75, clothes, radius=height * 0.2)
        self.box(x - height * 0.06, y - height * 0.68, height * 0.12, height * 0.2, skin)
        self.circle(x, y - height * 0.8, head, hair)
        self.oval(x, y - height * 0.76, head * 0.8, head * 0.9, skin)
        self.slice(x, y - height * 0.8, head, 180, 360, hair)
