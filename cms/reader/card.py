"""The picture that other sites show with a page that has none, where the outlet has none either: its name."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from chorsu_locales.selectors import get_language_row

SIZE = (1200, 630)  # as Open Graph's readers want it
MARGIN = 90
LARGEST = 150  # pixels of a letter
LONG_LINE = 24  # characters
PAPER, INK, ACCENT = "#fdfdfc", "#17191c", "1b4079"
MARK, MARK_TOP, NAME_MIDDLE, BAND = 120, 90, 370, 24  # where things stand
FONTS = Path(__file__).resolve().parents[1] / "static" / "cms" / "fonts"
FONT_NAMES = {"Cyrl": "cyrillic-600.woff2", "Arab": "persian-700.woff2"}


@lru_cache(maxsize=64)
def card(name: str, language: str, accent: str = ACCENT) -> bytes | None:
    """Return a PNG with the outlet's name in a language; ``accent`` is a colour without its #.

    None where the fonts of the site lack one of its letters, or nothing here can join letters from right to left
    (Pillow needs libraqm for that).
    """
    row = get_language_row(language)
    is_rtl = row.direction == "rtl"
    font = ImageFont.truetype(FONTS / FONT_NAMES.get(row.script, "latin-600.woff2"), LARGEST)
    if not name.strip() or not _has_letters(font, name) or (is_rtl and not features.check("raqm")):
        return None
    lines = _lines(name)
    direction = "rtl" if is_rtl else None
    room = SIZE[0] - 2 * MARGIN
    widest = max(font.getlength(line, direction=direction) for line in lines)
    if widest > room:
        font = font.font_variant(size=int(LARGEST * room / widest))
    image = Image.new("RGB", SIZE, PAPER)
    image.paste(f"#{accent}", ((SIZE[0] - MARK) // 2, MARK_TOP), _mark())
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, SIZE[1] - BAND, *SIZE), f"#{accent}")
    middle = (SIZE[0] / 2, NAME_MIDDLE)
    draw.text(middle, "\n".join(lines), INK, font, anchor="mm", align="center", direction=direction)
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def digest_of(content: bytes) -> str:
    """Return what an address of a picture says of its content: another picture has another address."""
    return blake2b(content, digest_size=8).hexdigest()


def _has_letters(font: ImageFont.FreeTypeFont, text: str) -> bool:
    """Tell whether a font has all letters of a text: what it lacks is as wide as a letter, and empty."""
    sizes = [font.getmask(letter).size for letter in set(text) if not letter.isspace()]
    return all(height or not width for width, height in sizes)


def _lines(name: str) -> list[str]:
    """Return a name in one line, or a long one in two, parted at the white space next to its middle."""
    spaces = [place for place, letter in enumerate(name) if letter.isspace()]
    if len(name) <= LONG_LINE or not spaces:
        return [name]
    middle = min(spaces, key=lambda place: abs(place - len(name) / 2))
    return [name[:middle].strip(), name[middle:].strip()]


def _mark() -> Image.Image:
    """Return the site's mark (static/cms/img/mark.svg) as a mask; drawn larger, so that its edges are smooth."""
    size = 4 * MARK
    mask = Image.new("L", (size, size))
    draw = ImageDraw.Draw(mask)
    draw.ellipse((0, 0, size, size), 255)
    from_edge, gap = size / 2, size / 20
    draw.rectangle((from_edge - gap, 0, from_edge + gap, size), 0)
    draw.rectangle((0, from_edge - gap, size, from_edge + gap), 0)
    return mask.resize((MARK, MARK), Image.Resampling.BOX)
