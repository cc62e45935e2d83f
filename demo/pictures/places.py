"""Stations, yards, clinics and crossings."""

from __future__ import annotations

import math

from demo.pictures import canvas as c
from demo.pictures.canvas import HEIGHT, WIDTH, Canvas, Point, mix


def hydro(art: Canvas) -> None:
    """Draw a small power station: a pipe that comes down a slope, a house with a turbine, poles with a wire."""
    art.sky("#8fb6cd", "#d9e6e2", "#f6ead2", bottom=640)
    art.ridge(560, 330, "#a9bac6", peaks=5)
    art.peak(1180, 640, 760, 470, "#8498a8", snow=0.34)
    art.polygon([(0, 330), (420, 520), (760, 760), (1000, 900), (1000, HEIGHT), (0, HEIGHT)], "#7c8b5f")
    art.polygon([(0, 430), (380, 600), (720, 830), (860, 960), (0, 1000)], "#6b7c55")
    art.hills(930, 120, "#8a9a63", 1.3)
    art.line([(70, 395), (420, 590), (760, 812)], "#4d5a66", 40)
    art.line([(70, 385), (420, 580), (760, 802)], "#7f8f9b", 14)
    for x, y in ((200, 492), (420, 620), (620, 750)):
        art.box(x - 22, y, 44, 46, "#b9b2a3", radius=4)
    art.box(40, 350, 120, 70, "#b9b2a3", radius=6)
    art.box(740, 690, 330, 220, "#e6d6b8")
    art.polygon([(710, 700), (905, 590), (1100, 700)], c.BRICK)
    art.box(800, 760, 90, 150, c.BROWN, radius=4)
    art.box(940, 765, 84, 74, "#bfdbe0", radius=6)
    wave: list[Point] = [(x, 955 + 14 * math.sin(x / 60)) for x in range(880, WIDTH + 40, 20)]
    art.polygon([*wave, (WIDTH + 20, HEIGHT), (760, HEIGHT), (800, 960)], "#5d9aab")
    for number in range(7):
        art.line([(940 + number * 100, 990 + number % 3 * 20), (1010 + number * 100, 986 + number % 3 * 20)], c.SNOW, 6)
    tops: list[Point] = []
    for x, y, high in ((1130, 900, 300), (1330, 900, 270), (1520, 900, 240)):
        art.box(x - 8, y - high, 16, high, "#5b4637")
        art.box(x - 50, y - high + 24, 100, 10, "#5b4637")
        tops.append((x, y - high + 24))
    art.line([(1030, 690), *tops, (WIDTH + 10, 660)], c.INK, 4)
    for x in (60, 170, 300):
        art.poplar(x, 1010, 330, c.DARK_GREEN)


def container_yard(art: Canvas) -> None:
    """Draw a rail terminal in the steppe: stacks of containers, a gantry crane, waggons."""
    art.sky("#e9b98a", "#f6dcb4", "#fbf0dc", bottom=660)
    art.glow(1260, 300, 300, "#fff3d6", 0.9)
    art.hills(640, 60, "#b9a583", 1.1)
    art.box(0, 640, WIDTH, HEIGHT - 640, "#a89a86")
    colours = (c.BRICK, c.TEAL, c.APRICOT, c.INDIGO, c.OLIVE, c.BURGUNDY, "#8d9aa3")
    for column in range(6):
        for level in range(1 + (column * 5 + 2) % 4):
            box(art, 40 + column * 172, 780 - level * 96, 164, 92, colours[(column * 3 + level * 2) % 7])
    for x in (1060, 1500):
        art.box(x, 250, 26, 620, "#caa33c")
        art.polygon([(x - 46, 870), (x + 13, 760), (x + 72, 870)], "#a8842c")
    art.box(900, 226, 700, 46, "#d9b149")
    for x in range(920, 1590, 44):
        art.line([(x, 226), (x + 22, 272), (x + 44, 226)], "#a8842c", 4)
    art.box(1216, 262, 120, 40, c.INK, radius=6)
    for x in (1232, 1316):
        art.line([(x, 300), (x, 470)], c.INK, 4)
    box(art, 1180, 470, 190, 100, c.BRICK)
    waggons(art, colours)


def waggons(art: Canvas, colours: tuple[str, ...]) -> None:
    """Draw a track with flat waggons, the last of them empty."""
    art.box(0, 905, WIDTH, 90, "#8d8071")
    for x in range(-20, WIDTH, 54):
        art.box(x, 930, 26, 50, "#6d5a48")
    for y in (936, 966):
        art.box(0, y, WIDTH, 7, "#5c5c63")
    for number in range(4):
        x = 30 + number * 400
        art.box(x, 872, 360, 30, c.INK, radius=5)
        for wheel in (60, 130, 230, 300):
            art.circle(x + wheel, 918, 24, "#3d3b42")
            art.circle(x + wheel, 918, 10, "#8d8f96")
        if number != 3:
            box(art, x + 18, 776, 324, 96, colours[number * 2 % 7])


def box(art: Canvas, x: float, y: float, wide: float, high: float, colour: str) -> None:
    """Draw a shipping container from its side."""
    art.box(x, y, wide, high, colour)
    for rib in range(1, int(wide // 18)):
        art.box(x + rib * 18, y + 8, 6, high - 16, mix(colour, c.NIGHT, 0.18))
    art.box(x, y, wide, 6, mix(colour, c.SNOW, 0.25))
    art.box(x, y + high - 6, wide, 6, mix(colour, c.NIGHT, 0.3))


def departures(art: Canvas) -> None:
    """Draw a bus station before dawn: coaches with lit windows, people with bags."""
    art.sky("#2b3a5c", "#6a6f8e", "#e0a27e", bottom=700)
    art.ridge(640, 210, "#4c5573", peaks=6)
    art.box(0, 640, WIDTH, HEIGHT - 640, "#575463")
    art.box(0, 250, WIDTH, 46, "#39405a")
    for x in (110, 560, 1010, 1460):
        art.box(x, 296, 26, 460, "#39405a")
        art.glow(x + 13, 300, 190, "#ffd893", 0.55)
        art.box(x - 50, 292, 126, 14, "#ffe7b0", radius=6)
    for x, colour in ((200, c.SNOW), (860, c.TURQUOISE)):
        art.box(x, 420, 560, 330, colour, radius=34)
        art.box(x, 660, 560, 60, mix(colour, c.INDIGO, 0.5))
        for window in range(4):
            art.box(x + 34 + window * 110, 462, 98, 120, "#ffe2a3", radius=10)
            if window % 2:
                art.person(x + 84 + window * 110, 582, 92, c.INDIGO)
        art.box(x + 478, 462, 62, 240, "#ffe2a3", radius=10)
        for wheel in (110, 440):
            art.circle(x + wheel, 752, 56, c.INK)
            art.circle(x + wheel, 752, 24, "#9a9aa4")
    people = ((150, c.BURGUNDY), (420, c.DARK_GREEN), (640, c.INDIGO), (900, c.BROWN), (1180, c.BRICK), (1430, c.TEAL))
    for number, (x, clothes) in enumerate(people):
        high = 250 - number % 3 * 26
        art.person(x, 1010, high, clothes, skin=(c.CLAY, c.SAND)[number % 2])
        bag = (c.APRICOT, "#8d9aa3", c.OLIVE)[number % 3]
        art.box(x + high * 0.3, 930, 92, 110, bag, radius=14)
        art.ring(x + high * 0.3 + 46, 928, 24, mix(bag, c.NIGHT, 0.3), 8)
    art.box(0, 1030, WIDTH, 40, "#474453")


def clinic(art: Canvas) -> None:
    """Draw a village clinic under mountains, with a dish on its roof."""
    art.sky("#a7cbd8", "#e4ece3", "#faf1de", bottom=660)
    art.ridge(560, 320, "#aab9c4", peaks=6)
    art.peak(330, 640, 640, 400, "#8ea2b0", snow=0.45)
    art.hills(700, 130, "#9aab72", 1.4)
    art.box(0, 820, WIDTH, HEIGHT - 820, "#b7a684")
    art.polygon([(690, HEIGHT), (760, 836), (860, 836), (980, HEIGHT)], "#d8caa9")
    art.box(360, 480, 900, 360, "#f4eee0")
    art.box(360, 760, 900, 80, "#7fa8b0")
    art.polygon([(310, 490), (420, 350), (1200, 350), (1310, 490)], "#8f5a48")
    for x in (430, 590, 960, 1110):
        art.box(x, 560, 110, 140, "#a9ced8", radius=6)
        art.box(x + 50, 560, 10, 140, c.SNOW)
        art.box(x, 620, 110, 10, c.SNOW)
    art.box(752, 560, 126, 280, "#4f7f86", radius=6)
    art.circle(815, 428, 50, c.SNOW)
    art.box(803, 396, 24, 64, c.TEAL)
    art.box(783, 416, 64, 24, c.TEAL)
    art.box(1104, 250, 10, 104, c.INK)
    art.slice(1109, 250, 66, 200, 20, c.SNOW)
    art.line([(1109, 250), (1150, 196)], c.INK, 6)
    for number in range(1, 4):
        art.pen.arc(
            [(1170 - 40 * number) * c.SCALE, (160 - 40 * number) * c.SCALE, (1170 + 40 * number) * c.SCALE,
             (160 + 40 * number) * c.SCALE], 285, 345, fill=c.TEAL, width=8 * c.SCALE,
        )  # fmt: skip
    for x, clothes in ((560, c.BURGUNDY), (640, c.APRICOT), (1010, c.INDIGO)):
        art.person(x, 980, 210, clothes)
    art.tree(180, 980, 460, c.GREEN, fruit=c.BRICK)
    art.tree(1430, 960, 420, c.OLIVE)


def radio(art: Canvas) -> None:
    """Draw a mast on a hill at evening, its waves over the roofs of villages."""
    art.sky("#27345a", "#7b6a8b", "#eaa27a", bottom=820)
    for number in range(5, 0, -1):
        art.ring(800, 330, number * 150, mix("#7b6a8b", c.CREAM, 0.18 + 0.1 * (5 - number)), 7)
    art.ridge(760, 260, "#4d5273", peaks=7)
    art.hills(850, 150, "#3c4a4f", 1.1)
    for side in (-1, 1):
        art.line([(800 + side * 70, 800), (800, 320)], c.CREAM, 9)
    for step in range(8):
        y, half = 780.0 - step * 58, 68 - step * 8.4
        art.line([(800 - half, y), (800 + half - 8, y - 58)], c.CREAM, 4)
        art.line([(800 + half, y), (800 - half + 8, y - 58)], c.CREAM, 4)
    art.box(796, 240, 8, 90, c.CREAM)
    art.glow(800, 240, 90, "#ff8a6a", 0.9)
    art.circle(800, 240, 13, c.BRICK)
    art.hills(980, 130, "#2f3d3f", 1.6)
    for number in range(16):
        x, y = 40 + number * 100 + art.between(-20, 20), 930 + art.between(-16, 60)
        art.box(x, y, 74, 54, "#1f2a33")
        art.polygon([(x - 10, y + 4), (x + 37, y - 32), (x + 84, y + 4)], "#4a3a3c")
        art.box(x + 26, y + 18, 22, 22, "#ffd893")


def border_market(art: Canvas) -> None:
    """Draw a bridge over a river between two hills, with stalls on both of its banks."""
    art.sky("#a3c9da", "#e6eee4", "#fbf2df", bottom=600)
    art.ridge(540, 230, "#a8b9c6", peaks=7)
    art.hills(640, 150, "#94a76c", 1.2)
    art.box(0, 640, WIDTH, HEIGHT - 640, "#c9b78f")
    art.polygon([(560, 640), (1040, 640), (1250, HEIGHT), (350, HEIGHT)], "#6aa3b1")
    for number in range(12):
        y = 680 + number * 32
        art.line([(700 - number * 12, y), (790 - number * 10, y - 4)], "#a5cdd3", 5)
        art.line([(850 + number * 12, y + 12), (950 + number * 10, y + 8)], "#a5cdd3", 5)
    art.slice(800, 790, 330, 180, 360, "#b08d6a")
    art.slice(800, 800, 262, 180, 360, "#6aa3b1")
    art.polygon([(330, 640), (470, 500), (1130, 500), (1270, 640), (1270, 690), (1110, 560), (490, 560), (330, 690)],
                "#c7a781")  # fmt: skip
    art.box(480, 478, 640, 22, "#8a6a4f")
    for number, x in enumerate(range(540, 1100, 90)):
        art.person(x, 500, 120, (c.BRICK, c.INDIGO, c.DARK_GREEN, c.APRICOT, c.BURGUNDY, c.TEAL, c.BROWN)[number])
    stalls = ((-30, 700, c.BRICK), (210, 760, c.TEAL), (60, 880, c.APRICOT), (1180, 700, c.INDIGO),
              (1420, 740, c.OLIVE), (1300, 880, c.BURGUNDY))  # fmt: skip
    for x, y, colour in stalls:
        stripes(art, x, y, 220, colour)


def stripes(art: Canvas, x: float, y: float, wide: float, colour: str) -> None:
    """Draw a stall under a striped awning."""
    for post in (x + 10, x + wide - 20):
        art.box(post, y, 10, 170, "#6b4a38")
    part = wide / 6
    for stripe in range(6):
        shade = colour if stripe % 2 else c.CREAM
        art.polygon([(x + stripe * part + 14, y - 50), (x + stripe * part + part + 14, y - 50),
                     (x + (stripe + 1) * part, y + 10), (x + stripe * part, y + 10)], shade)  # fmt: skip
        art.slice(x + (stripe + 0.5) * part, y + 10, part / 2, 0, 180, shade)
    art.box(x, y + 100, wide, 76, "#a5784f")
    for number in range(7):
        fruit = (c.APRICOT, c.BRICK, "#e3c451", c.GREEN)[number % 4]
        art.circle(x + 24 + number * (wide - 44) / 6, y + 98, 16, fruit)
