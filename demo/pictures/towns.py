"""Streets, bazaars and houses."""

from __future__ import annotations

from demo.pictures import canvas as c
from demo.pictures.canvas import HEIGHT, WIDTH, Canvas, mix


def bus(art: Canvas) -> None:
    art.sky("#bcd9de", "#f3ead5", bottom=760)
    art.ridge(520, 150, "#b8c7cf", peaks=6)
    x = -30.0
    for number in range(9):
        wide, high = art.between(150, 250), art.between(230, 430)
        house(art, x, 720, wide, high, [c.SAND, "#e9d7c0", "#d8b79a", "#cfd3c4", "#e3c0a0"][number % 5])
        x += wide + 8
    for x in range(40, WIDTH, 260):
        art.tree(x, 770, 380, c.GREEN if x % 520 else c.OLIVE)
    art.box(0, 720, WIDTH, 70, "#d9cbb1")
    art.box(0, 780, WIDTH, HEIGHT, "#6d6c72")
    art.box(0, 800, WIDTH, 170, "#a5564a")
    for x in range(-60, WIDTH, 200):
        art.box(x, 1010, 110, 12, "#e6e1d4")
    art.box(0, 968, WIDTH, 8, "#f2ead9")
    art.oval(800, 942, 590, 26, "#7d3f37")
    art.box(240, 520, 1120, 400, c.TEAL, radius=46)
    art.box(240, 790, 1120, 130, mix(c.TEAL, c.NIGHT, 0.25), radius=40)
    art.box(240, 760, 1120, 60, c.CREAM)
    for window in range(6):
        art.box(290 + window * 160, 572, 140, 150, "#bfe0e2", radius=12)
        art.polygon(
            [
                (300 + window * 160, 716),
                (360 + window * 160, 578),
                (396 + window * 160, 578),
                (336 + window * 160, 716),
            ],
            "#d5ecec",
        )
    art.box(1262, 566, 86, 210, "#bfe0e2", radius=16)
    for door in (610, 930):
        art.box(door, 566, 130, 330, "#23656c", radius=8)
        art.box(door + 8, 580, 52, 300, "#bfe0e2", radius=6)
        art.box(door + 70, 580, 52, 300, "#bfe0e2", radius=6)
    for number, clothes in enumerate((c.BRICK, c.APRICOT, c.INDIGO, c.BURGUNDY)):
        art.person(362 + (0, 1, 3, 5)[number] * 160, 722, 118, clothes)
    art.box(300, 536, 300, 26, c.INK, radius=8)
    art.box(1320, 836, 40, 30, "#ffe7a6", radius=8)
    art.box(240, 836, 26, 30, "#e0604a", radius=6)
    for wheel in (440, 1150):
        art.circle(wheel, 910, 66, c.INK)
        art.circle(wheel, 910, 34, "#b9b7b2")
        art.circle(wheel, 910, 12, c.INK)


def house(art: Canvas, x: float, y: float, wide: float, high: float, colour: str) -> None:
    """Draw a house front with rows of windows; ``y`` is its foot."""
    art.box(x, y - high, wide, high, colour)
    art.box(x, y - high, wide, 16, mix(colour, c.BROWN, 0.35))
    rows, columns = max(2, int(high / 90)), max(2, int(wide / 62))
    for row in range(rows):
        for column in range(columns):
            wx = x + (column + 0.5) * wide / columns - 16
            wy = y - high + 40 + row * (high - 50) / rows
            art.box(wx, wy, 32, 46, mix(colour, c.INDIGO, 0.55), radius=3)
            art.box(wx - 3, wy + 46, 38, 6, mix(colour, c.SNOW, 0.5))


def haze(art: Canvas) -> None:
    art.sky("#8d93a3", "#c7aaa4", "#efc9a9", "#f3dcc2")
    art.circle(1080, 360, 84, "#fbe6c4")
    art.glow(1080, 360, 380, "#fbe6c4", 0.55)
    art.ridge(520, 260, "#b9a6a9", peaks=6)
    art.veil(300, 260, "#e3c3af", 0.8)
    for layer, (foot, low, high, colour) in enumerate(
        (
            (690, 120, 260, "#ab979c"),
            (810, 140, 320, "#8b7d89"),
            (980, 130, 330, "#655f73"),
            (1140, 150, 300, "#433f55"),
        )
    ):
        x = -40.0
        while x < WIDTH:
            wide, tall = art.between(90, 190), art.between(low, high)
            art.box(x, foot - tall, wide, tall + 500, colour)
            if layer > 1 and art.random.random() < 0.7:
                art.polygon(
                    [(x - 8, foot - tall), (x + wide / 2, foot - tall - 52), (x + wide + 8, foot - tall)],
                    mix(colour, c.NIGHT, 0.2),
                )
            if art.random.random() < 0.6:
                chimney(art, x + wide * 0.7, foot - tall, 26 + layer * 8, colour, layer)
            if layer > 1:
                for row in range(int(tall / 70)):
                    for column in range(int(wide / 46)):
                        if art.random.random() < 0.4:
                            art.box(x + 14 + column * 44, foot - tall + 26 + row * 60, 18, 26, "#f6cf8e")
            x += wide + art.between(-4, 26)
        art.veil(foot - 230, 330, "#d7b9ae", 0.62 - layer * 0.1)


def chimney(art: Canvas, x: float, y: float, size: float, colour: str, layer: int) -> None:
    """Draw a chimney and its smoke, which rises and bends."""
    art.box(x - size * 0.25, y - size * 1.6, size * 0.5, size * 1.7, mix(colour, c.NIGHT, 0.15))
    smoke = mix("#e9dcd4", colour, 0.25 + 0.1 * layer)
    for puff in range(7):
        art.circle(x + puff**1.6 * size * 0.16, y - size * (1.8 + puff * 0.55), size * (0.26 + puff * 0.11), smoke)


def sensor(art: Canvas) -> None:
    art.sky("#e6c9a4", "#dcb78e")
    for row in range(15):
        for column in range(-1, 10):
            x, y = column * 190 + (row % 2) * 95, row * 76
            shade = art.between(0, 0.18)
            art.box(x + 3, y + 3, 184, 70, mix("#dfb88f", c.BRICK, shade), radius=5)
    art.box(720, 110, 760, 780, "#f7efe0", radius=10)
    art.box(760, 150, 680, 700, "#5d8796")
    art.polygon([(760, 850), (760, 560), (1120, 150), (1440, 150), (1440, 260), (900, 850)], "#6f9aa7")
    art.box(1086, 150, 28, 700, "#f7efe0")
    art.box(760, 420, 680, 24, "#f7efe0")
    art.box(690, 880, 820, 44, "#e7d8bf", radius=8)
    for x, colour in ((820, c.GREEN), (1290, c.OLIVE)):
        art.polygon([(x, 850), (x + 90, 850), (x + 78, 760), (x + 12, 760)], c.BRICK)
        for leaf in (-34, -10, 20, 46):
            art.line([(x + 45, 764), (x + 45 + leaf, 640 + abs(leaf))], colour, 16)
    art.box(240, 380, 250, 330, "#fbf8f1", radius=44)
    art.box(240, 620, 250, 90, "#e5ddcf", radius=40)
    art.circle(365, 500, 76, "#e5ddcf")
    art.circle(365, 500, 62, "#c9c2b6")
    for angle in range(0, 360, 45):
        art.slice(365, 500, 56, angle, angle + 20, "#7b7a80")
    art.circle(365, 500, 16, "#fbf8f1")
    art.circle(290, 668, 12, "#58b07a")
    art.box(330, 660, 110, 14, "#c9c2b6", radius=7)
    art.line([(365, 710), (365, 820), (560, 860), (720, 860)], c.INK, 9)
    for start, bend, end in (
        ((0, 980), (200, 900), (430, 960)),
        ((0, 150), (180, 210), (360, 170)),
        ((200, 900), (260, 820), (250, 760)),
        ((180, 210), (240, 280), (330, 300)),
    ):
        art.line([start, bend, end], "#5a4636", 13)
    for x, y in ((430, 960), (360, 170), (250, 760), (330, 300), (300, 922), (110, 188)):
        art.circle(x, y, 10, "#5a4636")


def bazaar(art: Canvas) -> None:
    art.sky("#7fb9c6", "#cfe4dd", "#f8ecd2", bottom=760)
    art.box(520, 300, 560, 460, "#e4c79c")
    art.slice(800, 320, 230, 180, 360, c.TEAL)
    art.slice(800, 320, 230, 270, 360, "#236f78")
    for rib in range(-3, 4):
        art.line([(800 + rib * 14, 94), (800 + rib * 66, 318)], c.TURQUOISE, 4)
    art.circle(800, 84, 16, c.APRICOT)
    art.box(540, 312, 520, 44, "#f3e2c4")
    for x in range(552, 1050, 46):
        art.polygon([(x, 334), (x + 23, 318), (x + 46, 334), (x + 23, 350)], c.TEAL)
    for x in (590, 740, 890):
        art.box(x, 470, 120, 300, "#b98f63")
        art.slice(x + 60, 474, 60, 180, 360, "#b98f63")
        art.slice(x + 60, 480, 46, 180, 360, "#8a6647")
        art.box(x + 14, 480, 92, 290, "#8a6647")
    for x, high in ((40, 330), (230, 280), (1130, 300), (1340, 350)):
        house(art, x, 770, 200, high, ["#e9d7c0", "#d8b79a"][x % 3 > 0])
    art.box(0, 740, WIDTH, HEIGHT, "#e2c79b")
    people = [(150, 820), (430, 800), (640, 815), (860, 800), (1180, 818), (1440, 805)]
    for number, (x, y) in enumerate(people):
        art.person(
            x,
            y + 60,
            210,
            [c.BURGUNDY, c.TEAL, c.ORANGE, c.INDIGO, c.GREEN, c.BRICK][number],
            hair=[c.INK, c.SNOW, c.BRICK][number % 3],
        )
    for number, (x, y, wide) in enumerate(((-60, 640, 560), (520, 680, 560), (1100, 630, 580))):
        stall(art, x, y, wide, [(c.BRICK, c.CREAM), (c.TEAL, c.CREAM), (c.APRICOT, c.SNOW)][number])


def stall(art: Canvas, x: float, y: float, wide: float, colours: tuple[str, str]) -> None:
    """Draw a striped awning on poles over heaps of fruit."""
    for pole in (0.04, 0.94):
        art.box(x + wide * pole, y, 14, 330, c.BROWN)
    stripes = 10
    for stripe in range(stripes):
        left, right = x + wide * stripe / stripes, x + wide * (stripe + 1) / stripes
        middle = x + wide / 2
        colour = colours[stripe % 2]
        art.polygon(
            [
                (middle + (left - middle) * 0.8, y - 150),
                (middle + (right - middle) * 0.8, y - 150),
                (right, y),
                (left, y),
            ],
            colour,
        )
        art.box(left, y - 2, right - left, 26, mix(colour, c.NIGHT, 0.12))
        art.slice((left + right) / 2, y + 22, (right - left) / 2, 0, 180, mix(colour, c.NIGHT, 0.12))
    art.box(x + 10, y + 250, wide - 20, 190, "#9a7048")
    art.box(x + 10, y + 250, wide - 20, 22, "#b98a5c")
    fruits = [c.ORANGE, c.BRICK, "#d8b53e", c.OLIVE, c.BURGUNDY]
    heaps = 5
    for heap in range(heaps):
        middle = x + wide * (heap + 0.5) / heaps
        colour = fruits[(heap + int(wide)) % len(fruits)]
        for row in range(4):
            for number in range(4 - row):
                fx = middle + (number - (3 - row) / 2) * 25
                art.circle(fx, y + 240 - row * 20, 14, mix(colour, c.NIGHT, 0.12))
                art.circle(fx - 2, y + 237 - row * 20, 11, colour)
        art.box(middle - 46, y + 300, 92, 100, "#8a6340", radius=6)
        art.box(middle - 40, y + 306, 80, 88, "#a97d52", radius=4)


def reading(art: Canvas) -> None:
    art.sky("#f5dfb4", "#fbeed3", bottom=640)
    art.ridge(560, 130, "#d9c6a4", peaks=5)
    art.box(60, 330, 520, 320, "#e9d9bd")
    art.box(40, 300, 560, 44, c.BRICK)
    for x in range(100, 540, 112):
        art.box(x, 400, 70, 100, "#8fb0b0", radius=6)
        art.line([(x + 35, 400), (x + 35, 500)], "#e9d9bd", 5)
    art.polygon([(0, 640), (WIDTH, 620), (WIDTH, HEIGHT), (0, HEIGHT)], "#a7b56c")
    art.oval(1010, 850, 640, 90, "#8f9f58")
    art.tree(1010, 850, 820, c.GREEN)
    clothes = [c.BRICK, c.TEAL, c.ORANGE, c.INDIGO, c.BURGUNDY]
    for number, (x, size) in enumerate(((520, 190), (720, 215), (930, 200), (1180, 220), (1390, 195))):
        y = 905 + (number % 2) * 36
        art.oval(x, y + 26, size * 0.55, 22, "#7f9050")
        art.person(x, y, size, clothes[number], hair=[c.INK, c.BROWN][number % 2])
        art.box(x - size * 0.42, y - 8, size * 0.84, 34, mix(clothes[number], c.NIGHT, 0.3), radius=16)
        book(art, x, y - size * 0.2, size * 0.3)


def book(art: Canvas, x: float, y: float, size: float) -> None:
    """Draw an open book, seen by somebody who faces its reader."""
    for side in (-1, 1):
        art.polygon(
            [(x, y), (x + side * size, y - size * 0.22), (x + side * size, y + size * 0.45), (x, y + size * 0.66)],
            c.SNOW if side < 0 else "#e9dfca",
        )
