"""Accent colours that can be read on the site's backgrounds, light and dark."""

from __future__ import annotations

import colorsys
import re
from functools import cache

HEX = re.compile(r"#[0-9a-f]{6}")
LEAST_CONTRAST = 4.5
# `--paper` and `--paper-raised` of cms/static/cms/css/site.css: what text in the accent colour stands on.
LIGHT = ("#fdfdfc", "#f3f4f2")
DARK = ("#131518", "#1d2024")
STEPS = 200


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it: from 1, none, to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(colour: str, backgrounds: tuple[str, ...]) -> float:
    """Return the contrast with the background that a colour stands out from least."""
    return min(contrast(colour, background) for background in backgrounds)


@cache
def readable(colour: str, backgrounds: tuple[str, ...]) -> str:
    """Return the colour, or the nearest shade of it that can be read on the backgrounds."""
    red, green, blue = _channels(colour)
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    end = 0.0 if backgrounds is LIGHT else 1.0
    for step in range(STEPS + 1):
        shade = lightness + (end - lightness) * step / STEPS
        found = colour if step == 0 else _hex(*colorsys.hls_to_rgb(hue, shade, saturation))
        if least_contrast(found, backgrounds) >= LEAST_CONTRAST:
            return found
    return _hex(end, end, end)


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _channels(colour))
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _hex(*channels: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in channels)
