"""Cloth and trays: what repeats."""

from __future__ import annotations

import math

from demo.pictures import canvas as c
from demo.pictures.canvas import HEIGHT, WIDTH, Canvas, Point, mix


def around(x: float, y: float, radius: float, degrees: float) -> Point:
    return (x + radius * math.cos(math.radians(degrees)), y + radius * math.sin(math.radians(degrees)))


def petal(art: Canvas, x: float, y: float, radius: float, degrees: float, half: float, colour: str) -> None:
    """Draw a pointed petal that leaves (x, y) in a direction."""
    art.polygon(
        [(x, y), around(x, y, radius * 0.5, degrees - half), around(x, y, radius * 0.8, degrees - half * 0.6),
         around(x, y, radius, degrees), around(x, y, radius * 0.8, degrees + half * 0.6),
         around(x, y, radius * 0.5, degrees + half)],
        colour,
    )  # fmt: skip


def suzani(art: Canvas) -> None:
    art.sky("#f6ead2", "#f1e2c4")
    for row in range(5):
        for column in range(6):
            x, y = 60 + column * 296 + (row % 2) * 148, 20 + row * 258
            medallion(art, x, y, 116, (row + column) % 3)
    for row in range(5):
        for column in range(7):
            x, y = -88 + column * 296 + (row % 2) * 148, 20 + row * 258
            sprig(art, x, y, 54)


def medallion(art: Canvas, x: float, y: float, radius: float, kind: int) -> None:
    outer, inner = [(c.BRICK, c.INDIGO), (c.BURGUNDY, c.TEAL), (c.INDIGO, c.BRICK)][kind]
    for angle in range(0, 360, 20):
        px, py = around(x, y, radius * 1.06, angle)
        art.circle(px, py, radius * 0.13, c.INK)
        art.circle(px, py, radius * 0.09, c.APRICOT)
    art.circle(x, y, radius, outer)
    art.ring(x, y, radius * 0.94, c.CREAM, 3)
    for angle in range(0, 360, 30):
        petal(art, x, y, radius * 0.88, angle, 14, c.CREAM)
        petal(art, x, y, radius * 0.76, angle, 10, inner)
    art.circle(x, y, radius * 0.42, c.CREAM)
    art.circle(x, y, radius * 0.37, c.APRICOT)
    for angle in range(0, 360, 45):
        petal(art, x, y, radius * 0.33, angle, 17, outer)
    art.circle(x, y, radius * 0.1, c.CREAM)


def sprig(art: Canvas, x: float, y: float, size: float) -> None:
    """Draw a curled stem with leaves between the medallions."""
    curl = [around(x, y, size * (1 - step / 26), step * 26) for step in range(20)]
    art.line(curl, c.DARK_GREEN, 9)
    for step in range(0, 15, 2):
        px, py = curl[step]
        petal(art, px, py, size * 0.56, step * 26 - 40, 24, c.GREEN)
    art.circle(x, y, size * 0.2, c.BRICK)


def ikat(art: Canvas) -> None:
    grounds = [c.BURGUNDY, "#e8b94f", c.TEAL]
    for band in range(8):
        x = band * 200
        ground = grounds[band % 3]
        art.box(x, 0, 201, HEIGHT, ground)
        for number in range(-1, 4):
            y = number * 356 + (band % 2) * 178
            figure(art, x + 100, y + 178, grounds[(band + 1) % 3], band)
    # Threads shift a little when they are dyed: thin columns are moved up and down.
    scale = art.image.width // WIDTH
    for column in range(0, art.image.width, 3 * scale):
        strip = art.image.crop((column, 0, column + 3 * scale, art.image.height))
        art.image.paste(strip, (column, round(art.random.gauss(0, 7) * scale)))
    for x in range(0, WIDTH, 200):
        art.box(x - 2, 0, 4, HEIGHT, mix(c.CREAM, c.BROWN, 0.2))


def figure(art: Canvas, x: float, y: float, colour: str, band: int) -> None:
    for size, shade in (
        (1.0, c.CREAM),
        (0.84, colour),
        (0.6, c.CREAM),
        (0.46, c.INDIGO if band % 2 else c.BRICK),
        (0.2, c.APRICOT),
    ):
        steps: list[Point] = []
        for corner, (wide, high) in enumerate(((0, 165), (22, 130), (42, 128), (50, 90), (74, 84), (84, 40), (92, 0))):
            steps.append((x + wide * size, y - high * size - (corner % 2) * 6))
        right = steps
        lower = [(px, 2 * y - py) for px, py in right[::-1]]
        half = [*right, *lower]
        art.polygon([*half, *[(2 * x - px, py) for px, py in half[::-1]]], shade)


def apricots(art: Canvas) -> None:
    art.sky("#8b6243", "#7a5439")
    for row in range(2):
        for column in range(3):
            tray(art, 30 + column * 520, 24 + row * 518, 500, 500)


def tray(art: Canvas, x: float, y: float, wide: float, high: float) -> None:
    art.box(x + 8, y + 10, wide, high, "#5d3f2b", radius=10)
    art.box(x, y, wide, high, "#c3935f", radius=10)
    art.box(x + 20, y + 20, wide - 40, high - 40, "#e2c08e")
    for line in range(1, 30):
        art.line([(x + 20 + line * 15.3, y + 20), (x + 20 + line * 15.3, y + high - 20)], "#d5b07b", 2)
    for row in range(7):
        for column in range(7):
            if art.random.random() < 0.05:
                continue
            fx = x + 58 + column * 64 + art.between(-6, 6)
            fy = y + 58 + row * 64 + art.between(-6, 6)
            radius = art.between(24, 29)
            skin = mix(c.APRICOT, c.ORANGE, art.between(0.1, 1))
            art.circle(fx + 4, fy + 5, radius, "#b98c58")
            art.circle(fx, fy, radius, mix(skin, c.BRICK, 0.25))
            art.circle(fx - 1, fy - 1, radius * 0.88, skin)
            art.oval(fx, fy, radius * 0.44, radius * 0.52, mix(skin, c.BROWN, 0.35))
            art.oval(fx - 2, fy - 3, radius * 0.34, radius * 0.42, mix(skin, c.BURGUNDY, 0.35))
            art.oval(fx - radius * 0.5, fy - radius * 0.5, radius * 0.18, radius * 0.12, mix(skin, c.SNOW, 0.5))
