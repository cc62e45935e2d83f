"""What a camera writes into a picture's file and nobody should read: where it was taken, and with which device."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

START, SCAN, NOTES = 0xD8, 0xDA, 0xE1
# Which way up it is, and whose it is.
KEPT_TAGS = (0x0112, 0x013B, 0x8298)


def without_notes(data: bytes) -> bytes:
    """Return a JPEG file without the notes (Exif, XMP) of its camera; the picture itself stays byte for byte.

    Orientation, artist and copyright stay. Other files, and broken ones, are returned as they are.
    """
    if not data.startswith(bytes((0xFF, START, 0xFF))):
        return data
    segments = list(_segments(data))
    if not any(marker == NOTES for marker, _part in segments):
        return data
    return data[:2] + _kept(segments) + b"".join(part for marker, part in segments if marker != NOTES)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and bytes of each segment; the last one is the picture itself, with all that follows."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != SCAN:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        yield data[at + 1], data[at:end]
        at = end
    yield SCAN, data[at:]


def _kept(segments: list[tuple[int, bytes]]) -> bytes:
    notes = Image.Exif()
    for marker, part in segments:
        if marker == NOTES and part[4:10] == b"Exif\0\0":
            notes.load(part[4:])
            break
    kept = Image.Exif()
    for tag in KEPT_TAGS:
        if tag in notes:
            kept[tag] = notes[tag]
    if not kept:
        return b""
    written = kept.tobytes()
    return bytes((0xFF, NOTES)) + (len(written) + 2).to_bytes(2) + written
