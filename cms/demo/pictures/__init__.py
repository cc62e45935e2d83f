"""Draw the demo's pictures."""

from __future__ import annotations

from PIL import Image

SIZE = (1600, 1067)


def draw(key: str) -> Image.Image:
    """Return the picture of this key in ``SIZE``; the same at every call."""
    return Image.new("RGB", SIZE, (len(key) * 20 % 255, 150, 120))
