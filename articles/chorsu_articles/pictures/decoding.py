"""Decode an uploaded picture and write it anew, as a program of its own: see docs/decisions/files.md.

``python decoding.py LIMITS`` reads the file from standard input and writes the picture to standard output: upright, in
sRGB, no wider than allowed, with nothing but its pixels. If the file is refused, the exit status is ``REFUSED``, and
standard error is a JSON object with ``code`` and numbers. Without Django it starts fast.

Without LIMITS it is a server for ``chorsu_articles.apart``: standard input is a socket, over which limits come, each
with three files for a fork, which does the same; the answer is its status in four bytes.
"""

from __future__ import annotations

import errno
import json
import os
import re
import socket
import struct
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO, NoReturn, cast

from PIL import AvifImagePlugin, Image, ImageCms
from PIL.AvifImagePlugin import AvifImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile, get_sampling
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

REFUSED = 3
# Seconds without a picture after which the server ends; its requests are short.
IDLE = 60
LONGEST_ARGUMENT = 10_000
# Nothing more fits: onto the disk, into somebody's share of it, or into one file.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# What reads each format, and how its files begin.
FORMATS: dict[str, tuple[type[ImageFile], re.Pattern[bytes]]] = {
    "jpeg": (JpegImageFile, re.compile(rb"\xff\xd8\xff")),
    "png": (PngImageFile, re.compile(rb"\x89PNG\r\n\x1a\n")),
    "gif": (GifImageFile, re.compile(rb"GIF8[79]a")),
    "webp": (WebPImageFile, re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    "avif": (AvifImageFile, re.compile(rb".{4}ftypavi[fs]", re.DOTALL)),
}
# WebP, which readers get, can be no higher.
MOST_HIGH = 16_000
# Pillow keeps four bytes a pixel, and libjpeg the whole of a JPEG of several scans as coefficients of two bytes.
MOST_DECODED = 210_000_000
MOST_COEFFICIENTS = 200_000_000
# Pillow has three copies of a WebP at once, and libwebp a fourth where it is lossless or has an alpha channel;
# both have the file.
MOST_OF_WEBP = 232_000_000
# Every scan goes over the whole picture: a small file of many takes minutes. Encoders write ten or so.
MOST_SCANS = 100
QUALITY = 90
PNG_COMPRESSION = 4
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
PLAIN = {**{mode: mode for mode in ("L", "RGB", "RGBA", "CMYK")}, **dict.fromkeys(("LA", "La", "PA", "RGBa"), "RGBA")}
# A marker in a JPEG's data: neither a stuffed byte nor one of the restarts within a scan.
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


@dataclass(frozen=True, slots=True)
class Limits:
    """At most so many pixels of a JPEG, of others (all frames together), pixels in width, bytes of memory, seconds."""

    jpeg_pixels: int
    pixels: int
    width: int
    memory: int
    seconds: int


class RefusedError(Exception):
    """A picture that isn't taken: ``code`` is ``unknown``, ``broken``, ``full`` or ``pixels`` (then with numbers)."""

    def __init__(self, code: str, **numbers: int) -> None:
        super().__init__(code)
        self.answer = {"code": code, **numbers}


def kind_of(head: bytes) -> str:
    """Return a picture's format by the first 16 bytes of its file, as Pillow and Wagtail name it, or an empty text."""
    return next((kind for kind, (_reader, begins) in FORMATS.items() if begins.match(head)), "")


def write_anew(source: bytes, target: BinaryIO, limits: Limits) -> None:
    """Write the picture of a file to ``target``, as a JPEG, or as a PNG where that would lose something.

    Raises ``RefusedError``. Of an animation the first frame is kept: readers are shown no other.
    """
    kind = kind_of(source[:16])
    if not kind:
        raise RefusedError("unknown")
    try:
        # Some decoders ask for memory before they say how much it is.
        Image.MAX_IMAGE_PIXELS = limits.jpeg_pixels
        picture = FORMATS[kind][0](BytesIO(source))
        _check_pixels(picture, kind, source, limits)
        options: dict[str, object] = {"quality": QUALITY}
        if isinstance(picture, JpegImageFile):
            options["subsampling"] = get_sampling(picture)
            _decode_reduced(picture, source, limits)
        if hasattr(picture, "_decoder"):
            picture._decoder = _Once(picture._decoder)  # noqa: SLF001 (Pillow keeps it, and its copies of the picture)
        picture.load()
        picture.fp = None  # where it isn't the file, it is another copy
        flat = _drawn(picture, limits)
    except RefusedError:
        raise
    except Image.DecompressionBombError as error:
        raise RefusedError("pixels", found=0, most=limits.pixels) from error
    except Exception as error:
        # Decoders raise what they like at bytes that nobody foresaw.
        raise RefusedError("broken") from error
    lossless = kind in {"png", "gif"} or source[12:16] == b"VP8L"
    try:
        if lossless or flat.mode not in {"L", "RGB"}:
            flat.save(target, "PNG", compress_level=PNG_COMPRESSION)
        else:
            flat.save(target, "JPEG", **options)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise RefusedError("full") from error


class _Once:
    """A decoder of Pillow's for WebP or AVIF that is freed, with its copies of the picture, after one frame."""

    def __init__(self, decoder: Any) -> None:
        self._decoders = [decoder]

    def get_next(self) -> Any:
        return self._decoders.pop().get_next()

    def get_frame(self, number: int) -> Any:
        return self._decoders.pop().get_frame(number)


def _check_pixels(picture: ImageFile, kind: str, source: bytes, limits: Limits) -> None:
    most = limits.jpeg_pixels if kind == "jpeg" else limits.pixels
    if kind == "webp":
        frugal = source[12:16] == b"VP8 " or (
            source[12:16] == b"VP8X" and picture.mode == "RGB" and b"VP8L" not in source
        )
        most = min(most, (MOST_OF_WEBP - 2 * len(source)) // (12 if frugal else 16))
    found = picture.width * picture.height
    if found <= most and kind != "jpeg":
        # A file of many small pictures is as much work as one of as many pixels.
        found *= getattr(picture, "n_frames", 1)
    if found > most:
        raise RefusedError("pixels", found=found, most=most)


def _decode_reduced(picture: JpegImageFile, source: bytes, limits: Limits) -> None:
    """Let libjpeg decode a JPEG at a half, a quarter or an eighth where more would be too much, or isn't needed."""
    pixels = picture.width * picture.height
    scans, first, frame = 0, 0, b""
    at = 2
    while marker := MARKER.search(source, at):
        code, length = marker[0][1], int.from_bytes(source[marker.end() : marker.end() + 2])
        if code == 0xD9:
            break
        if code in {0xC0, 0xC1, 0xC2} and not frame:
            frame = source[marker.end() : marker.end() + length]
        if code == 0xDA:
            scans += 1
            first = first or source[marker.end() + 2]
        at = marker.end() + length
    if not frame or not scans or scans > MOST_SCANS:
        raise RefusedError("broken")
    sampling = [(value >> 4) * (value & 15) for value in frame[9::3]]
    coefficients = 0
    if first < len(sampling) or scans > 1:
        largest = max(value >> 4 for value in frame[9::3]) * max(value & 15 for value in frame[9::3])
        coefficients = pixels * sum(sampling) * 2 // largest
    if coefficients > MOST_COEFFICIENTS:
        raise RefusedError("pixels", found=pixels, most=pixels * MOST_COEFFICIENTS // coefficients)
    width, height = _wanted(picture, limits, _orientation(picture))
    scale = 1
    while scale < 8 and (
        pixels // scale**2 > limits.pixels
        or pixels // scale**2 * 4 + coefficients > MOST_DECODED
        or (picture.width // (2 * scale) >= width and picture.height // (2 * scale) >= height)
    ):
        scale *= 2
    picture.draft(picture.mode, (picture.width // scale or 1, picture.height // scale or 1))


def _orientation(picture: Image.Image) -> int:
    with suppress(Exception):  # what a camera wrote may be anything
        return int(picture.getexif().get(ORIENTATION, 1))
    return 1


def _wanted(picture: Image.Image, limits: Limits, orientation: int) -> tuple[int, int]:
    """Return width and height, before it is turned, that a picture is stored with."""
    sideways = orientation >= 5
    most_wide, most_high = (MOST_HIGH, limits.width) if sideways else (limits.width, MOST_HIGH)
    scale = min(1.0, most_wide / picture.width, most_high / picture.height)
    return max(1, round(picture.width * scale)), max(1, round(picture.height * scale))


def _drawn(picture: ImageFile, limits: Limits) -> Image.Image:
    """Return the pixels upright, small enough, in sRGB, as L, RGB, RGBA, or P as it was; of two copies at most."""
    orientation, profile = _orientation(picture), picture.info.get("icc_profile")
    size = _wanted(picture, limits, orientation)
    flat = _plain(picture, smaller=size != picture.size)
    if flat.mode != "P":
        flat = _in_srgb(flat, profile)
    if size != flat.size:
        clear = flat.mode == "RGBA"
        if clear:  # so that the colour of what can't be seen doesn't bleed into the edges
            flat = flat.convert("RGBa")
        flat = flat.resize(size, Image.Resampling.LANCZOS)
        if clear:
            flat = flat.convert("RGBA")
    if flat.mode == "RGBA" and flat.getchannel("A").getextrema() == (255, 255):
        flat = flat.convert("RGB")
    return flat.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else flat


def _plain(picture: ImageFile, *, smaller: bool) -> Image.Image:
    """Return the pixels of a file, and nothing else of it, as L, RGB, RGBA, CMYK, or P where it isn't to be smaller."""
    see_through = picture.info.get("transparency")
    mode = picture.mode
    if mode.startswith("I"):  # 16 bits of grey, which would be cut off
        flat = picture.convert("I").point(lambda value: value / 256).convert("L")
    elif see_through is not None and (mode != "P" or smaller):
        flat = picture.convert("RGBA")
    else:
        flat = picture.convert({"1": "L", "P": "RGB" if smaller else "P"}.get(mode, PLAIN.get(mode, "RGB")))
    flat.info = {"transparency": see_through} if flat.mode == "P" and see_through is not None else {}
    picture.im = None  # type: ignore[assignment] # the copy of the file is let go of
    return flat


def _in_srgb(flat: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in sRGB. A profile isn't kept: it names the device, and can hold anything."""
    if profile:
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            given = ImageCms.ImageCmsProfile(BytesIO(profile))
            if ImageCms.getProfileDescription(given).startswith("sRGB"):
                return flat
            srgb = ImageCms.createProfile("sRGB")
            if flat.mode in {"RGB", "RGBA"}:
                ImageCms.profileToProfile(flat, given, srgb, inPlace=True)
            else:
                flat = ImageCms.profileToProfile(flat, given, srgb, outputMode="RGB") or flat
            flat.info = {}  # which names the new profile
    return flat.convert("RGB") if flat.mode == "CMYK" else flat


class _Output:
    """Standard output for Pillow, which writes to a descriptor by itself, and takes a part for the whole there."""

    def write(self, data: bytes) -> int:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(sys.stdout.fileno(), rest) :]
        return len(data)


def _limited(argument: str) -> int:
    """Decode one picture within limits; return the exit status of the process, which decodes no other."""
    limits = Limits(**json.loads(argument))
    if resource:
        resource.setrlimit(resource.RLIMIT_DATA, (limits.memory, limits.memory))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    try:
        write_anew(sys.stdin.buffer.read(), cast("BinaryIO", _Output()), limits)
    except RefusedError as error:
        json.dump(error.answer, sys.stderr)
        return REFUSED
    return 0


def _serve(requests: socket.socket) -> None:
    """Let a fork decode each picture that is asked for, until nobody has asked for ``IDLE`` seconds."""
    requests.settimeout(IDLE)
    while True:
        try:
            argument, files, _flags, _address = socket.recv_fds(requests, LONGEST_ARGUMENT, 3)
        except TimeoutError:
            return
        if not argument:
            return
        process = os.fork()
        if process == 0:
            _end_with(argument.decode(), files)
        for file in files:
            os.close(file)
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        requests.sendall(struct.pack("i", status))


def _end_with(argument: str, files: list[int]) -> NoReturn:
    """End this process, a fork, with the picture that these files are for."""
    status = 1
    try:
        # The first of them was the socket.
        for descriptor, file in enumerate(files):
            os.dup2(file, descriptor)
        status = _limited(argument)
    except Exception:  # noqa: BLE001 (it is said as an interpreter says it)
        traceback.print_exc()
    finally:
        with suppress(OSError):  # who asked doesn't read on
            sys.stderr.flush()
        os._exit(status)


def main() -> int:
    """Run the program; return its exit status."""
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    if len(sys.argv) > 1:
        return _limited(sys.argv[1])
    # Who asked may have been killed meanwhile.
    with socket.socket(fileno=0) as requests, suppress(ConnectionError):
        _serve(requests)
    return 0


if __name__ == "__main__":
    sys.exit(main())
