"""Rooms, shelves, tables and portraits."""

from __future__ import annotations

from demo.pictures import canvas as c
from demo.pictures.canvas import HEIGHT, WIDTH, Canvas, mix

BOOKS = (c.BRICK, c.TEAL, c.APRICOT, c.INDIGO, c.BURGUNDY, c.OLIVE, c.SAND, c.GREEN, c.TURQUOISE, c.ORANGE, c.CREAM)


def library(art: Canvas) -> None:
    art.sky("#5a4030", "#4a3427")
    for shelf in range(4):
        floor = 245 + shelf * 262
        art.box(30, floor - 225, WIDTH - 60, 225, "#3b2a20")
        x = 46.0
        while x < WIDTH - 90:
            if art.random.random() < 0.08:
                x = lying(art, x, floor)
                continue
            wide, high = art.between(26, 62), art.between(135, 208)
            if x + wide > WIDTH - 46:
                break
            spine(art, x, floor, wide, high)
            x += wide + 2
        art.box(20, floor, WIDTH - 40, 26, "#9a6f4a")
        art.box(20, floor + 20, WIDTH - 40, 8, "#7a5538")
    for post in (0, WIDTH - 34):
        art.box(post, 0, 34, HEIGHT, "#8a6140")
    art.glow(1180, 180, 620, "#ffd89a", 0.28)


def spine(art: Canvas, x: float, floor: float, wide: float, high: float) -> None:
    colour = BOOKS[art.random.randrange(len(BOOKS))]
    dark = mix(colour, c.NIGHT, 0.3)
    light = c.CREAM if colour not in (c.CREAM, c.SAND) else c.BRICK
    art.box(x, floor - high, wide, high, colour, radius=4)
    art.box(x + wide - 6, floor - high, 6, high, dark, radius=3)
    style = art.random.randrange(4)
    if style == 0:
        art.box(x, floor - high + 20, wide, 7, light)
        art.box(x, floor - 34, wide, 7, light)
    elif style == 1:
        art.box(x + wide * 0.24, floor - high * 0.8, wide * 0.46, high * 0.42, light, radius=3)
    elif style == 2:
        for line in range(3):
            art.box(x, floor - high + 16 + line * 14, wide, 4, light)
        art.circle(x + wide / 2 - 2, floor - 34, wide * 0.18, light)
    else:
        art.box(x, floor - high * 0.62, wide, high * 0.2, dark)


def lying(art: Canvas, x: float, floor: float) -> float:
    """Draw three books lying on one another; return where the next book stands."""
    y = floor
    for book in range(3):
        colour = BOOKS[art.random.randrange(len(BOOKS))]
        wide = 190 - book * 18
        art.box(x + book * 7, y - 36, wide, 36, colour, radius=4)
        art.box(x + book * 7 + 16, y - 36, 8, 36, mix(colour, c.SNOW, 0.6))
        y -= 38
    return x + 200


def seeds(art: Canvas) -> None:
    art.sky("#7d8d86", "#5f706d")
    for row in range(22):
        art.line([(0, row * 50), (WIDTH, row * 50)], "#73837d", 3)
    kinds = ["#8e3b2f", "#2e2a2a", "#e0b04a", "#c98747", "#efe2c0", "#6f7f3f", "#b7603a", "#d9c79a", "#4b3a52"]
    for shelf in range(3):
        floor = 330 + shelf * 345
        art.box(0, floor, WIDTH, 34, "#a57b52")
        art.box(0, floor + 28, WIDTH, 12, "#7f5c3d")
        for number in range(8):
            jar(
                art,
                24 + number * 197,
                floor,
                168,
                236 + (number * 7 + shelf * 3) % 3 * 18,
                kinds[(number * 2 + shelf * 4) % 9],
            )


def jar(art: Canvas, x: float, floor: float, wide: float, high: float, colour: str) -> None:
    """Draw a jar of seeds with a lid and a paper label."""
    top = floor - high
    art.box(x, top + 22, wide, high - 22, "#c4d6d2", radius=26)
    level = floor - high * art.between(0.55, 0.76)
    art.box(x + 9, level, wide - 18, floor - level - 8, colour, radius=20)
    for _seed in range(150):
        sx, sy = art.between(x + 18, x + wide - 18), art.between(level - 3, floor - 20)
        art.oval(
            sx,
            sy,
            art.between(4, 7),
            art.between(3, 5),
            mix(colour, art.random.choice((c.SNOW, c.NIGHT)), art.between(0.08, 0.3)),
        )
    art.box(x + 14, top + 40, 12, high * 0.6, "#e6efec", radius=6)
    art.box(x + 16, top, wide - 32, 34, c.BRICK if colour != "#8e3b2f" else c.TEAL, radius=8)
    art.box(x + 30, floor - high * 0.45, wide - 60, 74, c.CREAM, radius=4)
    for line in range(3):
        art.box(x + 42, floor - high * 0.45 + 16 + line * 18, (wide - 84) * (1 - line * 0.22), 5, "#8a7a64")


def workshop(art: Canvas) -> None:
    art.sky("#f1dfc0", "#e9d0a8")
    for window in range(3):
        x = 90 + window * 520
        art.box(x, 90, 380, 420, "#f8f1e2", radius=8)
        art.box(x + 22, 112, 336, 376, "#9cc3c6")
        art.polygon(
            [
                (x + 22, 488),
                (x + 22, 380),
                (x + 130, 270),
                (x + 220, 350),
                (x + 300, 250),
                (x + 358, 330),
                (x + 358, 488),
            ],
            "#7a9db0",
        )
        art.polygon([(x + 22, 488), (x + 22, 440), (x + 180, 400), (x + 358, 450), (x + 358, 488)], c.GREEN)
        art.box(x + 180, 112, 20, 376, "#f8f1e2")
    for x in (270, 800, 1330):
        art.line([(x, 0), (x, 150)], c.INK, 5)
        art.slice(x, 230, 92, 180, 360, c.BRICK)
        art.glow(x, 300, 250, "#fff0c2", 0.5)
        art.slice(x, 226, 34, 0, 180, "#fff3cf")
    clothes = [c.TEAL, c.BURGUNDY, c.INDIGO, c.ORANGE, c.GREEN, c.BRICK]
    for number in range(6):
        x = 150 + number * 260
        art.person(
            x,
            760 + (number % 2) * 12,
            300,
            clothes[number],
            hair=[c.INK, c.BROWN, "#8d8a88"][number % 3],
            skin=[c.CLAY, "#d8ab80"][number % 2],
        )
    art.box(-20, 800, WIDTH + 40, 60, "#a9784b")
    art.box(-20, 850, WIDTH + 40, 220, "#8f623c")
    for number in range(6):
        x = 150 + number * 260
        art.polygon([(x - 98, 690), (x + 98, 690), (x + 108, 812), (x - 108, 812)], "#4c5260")
        art.circle(x, 750, 15, "#c9ced6")
        art.polygon([(x - 108, 812), (x + 108, 812), (x + 124, 828), (x - 124, 828)], "#6b7180")
        if number % 2:
            art.box(x + 118, 772, 34, 46, c.CREAM, radius=6)
            art.box(x + 118, 784, 34, 8, c.TEAL)
        else:
            art.polygon([(x + 116, 816), (x + 196, 816), (x + 206, 832), (x + 112, 832)], c.SNOW)


def hall(art: Canvas) -> None:
    art.sky("#35486a", "#43587c")
    for panel in range(9):
        art.box(panel * 180, 0, 172, 760, "#3b5074" if panel % 2 else "#405880")
    art.box(430, 90, 740, 440, "#f8f1e2", radius=10)
    art.box(450, 110, 700, 400, "#fdfaf2")
    art.box(510, 160, 300, 26, c.BRICK, radius=6)
    for line, wide in enumerate((520, 470, 560)):
        art.box(510, 216 + line * 42, wide, 16, "#c9c2b4", radius=6)
    for bar, high in enumerate((60, 100, 80, 140, 120)):
        art.box(520 + bar * 56, 480 - high, 38, high, [c.TEAL, c.APRICOT][bar % 2])
    art.circle(1010, 420, 62, c.TEAL)
    art.slice(1010, 420, 62, 270, 30, c.APRICOT)
    art.glow(800, 320, 640, "#fff5dc", 0.25)
    art.box(0, 640, WIDTH, 140, "#a2764c")
    art.box(0, 640, WIDTH, 14, "#bd8f61")
    art.person(1290, 660, 300, c.BURGUNDY, hair=c.INK)
    art.polygon([(1200, 560), (1390, 560), (1370, 700), (1220, 700)], "#7a5335")
    art.box(1190, 545, 210, 24, "#8f6542", radius=6)
    for row in range(3):
        y = 800 + row * 125
        size = 190 + row * 36
        for seat in range(9 - row):
            x = (seat + 0.5 + (row % 2) * 0.3) * WIDTH / (8.6 - row) - 40
            head = art.random.choice((c.INK, "#4a382e", "#6b5a52", c.BURGUNDY, "#2f3a52", "#8d8a88"))
            body = art.random.choice((c.TEAL, c.BRICK, c.INDIGO, c.OLIVE, c.BURGUNDY, "#54506a", c.ORANGE))
            body = mix(body, c.NIGHT, 0.3 - row * 0.12)
            art.box(x - size * 0.36, y - size * 0.1, size * 0.72, size * 1.3, body, radius=size * 0.24)
            art.box(x - size * 0.08, y - size * 0.24, size * 0.16, size * 0.2, mix(c.CLAY, c.NIGHT, 0.25))
            art.oval(x, y - size * 0.36, size * 0.17, size * 0.21, head)


def screens(art: Canvas) -> None:
    art.sky("#c99a6b", "#b98557")
    for plank in range(8):
        y = plank * 140
        art.box(0, y, WIDTH, 136, mix("#c4925f", "#a9764a", art.between(0, 0.7)))
        for _grain in range(5):
            gy = y + art.between(14, 124)
            art.line([(art.between(-100, 500), gy), (art.between(900, 1700), gy + art.between(-8, 8))], "#b07f50", 3)
    device(art, 120, 150, 560, 780, "tablet")
    for x, y, kind in ((760, 120, "letters"), (1050, 210, "photos"), (1330, 110, "call")):
        device(art, x, y, 250, 520, kind)
    art.circle(960, 900, 128, "#8f6a48")
    art.circle(960, 892, 126, c.SNOW)
    art.circle(960, 892, 106, "#e9dfca")
    art.circle(960, 892, 92, "#b0622f")
    art.circle(930, 868, 26, "#c67a42")
    for x, y, colour in ((1180, 850, c.ORANGE), (1250, 890, c.APRICOT), (1160, 930, c.APRICOT), (1330, 840, c.ORANGE)):
        art.circle(x + 6, y + 8, 44, "#9c6c43")
        art.circle(x, y, 42, colour)
        art.slice(x, y, 42, 40, 120, mix(colour, c.BRICK, 0.3))


def device(art: Canvas, x: float, y: float, wide: float, high: float, kind: str) -> None:
    """Draw a phone or tablet lying on the table, with a simple picture on its screen."""
    art.box(x + 12, y + 16, wide, high, "#8a5f3c", radius=40)
    art.box(x, y, wide, high, c.INK, radius=38)
    ix, iy, iw, ih = x + 18, y + 30, wide - 36, high - 60
    art.box(ix, iy, iw, ih, c.CREAM, radius=20)
    if kind == "tablet":
        art.box(ix, iy, iw, 150, c.TEAL, radius=20)
        art.box(ix + 40, iy + 54, iw * 0.6, 40, c.SNOW, radius=12)
        for row in range(4):
            art.box(ix + 40, iy + 196 + row * 124, 92, 92, [c.APRICOT, c.BRICK, c.TURQUOISE, c.OLIVE][row], radius=22)
            art.box(ix + 160, iy + 212 + row * 124, iw * 0.58, 22, "#8a7a64", radius=8)
            art.box(ix + 160, iy + 250 + row * 124, iw * 0.4, 18, "#cbbb9f", radius=8)
    elif kind == "letters":
        for row, size in enumerate((24, 40, 62, 90)):
            art.polygon(
                [
                    (ix + 30, iy + 90 + row * 100),
                    (ix + 30 + size * 0.5, iy + 90 + row * 100 - size),
                    (ix + 30 + size, iy + 90 + row * 100),
                ],
                c.BRICK,
            )
            art.box(ix + 50 + size, iy + 78 + row * 100, iw - 90 - size, 10 + row * 3, "#cbbb9f", radius=6)
    elif kind == "photos":
        for cell in range(8):
            cx, cy = ix + 12 + cell % 2 * (iw / 2 - 4), iy + 16 + cell // 2 * 110
            art.box(cx, cy, iw / 2 - 20, 96, [c.PALE_BLUE, c.SAND, c.TURQUOISE, c.APRICOT][cell % 4], radius=10)
            art.polygon(
                [
                    (cx + 6, cy + 92),
                    (cx + 40, cy + 40),
                    (cx + 62, cy + 70),
                    (cx + 78, cy + 52),
                    (cx + iw / 2 - 26, cy + 92),
                ],
                [c.INDIGO, c.BRICK, c.DARK_GREEN, c.BURGUNDY][cell % 4],
            )
    else:
        art.box(ix, iy, iw, ih, c.INDIGO, radius=20)
        art.person(ix + iw / 2, iy + ih * 0.66, 220, c.APRICOT, hair="#d9d5cf")
        art.circle(ix + iw * 0.3, iy + ih - 70, 34, "#58b07a")
        art.circle(ix + iw * 0.7, iy + ih - 70, 34, c.BRICK)


def portrait_one(art: Canvas) -> None:
    portrait(art, c.TEAL, c.SAND, c.INDIGO, c.INK, long=False)


def portrait_two(art: Canvas) -> None:
    portrait(art, c.BRICK, "#ecd3b0", c.BURGUNDY, "#3a2a26", long=True)


def portrait_three(art: Canvas) -> None:
    portrait(art, c.OLIVE, "#dcb58c", c.DARK_GREEN, "#5b4637", long=True)


def portrait_four(art: Canvas) -> None:
    portrait(art, c.INDIGO, "#d9a97c", c.BRICK, "#77706b", long=False)


def portrait(art: Canvas, ground: str, skin: str, clothes: str, hair: str, *, long: bool) -> None:
    """Draw an abstract head and shoulders before circles."""
    art.sky(mix(ground, c.SNOW, 0.35), ground)
    for radius, share in ((620, 0.12), (500, 0.2), (380, 0.3)):
        art.circle(800, 520, radius, mix(ground, c.SNOW, share))
    if long:
        art.box(590, 330, 420, 560, hair, radius=200)
    art.box(440, 790, 720, 500, clothes, radius=190)
    art.polygon([(690, 792), (800, 930), (910, 792)], mix(clothes, c.SNOW, 0.75))
    art.box(735, 640, 130, 190, mix(skin, c.BROWN, 0.15), radius=50)
    art.circle(800, 420, 205, hair)
    art.oval(800, 490, 168, 205, skin)
    art.slice(800, 420, 205, 180, 360, hair)
    art.polygon([(610, 420), (990, 420), (960, 470), (760, 400), (640, 480)], hair)
    for x in (735, 865):
        art.oval(x, 500, 14, 9, c.INK)
        art.line([(x - 28, 472), (x + 28, 470)], hair, 9)
    art.line([(800, 505), (792, 560), (812, 566)], mix(skin, c.BROWN, 0.4), 7)
    art.line([(752, 612), (800, 628), (850, 610)], mix(skin, c.BURGUNDY, 0.6), 9)
    if not long:
        for x in (735, 865):
            art.ring(x, 502, 46, c.INK, 6)
        art.line([(780, 500), (820, 500)], c.INK, 6)
