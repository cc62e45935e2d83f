"""Classrooms, teahouses, digs, camps and a map of roads."""

from __future__ import annotations

import math

from demo.pictures import canvas as c
from demo.pictures.canvas import HEIGHT, WIDTH, Canvas, Point, mix
from demo.pictures.charts import digits


def classroom(art: Canvas) -> None:
    """Draw a class from behind: a board with speech bubbles, pupils at their desks."""
    art.sky("#f3e6cc", "#ecd9b6")
    art.box(0, 700, WIDTH, HEIGHT - 700, "#b98d62")
    art.box(220, 120, 900, 470, "#8a6140", radius=10)
    art.box(244, 144, 852, 422, "#2f5a4c")
    bubbles = ((330, 190, 210, c.CREAM), (600, 250, 240, c.APRICOT), (880, 180, 170, c.TURQUOISE))
    for number, (x, y, wide, colour) in enumerate(bubbles):
        art.box(x, y, wide, 150, colour, radius=40)
        art.polygon([(x + 50, y + 140), (x + 110, y + 140), (x + 40, y + 200)], colour)
        for line in range(3):
            art.box(
                x + 34, y + 40 + line * 30, wide - 68 - line * 22 - number * 8, 10, mix(colour, c.INK, 0.55), radius=5
            )
    art.box(244, 566, 852, 18, "#a57b52")
    for x in (1210, 1400):
        art.box(x, 130, 160, 300, "#bcdde4", radius=6)
        art.box(x + 74, 130, 12, 300, c.SNOW)
        art.box(x, 270, 160, 12, c.SNOW)
    art.person(1210, 760, 380, c.BURGUNDY, skin=c.SAND, hair="#3a2a26")
    for row, (y, high) in enumerate(((840, 190), (1040, 240))):
        for number in range(5):
            x = 130 + number * 330 + row * 60
            art.person(x, y - 30, high, (c.INDIGO, c.TEAL, c.BRICK, c.OLIVE, c.INDIGO)[(number + row) % 5])
            art.circle(x, y - 30 - high * 0.79, high * 0.19, ("#2b2a33", "#4a342a")[(number + row) % 2])
            art.box(x - 140, y - 40, 280, 30, "#d9b27c", radius=6)
            art.box(x - 128, y - 10, 16, 120, "#8a6140")
            art.box(x + 112, y - 10, 16, 120, "#8a6140")


def dig(art: Canvas) -> None:
    """Draw an excavation in steps, with strings across its squares, shards and brushes."""
    art.sky("#b9d2d8", "#f3e6cd", bottom=330)
    art.hills(330, 90, "#b8a47c", 1.3)
    art.box(0, 300, WIDTH, HEIGHT, "#c8ac7c")
    for level, (inset, colour) in enumerate(((60, "#b5935f"), (170, "#a37f4f"), (280, "#8f6c42"))):
        top = 380 + level * 80
        art.polygon([(inset + 60, top), (WIDTH - inset - 60, top), (WIDTH - inset, HEIGHT), (inset, HEIGHT)], colour)
    for foot in range(420, 1300, 190):
        art.line([(foot, 545), (foot + (foot - 800) * 0.35, HEIGHT)], c.SNOW, 4)
    for level in (600, 720, 880):
        art.line([(320, level), (1280, level)], c.SNOW, 4)
    for _stone in range(26):
        x, y = art.between(380, 1220), art.between(600, 1040)
        art.oval(x, y, art.between(10, 24), art.between(7, 14), mix("#8f6c42", c.SAND, art.between(0.3, 0.7)))
    art.box(470, 640, 330, 30, "#d9c49a")
    art.box(470, 640, 30, 190, "#d9c49a")
    pot(art, 900, 800, 120)
    pot(art, 1060, 690, 70)
    for number in range(7):
        x, y = 560 + number * 52, 905 + number % 3 * 26
        art.polygon([(x, y), (x + 34, y - 20), (x + 46, y + 14), (x + 14, y + 26)], (c.BRICK, c.ORANGE)[number % 2])
    art.line([(1230, 940), (1350, 900)], c.BROWN, 14)
    art.polygon([(1230, 925), (1180, 935), (1186, 975), (1240, 958)], c.CREAM)
    for x, clothes in ((250, c.TEAL), (1390, c.BURGUNDY)):
        art.person(x, 560, 240, clothes)
        art.oval(x, 350, 92, 20, c.SAND)
        art.slice(x, 352, 48, 180, 360, c.SAND)
    for number in range(6):
        art.box(700 + number * 40, 1030, 40, 14, c.INK if number % 2 else c.SNOW)


def pot(art: Canvas, x: float, y: float, size: float) -> None:
    """Draw a jar that stands half in the earth."""
    art.oval(x, y, size * 0.5, size * 0.56, c.BRICK)
    art.box(x - size * 0.22, y - size * 0.82, size * 0.44, size * 0.4, c.BRICK)
    art.oval(x, y - size * 0.82, size * 0.28, size * 0.08, c.BURGUNDY)
    for line in (-0.2, 0.0):
        art.box(x - size * 0.46, y + size * line, size * 0.92, size * 0.06, c.CREAM)
    art.slice(x, y + size * 0.3, size * 0.56, 0, 180, "#8f6c42")


def dig_plan(art: Canvas) -> None:
    """Draw a plan of squares, dark where most shards were found, with walls and a scale."""
    art.box(0, 0, WIDTH, HEIGHT, "#f6efdf")
    side = 110
    for row in range(8):
        for column in range(11):
            far = math.hypot(column - 6.4, row - 3.2)
            share = max(0.0, 1 - far / 5.2) * art.between(0.75, 1)
            x, y = 150 + column * side, 80 + row * side
            art.box(x, y, side - 4, side - 4, mix("#efe2c6", c.BRICK, share))
            if share > 0.12:
                dark = c.SNOW if share > 0.5 else c.INK
                digits(art, x + side / 2 - 2, y + side / 2, str(round(share * 48)), 30, dark)
    wall: list[Point] = [
        (370, 190),
        (1030, 190),
        (1030, 520),
        (1250, 520),
        (1250, 850),
        (480, 850),
        (480, 520),
        (370, 520),
    ]
    art.line([*wall, (370, 180)], c.INK, 10)
    art.line([(700, 190), (700, 520), (480, 520)], c.INK, 8)
    art.polygon([(1480, 110), (1515, 220), (1480, 196), (1445, 220)], c.INK)
    for mark in range(4):
        art.box(150 + mark * 110, 1000, 110, 18, c.INK if mark % 2 else c.APRICOT)
    for mark in range(5):
        digits(art, 150 + mark * 110, 1042, str(mark * 5), 28)


def teahouse(art: Canvas) -> None:
    """Draw a wide seat under a plane tree, with bowls, a teapot and guests, beside running water."""
    art.sky("#bfdcd6", "#e7efd9", "#f6ecd2", bottom=700)
    art.hills(520, 140, "#a3b581", 1.2)
    art.box(0, 640, WIDTH, HEIGHT - 640, "#b8a67c")
    art.tree(360, 800, 860, c.GREEN)
    art.tree(1330, 760, 760, c.DARK_GREEN)
    for x in range(30, WIDTH, 70):
        art.circle(x, 120 + (x * 7) % 60, 5, "#ffe2a3")
    art.box(420, 620, 800, 50, "#6f8f8a")
    for x in range(430, 1220, 56):
        art.box(x, 560, 14, 70, "#55746f")
    art.box(420, 548, 800, 16, "#55746f")
    art.box(380, 720, 880, 120, c.BURGUNDY, radius=12)
    for x in range(400, 1250, 60):
        art.polygon([(x, 780), (x + 24, 750), (x + 48, 780), (x + 24, 810)], c.APRICOT)
    for post in (400, 1210):
        art.box(post, 830, 34, 130, "#55746f")
    guests = ((500, c.INDIGO), (670, c.SNOW), (960, c.TEAL), (1130, c.BRICK))
    for number, (x, clothes) in enumerate(guests):
        art.person(x, 720, 250, clothes)
        if number % 2 == 0:
            art.polygon([(x - 52, 516), (x - 40, 468), (x + 40, 468), (x + 52, 516)], c.INK)
    art.box(600, 700, 420, 34, "#d9b27c", radius=8)
    art.oval(810, 668, 52, 40, c.INDIGO)
    art.box(790, 616, 40, 16, c.INDIGO, radius=6)
    art.line([(860, 664), (896, 636)], c.INDIGO, 14)
    for x in (660, 720, 930, 980):
        art.slice(x, 680, 26, 0, 180, c.SNOW)
        art.oval(x, 680, 26, 7, "#b98238")
    art.polygon([(0, 960), (WIDTH, 920), (WIDTH, HEIGHT), (0, HEIGHT)], "#68a0a5")
    for number in range(10):
        art.line([(number * 170, 1000 + number % 3 * 22), (number * 170 + 90, 996 + number % 3 * 22)], "#a9cfcf", 6)


def ice_camp(art: Canvas) -> None:
    """Draw a weather station and measuring stakes on a glacier, with tents and people."""
    art.sky("#4f86b4", "#a9cbdd", "#eef3ef", bottom=620)
    art.peak(260, 660, 760, 520, "#7790a8", snow=0.6)
    art.peak(1260, 660, 900, 560, "#6f88a2", snow=0.56)
    art.peak(760, 640, 600, 380, "#8aa2b6", snow=0.7)
    art.hills(680, 80, "#dfeaee", 1.1)
    art.box(0, 680, WIDTH, HEIGHT - 680, "#e8f0f2")
    for number in range(9):
        y = 730 + number * 40
        art.line(
            [(art.between(0, 300), y), (art.between(500, 900), y + 14), (art.between(1100, 1600), y)], "#bcd4de", 5
        )
    for side in (-80, 80, 0):
        art.line([(1080 + side, 900), (1080, 470)], "#4d5a66", 10)
    art.box(1072, 380, 16, 220, "#4d5a66")
    art.box(1000, 420, 160, 10, "#4d5a66")
    for x in (1000, 1050):
        art.circle(x, 410, 18, c.INK)
    art.polygon([(1140, 400), (1190, 418), (1140, 440)], c.BRICK)
    art.polygon([(1010, 620), (1120, 590), (1150, 680), (1040, 710)], c.INDIGO)
    art.box(1040, 560, 80, 60, c.SNOW, radius=8)
    for number, x in enumerate((240, 430, 620)):
        high = 240 + number * 20
        for part in range(6):
            art.box(x, 940 - (part + 1) * high / 6, 16, high / 6, c.BRICK if part % 2 else c.SNOW)
    for x, colour in ((1330, c.ORANGE), (1490, c.TEAL)):
        art.polygon([(x - 110, 900), (x, 740), (x + 110, 900)], colour)
        art.polygon([(x - 24, 900), (x, 760), (x + 24, 900)], mix(colour, c.NIGHT, 0.5))
    for x, clothes in ((720, c.BRICK), (860, c.APRICOT)):
        art.person(x, 1040, 280, clothes)


def book_fair(art: Canvas) -> None:
    """Draw tents with books under mulberry trees, and bunting between them."""
    art.sky("#9ecbdc", "#e2eee6", "#fbf3df", bottom=620)
    art.hills(560, 120, "#a9ba7d", 1.3)
    art.box(0, 620, WIDTH, HEIGHT - 620, "#d6c39a")
    for x, high in ((130, 640), (820, 560), (1480, 640)):
        art.tree(x, 700, high, c.GREEN if x != 820 else c.OLIVE)
    colours = (c.BRICK, c.TEAL, c.APRICOT, c.INDIGO, c.BURGUNDY, c.OLIVE)
    for flag in range(27):
        x = 20 + flag * 60
        y = 180 + 46 * math.sin(flag / 26 * math.pi * 3)
        art.polygon([(x, y), (x + 44, y), (x + 22, y + 52)], colours[flag % 6])
    for tent in range(3):
        x = 90 + tent * 500
        art.polygon([(x - 30, 560), (x + 210, 420), (x + 450, 560)], colours[tent])
        art.polygon([(x + 130, 560), (x + 210, 420), (x + 290, 560)], c.CREAM)
        for post in (x - 10, x + 420):
            art.box(post, 560, 12, 300, "#8a6140")
        art.person(x + 210, 740, 230, colours[tent + 3], skin=c.SAND)
        art.box(x, 730, 420, 130, "#a5784f")
        place = x + 16.0
        while place < x + 380:
            width, height = art.between(16, 32), art.between(50, 84)
            art.box(place, 730 - height, width, height, colours[art.random.randrange(6)], radius=3)
            place += width + 3
    for number in range(6):
        x = 150 + number * 250
        art.person(x, 1050, 210 + number % 3 * 24, colours[(number + 2) % 6])
        art.box(x - 44, 960, 88, 60, c.SNOW, radius=4)
        art.box(x - 2, 960, 4, 60, "#b9b2a3")


def corridor_map(art: Canvas) -> None:
    """Draw a map of roads and railways between numbered crossings; nothing on it is to scale."""
    art.sky("#efe4c9", "#e8d9b6")
    for number, (x, y, across, down) in enumerate(((260, 880, 420, 240), (1280, 250, 460, 220), (760, 620, 360, 200))):
        art.oval(x, y, across, down, mix("#efe4c9", ("#cdb98a", "#c9d1a0", "#dccfa6")[number], 0.6))
    for x, y, size in ((1180, 760, 150), (1320, 820, 180), (1450, 740, 160), (1080, 880, 130), (980, 800, 100)):
        art.peak(x, y, size * 1.5, size, "#a99f8c", snow=0.4)
    art.oval(120, 330, 190, 150, "#8fb7c2")
    art.line([(0, 700), (300, 640), (560, 700), (760, 560), (1010, 600), (1260, 500), (1600, 560)], "#8fb7c2", 14)
    rail: list[Point] = [(90, 520), (360, 440), (640, 470), (900, 360), (1200, 330), (1560, 180)]
    road: list[Point] = [(180, 960), (430, 800), (640, 470), (860, 700), (1110, 640), (1390, 610)]
    art.line(rail, c.INK, 16)
    art.line(rail, c.SNOW, 6)
    art.line(road, c.BRICK, 14)
    stops = ((360, 440), (640, 470), (900, 360), (1200, 330), (430, 800), (860, 700), (1110, 640))
    for number, (x, y) in enumerate(stops, start=1):
        art.circle(x, y, 34, c.INK)
        art.circle(x, y, 28, c.SNOW if number != 2 else c.APRICOT)
        digits(art, x, y, str(number), 34)
    for end_x, end_y in (rail[0], rail[-1], road[0], road[-1]):
        art.box(end_x - 22, end_y - 22, 44, 44, c.INDIGO, radius=6)


def hives(art: Canvas) -> None:
    """Draw painted hives on a slope in bloom."""
    art.sky("#a9d0e0", "#e8f0e2", bottom=560)
    art.ridge(500, 240, "#a7b8c4", peaks=6)
    art.hills(600, 130, "#8faa68", 1.2)
    art.box(0, 600, WIDTH, HEIGHT - 600, "#7f9f58")
    for _flower in range(420):
        y = art.between(600, HEIGHT)
        art.circle(
            art.between(0, WIDTH), y, 3 + (y - 600) / 70, ("#f4d64e", c.SNOW, "#e8b6c4")[art.random.randrange(3)]
        )
    for row in range(2):
        for number in range(5):
            x, y = 130 + number * 300 + row * 90, 640 + row * 190
            colour = (c.TURQUOISE, "#e9c85a", c.SNOW, c.APRICOT, "#9fb8d4")[(number + row * 2) % 5]
            art.box(x + 8, y + 130, 160, 26, "#55704a", radius=10)
            art.box(x, y, 160, 140, colour, radius=6)
            art.box(x - 10, y - 22, 180, 30, "#8d9aa3", radius=6)
            art.box(x, y + 66, 160, 6, mix(colour, c.NIGHT, 0.2))
            art.box(x + 44, y + 112, 72, 12, c.INK, radius=5)
            art.box(x + 30, y + 126, 100, 12, mix(colour, c.BROWN, 0.4))
    for _bee in range(24):
        left, top = art.between(80, 1520), art.between(440, 980)
        art.oval(left, top, 9, 6, "#e0a62c")
        art.oval(left - 2, top - 8, 7, 5, c.SNOW)
    art.person(1440, 900, 330, c.SNOW)
    art.oval(1440, 620, 120, 22, c.SAND)
    art.slice(1440, 622, 62, 180, 360, c.SAND)
