"""Mountains, rivers, fields and what stands in them."""

from __future__ import annotations

import math

from demo.pictures import canvas as c
from demo.pictures.canvas import HEIGHT, WIDTH, Canvas, Point, mix


def glacier(art: Canvas) -> None:
    art.sky("#6f9cc0", "#b9d3dd", "#f6e6cf")
    art.glow(1230, 210, 420, "#fff3d6", 0.9)
    art.ridge(620, 330, "#9db7c9", peaks=6)
    art.polygon([(0, 640), (WIDTH, 640), (WIDTH, 1000), (0, 1000)], "#75889a")
    art.peak(260, 800, 900, 640, "#7f98ae", snow=0.5)
    art.peak(1330, 800, 900, 590, "#7189a3", snow=0.46)
    art.peak(800, 780, 900, 500, "#8da5b8", snow=0.62)
    outline: list[Point] = [
        (690, 470),
        (910, 470),
        (960, 600),
        (900, 720),
        (1010, 860),
        (1180, 960),
        (640, 960),
        (700, 820),
    ]
    art.polygon([*outline, (620, 700), (650, 590)], "#e9f1f2")
    art.polygon(
        [
            (880, 470),
            (910, 470),
            (960, 600),
            (900, 720),
            (1010, 860),
            (1180, 960),
            (1060, 960),
            (900, 850),
            (830, 720),
            (890, 600),
        ],
        "#bcd3dc",
    )
    for step in range(9):
        y = 560 + step * 42
        bend = 40 * math.sin(step)
        art.line([(700 + bend, y), (790 + bend, y + 14), (880 + bend, y + 4)], "#9dbfcd", 3)
    art.polygon([(620, 700), (700, 820), (640, 960), (480, 960), (560, 800)], "#6e6a6e")
    art.polygon([(900, 720), (1010, 860), (1180, 960), (1290, 960), (1080, 830), (950, 700)], "#5f5d66")
    art.polygon([(0, 740), (300, 800), (560, 860), (640, 1000), (0, 1000)], "#8b8f78")
    art.polygon([(WIDTH, 720), (1400, 790), (1180, 880), (1060, 1000), (WIDTH, 1000)], "#80856f")
    art.hills(980, 120, "#7c8460", 1.2)
    art.hills(1040, 110, "#5f7350", 1.7)
    art.line([(850, 940), (880, 980), (830, 1020), (900, 1067)], "#c9e0e4", 22)


def river(art: Canvas) -> None:
    art.sky("#f0c896", "#f9e3c0", "#fdf4e2", bottom=520)
    art.glow(330, 250, 330, "#fff6dc", 0.9)
    art.ridge(470, 260, "#b7b9c4", peaks=6)
    art.ridge(520, 190, "#8f9fae", peaks=7)
    art.hills(560, 90, "#8a9b76", 1.4)
    art.polygon([(0, 540), (WIDTH, 540), (WIDTH, HEIGHT), (0, HEIGHT)], "#93a763")
    colours = ["#a9b86b", "#c3b867", "#7f9a58", "#d6bf73", "#8fab63", "#6f8f55"]
    for row in range(6):
        top, bottom = 545 + row * row * 15 + row * 12, 545 + (row + 1) ** 2 * 15 + (row + 1) * 12
        for column in range(-1, 5):
            lean, wide = 18 * row, 340 + row * 44
            x = column * wide + (row % 2) * 130
            points = [(x + lean, top), (x + wide + lean - 10, top), (x + wide - 6, bottom - 5), (x, bottom - 5)]
            art.polygon(points, colours[art.random.randrange(6)])
    left: list[Point] = []
    right: list[Point] = []
    for step in range(40):
        depth = step / 39
        y = 535 + depth**1.6 * 560
        middle = 900 + math.sin(depth * 7.2) * (60 + 330 * depth) - 150 * depth
        half = 8 + depth**1.7 * 150
        left.append((middle - half, y))
        right.append((middle + half, y))
    art.polygon([*[(x - 16, y) for x, y in left], *[(x + 16, y) for x, y in right[::-1]]], "#e8dcb4")
    art.polygon([*left, *right[::-1]], "#6fa9b5")
    art.polygon(
        [*[(x + (r - x) * 0.55, y) for (x, y), (r, _) in zip(left, right, strict=True)], *right[::-1]], "#8fc1c6"
    )
    for step in range(12):
        x = 60 + step * 46
        art.poplar(x, 640 + step * 3, 120 + step * 5, c.GREEN if step % 3 else c.DARK_GREEN)
    for step in range(7):
        art.poplar(1220 + step * 58, 700 + step * 16, 170 + step * 14, c.DARK_GREEN if step % 2 else c.GREEN)


def dryers(art: Canvas) -> None:
    x: float
    y: float
    art.sky("#8fc1cf", "#cfe3df", "#f8edd6")
    art.circle(1290, 190, 90, "#fff1c9")
    art.glow(1290, 190, 320, "#fff1c9", 0.7)
    art.ridge(560, 240, "#a8b9bf", peaks=5)
    art.hills(640, 120, "#9db07a", 1.3)
    for x in range(60, WIDTH, 240):
        art.tree(x + art.between(-20, 20), 720, 330, c.GREEN, fruit=c.APRICOT)
    art.polygon([(0, 700), (WIDTH, 700), (WIDTH, HEIGHT), (0, HEIGHT)], "#b9bd74")
    art.hills(800, 60, "#a9b268", 2.0)
    for x, y, size in ((110, 640, 0.85), (560, 690, 1.05), (1080, 730, 1.2)):
        dryer(art, x, y, size)


def dryer(art: Canvas, x: float, y: float, size: float) -> None:
    """Draw a glass box on legs, with trays of apricots and its black pipe."""
    wide, deep, high = 330 * size, 120 * size, 150 * size
    art.oval(x + wide / 2, y + high + 92 * size, wide * 0.62, 24 * size, "#929c58")
    for leg in (0.06, 0.9):
        art.box(x + wide * leg, y + high - 10, 16 * size, 100 * size, c.BROWN)
    art.box(x + wide * 0.84, y - 200 * size, 30 * size, 230 * size, c.INK, radius=8)
    art.box(x + wide * 0.81, y - 214 * size, 48 * size, 22 * size, c.INK, radius=6)
    art.polygon([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)], "#8d6644")
    art.polygon(
        [(x - 14, y + 12), (x + 60 * size, y - deep), (x + wide - 20, y - deep), (x + wide + 14, y + 12)], "#d9b98b"
    )
    art.polygon(
        [(x + 10, y), (x + 70 * size, y - deep + 12), (x + wide - 30, y - deep + 12), (x + wide - 10, y)], "#8fb9bd"
    )
    for row in range(4):
        share = (row + 0.5) / 4
        start, end = x + 10 + (70 * size - 10) * (1 - share), x + wide - 10 - 20 * (1 - share)
        for fruit in range(11):
            fx = start + (end - start) * (fruit + 0.6) / 11.4
            art.oval(
                fx,
                y - deep + 12 + share * (deep - 12),
                10 * size,
                7 * size,
                c.ORANGE if (fruit + row) % 3 else c.APRICOT,
            )
    art.polygon(
        [(x + 110 * size, y - deep + 12), (x + 165 * size, y - deep + 12), (x + 105 * size, y), (x + 40 * size, y)],
        "#a9ced0",
    )
    for board in range(1, 3):
        art.line([(x, y + high * board / 3), (x + wide, y + high * board / 3)], "#7a5739", 4)


def wheat(art: Canvas) -> None:
    x: float
    art.sky("#86b3c9", "#c4dbdd", "#f8ecd2", bottom=500)
    for x, y, size in ((300, 150, 1.0), (1050, 110, 1.3), (1380, 240, 0.8)):
        for dx, dy, radius in ((0, 0, 46), (60, 14, 36), (-58, 16, 34), (20, -22, 38)):
            art.circle(x + dx * size, y + dy * size, radius * size, "#f4f1e6")
    art.ridge(470, 220, "#8ba6ba", peaks=5)
    art.ridge(500, 130, "#6f8ea1", peaks=8)
    art.polygon([(0, 490), (WIDTH, 490), (WIDTH, HEIGHT), (0, HEIGHT)], "#d8ad4f")
    for strip in range(-9, 12):
        colour = ["#e3bb5e", "#d3a345", "#c4933e", "#e9c873"][strip % 4]
        x = 800 + strip * 44
        art.polygon([(x, 490), (x + 44, 490), (800 + (strip + 1) * 260, HEIGHT), (800 + strip * 260, HEIGHT)], colour)
    art.polygon([(976, 490), (1064, 490), (1840, HEIGHT), (1420, HEIGHT)], "#b7644a")
    for row in range(9):
        y = 640 + row * 52
        for number in range(34 - row):
            x = number * (50 + row * 3) + art.between(-12, 12)
            colour = "#8f4a38" if x > 976 + (y - 490) * 0.85 and x < 1064 + (y - 490) * 1.35 else "#a87a2d"
            art.line([(x, y + 30 + row * 3), (x + 3, y)], colour, 2 + row * 0.4)
            art.oval(x + 3, y - 6 - row, 3.4 + row * 0.6, 11 + row * 1.6, colour)


def train(art: Canvas) -> None:
    art.sky("#33406b", "#9a5f78", "#ee9a63", "#f8d99b")
    art.circle(430, 560, 96, "#fde7b0")
    art.glow(430, 560, 330, "#fde7b0", 0.6)
    art.ridge(720, 360, "#80607f", peaks=5)
    art.ridge(800, 280, "#5f4a6c", peaks=4)
    art.polygon([(0, 520), (180, 600), (330, 900), (420, HEIGHT), (0, HEIGHT)], "#3c3552")
    art.polygon([(WIDTH, 470), (1420, 590), (1310, 860), (1200, HEIGHT), (WIDTH, HEIGHT)], "#352f4b")
    art.hills(1040, 90, "#463a58", 1.2)
    for x in range(250, 1400, 190):
        art.box(x, 640, 42, 460, "#8f6a66")
        art.box(x + 26, 640, 16, 460, "#75545a")
    for x in range(292, 1400, 190):
        art.slice(x + 74, 720, 74, 180, 360, "#6b4f60")
    art.box(60, 600, 1500, 50, "#a67c6e")
    for x in range(292, 1300, 190):
        art.slice(x + 74, 728, 66, 180, 360, "#b0737a")
    art.box(60, 596, 1500, 10, "#5c4652")
    for number in range(6):
        x = 190 + number * 190
        art.box(x, 500, 182, 86, c.TEAL if number else c.BRICK, radius=14)
        art.box(x, 548, 182, 12, c.SAND)
        for window in range(5):
            art.box(x + 14 + window * 33, 516, 23, 24, "#ffe7a6", radius=4)
        for wheel in (34, 70, 112, 148):
            art.circle(x + wheel, 590, 11, c.INK)
    art.polygon([(1330, 586), (1330, 500), (1378, 504), (1416, 548), (1420, 586)], c.BRICK)
    art.polygon([(1352, 514), (1376, 518), (1398, 546), (1352, 546)], "#ffe7a6")


def guesthouse(art: Canvas) -> None:
    art.sky("#7fb0c8", "#cbe0de", "#f6ecd6", bottom=700)
    art.peak(520, 720, 1250, 600, "#8a9bb0", snow=0.36)
    art.peak(1240, 720, 1000, 480, "#76899f", snow=0.3)
    art.hills(720, 110, "#93a772", 1.3)
    art.hills(790, 90, "#7d9763", 2.1)
    art.polygon([(0, 780), (WIDTH, 770), (WIDTH, HEIGHT), (0, HEIGHT)], "#a3ad66")
    art.polygon([(640, HEIGHT), (960, HEIGHT), (850, 820), (800, 820)], "#dcc79a")
    for x, height in ((150, 330), (360, 280), (1320, 320), (1500, 360)):
        art.tree(x, 830, height, c.GREEN, fruit=c.APRICOT)
    art.box(470, 560, 660, 270, "#f7efe0")
    art.box(960, 560, 170, 270, "#e3d3b8")
    art.box(440, 530, 720, 40, "#8d6644")
    art.box(440, 562, 720, 10, "#6d4d33")
    for x in range(500, 920, 70):
        art.box(x, 580, 12, 250, "#8d6644")
    for x in (536, 746):
        art.box(x, 630, 92, 92, "#4f7c88", radius=4)
        art.line([(x + 46, 630), (x + 46, 722)], c.SNOW, 6)
        art.line([(x, 672), (x + 92, 672)], c.SNOW, 6)
    art.box(660, 640, 66, 190, c.TEAL)
    art.box(1010, 630, 76, 84, "#4f7c88", radius=4)
    art.box(480, 760, 440, 14, "#8d6644")
    for number, colour in enumerate((c.BRICK, c.APRICOT, c.TURQUOISE, c.BURGUNDY)):
        art.box(500 + number * 98, 774, 84, 46, colour, radius=6)
    art.box(1170, 470, 120, 70, c.INDIGO, radius=10)
    art.line([(1196, 540), (1196, 830)], c.BROWN, 9)
    art.line([(1264, 540), (1264, 830)], c.BROWN, 9)


def night(art: Canvas) -> None:
    art.sky("#0f1830", "#1d2d52", "#3d4f7c", "#7d7394")
    moon = (1330.0, 170.0)
    for _star in range(420):
        x, y = art.between(0, WIDTH), art.between(0, 1) ** 1.4 * 680
        if math.dist((x, y), moon) > 80:
            art.circle(x, y, art.between(0.6, 2.3), mix("#fffbe8", "#9fb2d6", art.between(0, 1)))
    for step in range(900):
        along = step / 900
        x = 100 + along * 1300 + art.random.gauss(0, 62)
        y = 560 - along * 520 + art.random.gauss(0, 54)
        art.circle(x, y, art.between(0.5, 1.5), "#aab6d8")
    crescent = [
        (moon[0] + 54 * math.cos(math.radians(a)), moon[1] + 54 * math.sin(math.radians(a))) for a in range(-70, 151, 5)
    ]
    inner = [
        (moon[0] - 14 + 50 * math.cos(math.radians(a)), moon[1] - 9 + 50 * math.sin(math.radians(a)))
        for a in range(138, -59, -5)
    ]
    art.polygon([*crescent, *inner], "#fdf3cf")
    art.ridge(760, 300, "#2a3558", peaks=5)
    art.ridge(830, 200, "#1f2947", peaks=6)
    art.hills(900, 90, "#18213b", 1.3)
    art.glow(690, 860, 420, "#f3a552", 0.45)
    art.box(440, 720, 500, 170, "#d9cdb4", radius=22)
    art.slice(690, 742, 256, 180, 360, "#e9dfc7")
    art.box(440, 736, 500, 16, c.BRICK)
    for x in range(448, 932, 44):
        art.polygon([(x, 752), (x + 22, 786), (x + 44, 752)], c.BURGUNDY)
    for angle in (200, 225, 250, 290, 315, 340):
        radians = math.radians(angle)
        art.line(
            [
                (690 + 40 * math.cos(radians), 742 + 250 * math.sin(radians) * 0.98),
                (690 + 240 * math.cos(radians), 736),
            ],
            "#c2b394",
            4,
        )
    art.box(640, 760, 100, 130, "#ffcf7d", radius=8)
    art.box(660, 780, 60, 110, "#ffe9b8", radius=6)
    art.box(664, 470, 52, 26, c.BROWN)
    art.polygon([(0, 890), (WIDTH, 880), (WIDTH, HEIGHT), (0, HEIGHT)], "#141b31")
    art.polygon([(640, 890), (740, 890), (900, HEIGHT), (520, HEIGHT)], "#4d4344")
    for x, size in ((1130, 1.0), (1210, 0.8), (250, 0.9)):
        art.oval(x, 905, 58 * size, 34 * size, "#0c1226")
        art.circle(x + 54 * size, 886, 17 * size, "#0c1226")
        for leg in (-36, -14, 18, 38):
            art.box(x + leg * size, 915, 8 * size, 40 * size, "#0c1226")
