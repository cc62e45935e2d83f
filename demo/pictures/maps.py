"""Maps, plans and what is seen from straight above."""

from __future__ import annotations

import math
from itertools import pairwise

from demo.pictures import canvas as c
from demo.pictures.canvas import HEIGHT, WIDTH, Canvas, Point, mix
from demo.pictures.patterns import around, petal


def canal(art: Canvas) -> None:
    x: float
    y: float
    art.sky("#8fa35c", "#7f9752")
    colours = ["#a9b95f", "#c9b85e", "#7d9a50", "#d9c579", "#94ab58", "#66864a", "#b98f57", "#b7c76f"]
    x = -60.0
    while x < WIDTH:
        wide = art.between(150, 250)
        y = -40.0
        while y < HEIGHT:
            high = art.between(110, 220)
            colour = colours[art.random.randrange(len(colours))]
            lean = 46
            art.polygon(
                [
                    (x + 5, y + 5),
                    (x + wide - 5, y + 5 + lean),
                    (x + wide - 5, y + high - 5 + lean),
                    (x + 5, y + high - 5),
                ],
                colour,
            )
            rows(art, x, y, wide, high, lean, mix(colour, c.DARK_GREEN, 0.22))
            y += high
        x += wide
    for curve, width, colour in ((0, 120, "#d9c79a"), (0, 84, "#4f8f9c"), (-14, 30, "#76b1b8")):
        art.line(
            [(px, 300 + curve + 260 * math.sin(px / 420) + px * 0.22) for px in range(-40, WIDTH + 60, 20)],
            colour,
            width,
        )
    for branch in (240, 620, 1010, 1380):
        y = 300 + 260 * math.sin(branch / 420) + branch * 0.22
        art.line([(branch, y), (branch + 60, y + 420), (branch + 40, HEIGHT + 20)], "#d9c79a", 26)
        art.line([(branch, y), (branch + 60, y + 420), (branch + 40, HEIGHT + 20)], "#5b9aa5", 14)
        art.box(branch - 34, y + 52, 68, 20, "#8a6a4a", radius=4)
    for _tree in range(70):
        px = art.between(0, WIDTH)
        py = 300 + 260 * math.sin(px / 420) + px * 0.22 + art.random.choice((-84, 86))
        art.circle(px + 5, py + 6, 19, "#5a7341")
        art.circle(px, py, 18, c.GREEN)
        art.circle(px - 5, py - 5, 9, "#6d9a6c")


def rows(art: Canvas, x: float, y: float, wide: float, high: float, lean: float, colour: str) -> None:
    count = art.random.choice((0, 6, 9, 12))
    for number in range(1, count):
        share = number / count
        art.line([(x + 12, y + high * share), (x + wide - 12, y + high * share + lean)], colour, 4)


def bus_map(art: Canvas) -> None:
    x: float
    y: float
    art.sky("#f7f1e3", "#f3ead6")
    for x in range(-40, WIDTH, 118):
        for y in range(-30, HEIGHT, 102):
            art.box(x, y, 100, 84, mix("#ece0c8", "#e4d4b6", art.between(0, 1)), radius=10)
    art.line([(-20, 880), (260, 830), (520, 900), (840, 800), (1180, 860), (1640, 740)], "#b5d3d6", 86)
    for x, y, wide, high in ((180, 150, 220, 170), (1160, 560, 260, 150), (690, 900, 220, 130)):
        art.box(x, y, wide, high, "#bccf9d", radius=24)
    lines: list[tuple[str, list[Point]]] = [
        (c.BRICK, [(80, 520), (420, 520), (560, 520), (800, 520), (1100, 520), (1240, 380), (1520, 380)]),
        (c.TEAL, [(800, 60), (800, 320), (800, 520), (800, 740), (960, 900), (960, 1020)]),
        (c.APRICOT, [(160, 960), (420, 700), (560, 520), (700, 320), (980, 320), (1180, 160), (1500, 160)]),
        (c.INDIGO, [(100, 280), (420, 280), (700, 320), (800, 520), (1100, 700), (1500, 700)]),
        (c.GREEN, [(320, 60), (420, 280), (420, 520), (420, 700), (640, 860), (960, 900), (1400, 940)]),
    ]
    for _colour, points in lines:
        art.line(points, c.SNOW, 34)
    for colour, points in lines:
        art.line(points, colour, 20)
        for x, y in points:
            art.circle(x, y, 13, c.SNOW)
            art.circle(x, y, 8, colour)
        for x, y in (points[0], points[-1]):
            art.box(x - 30, y - 30, 60, 60, colour, radius=14)
            art.box(x - 16, y - 5, 32, 10, c.SNOW, radius=5)
    for x, y in ((800, 520), (420, 520), (560, 520), (700, 320), (420, 280), (420, 700), (960, 900)):
        art.circle(x, y, 30, c.INK)
        art.circle(x, y, 21, c.SNOW)


def rail_map(art: Canvas) -> None:
    x: float
    y: float
    art.sky("#eef0e2", "#e7e6cf")
    for layer, colour in enumerate(("#dcdcc0", "#cdd0b0", "#bcc3a0", "#aab592")):
        for x, y, size in ((420, 240, 330), (1180, 200, 380), (880, 930, 300)):
            points = []
            for angle in range(0, 360, 10):
                wobble = 1 + 0.12 * math.sin(math.radians(angle * 3) + x) + 0.07 * math.sin(math.radians(angle * 5) + y)
                px, py = around(0, 0, size * wobble * (1 - layer * 0.23), angle)
                points.append((x + px * 1.15, y + py * 0.72))
            art.polygon(points, colour)
    for x, y, size in (
        (380, 200, 60),
        (470, 260, 46),
        (1120, 170, 70),
        (1230, 220, 56),
        (1290, 140, 44),
        (860, 910, 50),
    ):
        art.polygon([(x - size, y + size * 0.7), (x, y - size * 0.8), (x + size, y + size * 0.7)], "#7f8d86")
        art.polygon([(x, y - size * 0.8), (x + size, y + size * 0.7), (x + size * 0.1, y + size * 0.7)], "#69776f")
        art.polygon(
            [
                (x - size * 0.35, y - size * 0.27),
                (x, y - size * 0.8),
                (x + size * 0.35, y - size * 0.27),
                (x, y - size * 0.1),
            ],
            c.SNOW,
        )
    art.oval(1390, 760, 150, 84, "#a6cdd0")
    art.oval(1376, 752, 130, 70, "#b9dadb")
    art.line([(0, 700), (200, 660), (430, 720), (680, 640), (900, 690), (1130, 640), (1260, 740)], "#a6cdd0", 16)
    track: list[Point] = [(90, 880), (280, 800), (470, 560), (640, 500), (820, 520), (960, 440), (1080, 460)]
    art.line(track, c.SNOW, 26)
    art.line(track, c.BRICK, 14)
    for (x1, y1), (x2, y2) in pairwise(track):
        steps = int(math.hypot(x2 - x1, y2 - y1) / 30)
        for step in range(steps):
            x, y = x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps
            art.circle(x, y, 4, c.CREAM)
    rest = [(1080 + step * 26, 460 + step * 13 + 26 * math.sin(step / 2)) for step in range(15)]
    for x, y in rest:
        art.circle(x, y, 8, c.BRICK)
    for number, (x, y) in enumerate([*track, rest[-1]]):
        large = number in (0, 6, 7)
        art.circle(x, y, 26 if large else 17, c.INK)
        art.circle(x, y, 18 if large else 11, c.SNOW if not large else c.APRICOT)
    art.circle(190, 210, 74, "#f7f1e3")
    for angle in range(0, 360, 90):
        petal(art, 190, 210, 66, angle, 16, c.BRICK if angle == 270 else c.INDIGO)


def dome(art: Canvas) -> None:
    x: float
    y: float
    art.sky("#23384f", "#1d3047")
    for x in range(0, WIDTH, 50):
        art.line([(x, 0), (x, HEIGHT)], "#2a4159" if x % 250 else "#345069", 2)
    for y in range(0, HEIGHT, 50):
        art.line([(0, y), (WIDTH, y)], "#2a4159" if y % 250 else "#345069", 2)
    x, y, line = 800.0, 533.0, "#e9dcc0"
    for angle in range(0, 360, 90):
        street(art, x, y, angle)
    art.circle(x, y, 262, "#2c4660")
    for angle in range(0, 360, 45):
        px, py = around(x, y, 236, angle + 22.5)
        art.circle(px, py, 44, "#3d5b78")
        art.ring(px, py, 44, line, 4)
    art.ring(x, y, 262, line, 8)
    art.ring(x, y, 190, line, 4)
    for angle in range(0, 360, 15):
        art.line([around(x, y, 60, angle), around(x, y, 190, angle)], c.TURQUOISE if angle % 45 else c.APRICOT, 4)
    for radius in (60, 104, 148):
        art.ring(x, y, radius, line, 4)
    for angle in range(0, 360, 45):
        petal(art, x, y, 58, angle, 18, c.APRICOT)
    art.circle(x, y, 16, "#1d3047")
    art.line([(60, 1000), (360, 1000)], line, 6)
    for mark in range(4):
        art.box(58 + mark * 100, 984, 4, 32, line)


def street(art: Canvas, x: float, y: float, angle: float) -> None:
    """Draw one street of shops that leads away from the dome."""

    def at(along: float, aside: float) -> Point:
        turn = math.radians(angle)
        return (
            x + along * math.cos(turn) - aside * math.sin(turn),
            y + along * math.sin(turn) + aside * math.cos(turn),
        )

    for side in (-1, 1):
        for shop in range(8):
            start = 236 + shop * 78
            art.polygon(
                [at(start, side * 62), at(start + 66, side * 62), at(start + 66, side * 150), at(start, side * 150)],
                "#3d5b78" if shop % 2 else "#365370",
            )
            art.line(
                [at(start, side * 62), at(start, side * 150), at(start + 66, side * 150), at(start + 66, side * 62)],
                "#e9dcc0",
                4,
            )
            px, py = at(start + 33, side * 106)
            art.circle(px, py, 13, [c.BRICK, c.APRICOT, c.TURQUOISE][shop % 3])
    for step in range(8):
        px, py = at(275 + step * 78, 0)
        art.ring(px, py, 30, "#7fa3b8", 3)
