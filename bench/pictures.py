"""How much memory the largest picture of each format takes that is accepted, above what a server's process has anyway.

Usage: pictures.py [part of a name …]

Each is uploaded and made in all its sizes in a process of its own, by the code and with the limits of the site. An
upload is two processes: the decoder, which isn't there at other times and counts whole, and what the server's own grows
by. Sizes are made by the server's own. More than 250 MB of either ends the script with an error. Linux only.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from _common import ROOT, show
from PIL import Image

MOST = 250
MB = 1024**2
# Takes the decoder's place, and notes what the process of a picture took.
MEASURED_DECODER = """
import sys
from pathlib import Path
from chorsu_articles.pictures import decoding
write_anew = decoding.write_anew
def noting(*arguments):
    try:
        write_anew(*arguments)
    finally:
        Path({note!r}).write_text(Path("/proc/self/status").read_text())
decoding.write_anew = noting
sys.exit(decoding.main())
"""


def scene(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return a picture with edges, gradients and grain, as a photograph has them."""
    tile = Image.merge("RGB", [Image.effect_noise((512, 512), 24) for _ in range(3)])
    tile = Image.blend(tile, Image.radial_gradient("L").resize((512, 512)).convert("RGB"), 0.6)
    picture = Image.new(mode, (width, height))
    for left in range(0, width, 512):
        for top in range(0, height, 512):
            picture.paste(tile.convert(mode), (left, top))
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize((width, height)))
    return picture


def png(mode: str) -> Callable[[], bytes]:
    """Return what makes a PNG of 20 million pixels."""

    def make() -> bytes:
        if mode == "I;16":
            grey = Image.new(mode, (5000, 4000))
            grey.paste(30_000, (0, 0, 2500, 4000))
            return saved(grey, "png", compress_level=1)
        # Plainer than a photograph, which would be too long a file.
        return saved(Image.linear_gradient("L").resize((5000, 4000)).convert(mode), "png", compress_level=6)

    return make


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Return a picture's file."""
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def turned(picture: Image.Image) -> Image.Exif:
    """Return what says that the picture lies on its side: to turn it takes a second picture."""
    exif = picture.getexif()
    exif[0x0112] = 6
    return exif


def jpeg(width: int, height: int, quality: int, **options: object) -> Callable[[], bytes]:
    """Return what makes a JPEG that lies on its side."""

    def make() -> bytes:
        picture = scene(width, height)
        return saved(picture, "jpeg", quality=quality, exif=turned(picture), **options)

    return make


PICTURES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "JPEG, 64 M": ("jpg", jpeg(9237, 6928, 93)),
    "JPEG, 64 M, progressive": ("jpg", jpeg(9237, 6928, 93, progressive=True)),
    "JPEG, 33 M, progressive, 4:4:4": ("jpg", jpeg(6640, 4980, 93, progressive=True, subsampling=0)),
    "JPEG, 20 M": ("jpg", jpeg(5160, 3875, 98)),
    "JPEG, 50 M, CMYK": ("jpg", lambda: saved(scene(8160, 6120).convert("CMYK"), "jpeg", quality=70)),
    "PNG, 20 M": ("png", png("RGB")),
    "PNG, 20 M, alpha": ("png", png("RGBA")),
    "PNG, 20 M, palette": ("png", png("P")),
    "PNG, 20 M, 16 bits": ("png", png("I;16")),
    "GIF, 20 M": ("gif", lambda: saved(Image.linear_gradient("L").resize((5000, 4000)).convert("P"), "gif")),
    "WebP, 19 M": ("webp", lambda: saved(scene(4990, 3800), "webp", quality=60, method=0)),
    "WebP, 16 M, a large file": ("webp", lambda: saved(scene(4800, 3300), "webp", quality=99, method=0)),
    "WebP, 12 M, alpha": ("webp", lambda: saved(scene(4200, 3000, "RGBA"), "webp", quality=60, method=0)),
    "WebP, 12 M, lossless": ("webp", lambda: saved(scene(4200, 3000), "webp", lossless=True, method=0)),
    "AVIF, 20 M": ("avif", lambda: saved(scene(5000, 4000), "avif", quality=90, speed=10)),
    "AVIF, 20 M, alpha": ("avif", lambda: saved(scene(5000, 4000, "RGBA"), "avif", quality=90, speed=10)),
}


def main() -> int:
    """Measure each picture and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="of the pictures; all without")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(options.one)))
        return 0
    rows = []
    for name, (extension, make) in PICTURES.items():
        if options.names and not any(part.lower() in name.lower() for part in options.names):
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"picture.{extension}")
            path.write_bytes(make())
            environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "cms.settings.test", "NEWSROOM_DATA": folder}
            command = [sys.executable, __file__, "--one", str(path)]
            run = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, check=True)
        rows.append({"picture": name, **json.loads(run.stdout)})
    most = max(max(row["upload"], row["sizes"]) for row in rows)
    print(f"The most is {most} MB; {MOST} MB are allowed.")
    show("pictures", rows, most_mb=most)
    return int(most > MOST)


def measured(path: Path) -> dict[str, float]:
    """Upload a picture, make its sizes, and return megabytes and seconds."""
    import django  # noqa: PLC0415 - the environment has to be set first

    django.setup()
    from django.core.files.uploadedfile import TemporaryUploadedFile  # noqa: PLC0415
    from wagtail.images.models import Filter  # noqa: PLC0415

    from chorsu_articles.apart import ForkServer  # noqa: PLC0415
    from chorsu_articles.models import Picture  # noqa: PLC0415
    from chorsu_articles.pictures import files  # noqa: PLC0415
    from chorsu_articles.pictures.decoding import REFUSED  # noqa: PLC0415
    from chorsu_articles.pictures.files import PictureFileField  # noqa: PLC0415
    from chorsu_articles.pictures.renditions import PUBLISHED  # noqa: PLC0415

    note = path.with_name("decoder")
    program = path.with_name("measured_decoder.py")
    program.write_text(MEASURED_DECODER.format(note=str(note)))
    files.DECODER = ForkServer(str(program), {0, REFUSED})

    uploaded = TemporaryUploadedFile(path.name, "", path.stat().st_size, None)
    uploaded.write(path.read_bytes())
    uploaded.seek(0)
    idle, started = forget_peak(), time.perf_counter()
    stored = PictureFileField().clean(uploaded)
    uploaded_in = time.perf_counter() - started
    server, decoder = peak() - idle, peak(note.read_text())

    picture = Picture(pk=1, title="Picture", collection_id=1, file=stored)
    picture.file.save(stored.name, stored, save=False)
    idle, started = forget_peak(), time.perf_counter()
    for spec in PUBLISHED:
        picture.generate_rendition_file(Filter(spec)).close()
    return {
        "file_mb": round(path.stat().st_size / MB, 1),
        "decoder": round(decoder),
        "server": round(server),
        "upload": round(decoder + server),
        "upload_seconds": round(uploaded_in, 1),
        "sizes": round(peak() - idle),
        "sizes_seconds": round(time.perf_counter() - started, 1),
    }


def peak(status: str = "") -> float:
    """Return the most memory, in megabytes, that a process had by its status; by default this one's."""
    status = status or Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / MB


def forget_peak() -> float:
    """Begin to look for the most memory anew, and return what is taken now."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


if __name__ == "__main__":
    sys.exit(main())
