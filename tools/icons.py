"""Draw the icons that can't be SVG from the site's mark: `python tools/icons.py` writes them anew."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parents[1] / "cms" / "static" / "cms" / "img"
INK = "#1b4079"
PAPER = "#fdfdfc"
# The mark is four quarters of discs in a square of 32; drawn larger and reduced, its edges are smooth.
SQUARE, NEAR, FAR, RADIUS = 32, 14.5, 17.5, 13.5
FINENESS = 4
QUARTERS = ((NEAR, NEAR, 180), (FAR, NEAR, 270), (NEAR, FAR, 90), (FAR, FAR, 0))


def mark(size: int, *, margin: float = 0, ground: str | None = None) -> Image.Image:
    """Return the mark in a square, with a margin as a share of it; without a ground it is transparent."""
    side = size * FINENESS
    image = Image.new("RGBA", (side, side), ground or (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    scale = side * (1 - 2 * margin) / SQUARE
    for x, y, start in QUARTERS:
        centre = [side * margin + scale * place for place in (x, y)]
        box = [centre[0] - scale * RADIUS, centre[1] - scale * RADIUS, *(place + scale * RADIUS for place in centre)]
        draw.pieslice(box, start, start + 90, fill=INK)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def save(image: Image.Image, name: str) -> None:
    """Write an icon in few colours."""
    image.convert("RGB").quantize(64).save(FOLDER / name, optimize=True)


def main() -> None:
    """Write all icons."""
    for size in (192, 512):
        # Launchers cut icons round: what matters keeps to the middle.
        mark(size, margin=0.18, ground=PAPER).convert("RGB").quantize(64).save(
            FOLDER / f"icon-{size}.png", optimize=True
        )
    mark(180, margin=0.14, ground=PAPER).convert("RGB").quantize(64).save(FOLDER / "touch-icon.png", optimize=True)
    sizes = [(16, 16), (32, 32), (48, 48)]
    mark(48).save(FOLDER / "favicon.ico", sizes=sizes, append_images=[mark(16), mark(32)])


if __name__ == "__main__":
    main()
