"""Charts without words: digits only, so that one picture serves every language; captions say what is shown.

Their numbers are examples, and stand in tables of the articles too.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import ImageFont

from demo.pictures import canvas as c
from demo.pictures.canvas import HEIGHT, SCALE, WIDTH, Canvas, Point

PAPER, LINES = "#faf5ea", "#d9d0bf"
LEFT, RIGHT, TOP, BOTTOM = 190.0, WIDTH - 90.0, 110.0, HEIGHT - 150.0
# Kilowatts of a power station and of the village that it serves, by month.
GIVEN = (22, 21, 26, 38, 54, 60, 60, 58, 49, 38, 29, 24)
NEEDED = (46, 44, 39, 31, 25, 24, 26, 25, 28, 34, 41, 47)
# Hours that a lorry waits at a border, by hour of its arrival: before and with a booked time.
BEFORE = (9, 8, 8, 7, 9, 12, 17, 21, 22, 20, 18, 16, 15, 14, 15, 17, 18, 16, 14, 13, 12, 11, 10, 9)
BOOKED = (6, 6, 5, 5, 6, 7, 8, 9, 9, 8, 8, 7, 7, 7, 7, 8, 8, 7, 7, 6, 6, 6, 6, 6)
# Percents of pupils who read a text without help, by school year: in the language of home, and in another.
AT_HOME = (61, 74, 83, 88)
ELSEWHERE = (28, 43, 60, 73)


def digits(
    art: Canvas, x: float, y: float, text: str, size: float = 34, colour: str = c.INK, anchor: str = "mm"
) -> None:
    """Write digits and signs; ``anchor`` as in Pillow."""
    font = ImageFont.load_default(round(size * SCALE))
    art.pen.text((x * SCALE, y * SCALE), text, fill=colour, font=font, anchor=anchor)


def paper(art: Canvas, marks: Sequence[int], top: int) -> None:
    """Lay out a chart's ground with a line for each mark of its upright axis, whose upper end is ``top``."""
    art.box(0, 0, WIDTH, HEIGHT, PAPER)
    for mark in marks:
        y = height_of(mark, top)
        art.box(LEFT, y - 1, RIGHT - LEFT, 3, LINES)
        digits(art, LEFT - 24, y, str(mark), anchor="rm")


def height_of(value: float, top: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * value / top


def power_chart(art: Canvas) -> None:
    paper(art, range(0, 71, 10), 70)
    step = (RIGHT - LEFT) / 12
    for month, (given, needed) in enumerate(zip(GIVEN, NEEDED, strict=True)):
        x = LEFT + month * step
        for place, (value, colour) in enumerate(((given, c.TEAL), (needed, c.APRICOT))):
            y = height_of(value, 70)
            art.box(x + 14 + place * 44, y, 40, BOTTOM - y, colour)
        digits(art, x + step / 2, BOTTOM + 46, str(month + 1))
    art.box(LEFT, BOTTOM, RIGHT - LEFT, 4, c.INK)


def wait_chart(art: Canvas) -> None:
    paper(art, range(0, 25, 4), 24)
    for values, colour in ((BEFORE, c.BRICK), (BOOKED, c.TEAL)):
        points: list[Point] = [
            (LEFT + (RIGHT - LEFT) * hour / 23, height_of(value, 24)) for hour, value in enumerate(values)
        ]
        art.line(points, colour, 12)
        for x, y in points:
            art.circle(x, y, 11, colour)
    for hour in range(0, 24, 3):
        digits(art, LEFT + (RIGHT - LEFT) * hour / 23, BOTTOM + 46, f"{hour}:00")
    art.box(LEFT, BOTTOM, RIGHT - LEFT, 4, c.INK)


def reading_chart(art: Canvas) -> None:
    paper(art, range(0, 101, 20), 100)
    step = (RIGHT - LEFT) / 4
    for year, pair in enumerate(zip(AT_HOME, ELSEWHERE, strict=True)):
        for place, (value, colour) in enumerate(zip(pair, (c.INDIGO, c.ORANGE), strict=True)):
            x, y = LEFT + year * step + 50 + place * 130, height_of(value, 100)
            art.box(x, y, 116, BOTTOM - y, colour)
            digits(art, x + 58, y - 34, f"{value}%")
        digits(art, LEFT + year * step + step / 2, BOTTOM + 48, str(year + 1), size=40)
    art.box(LEFT, BOTTOM, RIGHT - LEFT, 4, c.INK)


def heat(art: Canvas) -> None:
    """Draw a house as a heat camera sees it, with the scale of degrees."""
    art.sky("#141a3c", "#20245a")
    walls, roof, glass = "#5a3d8f", "#8a3f93", "#f2b33d"
    art.box(0, 830, WIDTH, HEIGHT - 830, "#191f48")
    art.box(300, 430, 860, 420, walls)
    art.polygon([(230, 440), (730, 150), (1230, 440)], roof)
    art.polygon([(560, 250), (730, 150), (900, 250), (730, 300)], "#d4567a")
    art.box(930, 170, 70, 150, "#f6cf5a")
    for x in (380, 640, 900):
        art.glow(x + 90, 590, 170, "#e0703f", 0.7)
        art.box(x, 500, 180, 180, glass)
        art.box(x + 84, 500, 12, 180, "#e0703f")
        art.box(x, 584, 180, 12, "#e0703f")
    art.box(300, 796, 860, 54, "#c94f86")
    art.glow(1160, 640, 120, "#c94f86", 0.6)
    for step in range(60):
        share = step / 59
        colour = c.mix("#20245a", "#c94f86", share * 2) if share < 0.5 else c.mix("#c94f86", "#f9e27a", share * 2 - 1)
        art.box(1380, 860 - step * 12, 60, 13, colour)
    for mark in range(5):
        digits(art, 1462, 860 - mark * 177, f"{mark * 5 - 5}°", colour=c.CREAM, anchor="lm")
