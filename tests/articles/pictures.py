"""Files of pictures, good and bad, for tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from wagtail.models import UploadedFile

from chorsu_articles.models import Picture

SECRETS = (b"Camera 7", b"38,33N", b"Somoni Rahmon", b"behind the end", b"a comment")
EXTENSIONS = {"jpeg": "jpg", "png": "png", "gif": "gif", "webp": "webp", "avif": "avif"}


def drawing(size: tuple[int, int] = (90, 60), mode: str = "RGB") -> Image.Image:
    """Return a picture that is red on the left and blue on the right."""
    picture = Image.new("RGB", size, (220, 0, 0))
    picture.paste((0, 0, 220), (size[0] // 2, 0, *size))
    return picture.convert(mode)


def file_of(kind: str, picture: Image.Image | None = None, **options: Any) -> bytes:
    """Return a picture's file; ``kind`` is Pillow's name in small letters."""
    written = BytesIO()
    (picture or drawing()).save(written, kind, **options)
    return written.getvalue()


def telling_file(kind: str) -> bytes:
    """Return a file that says place, device and persons wherever its format can, lies on its side, and goes on."""
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = 6, "Camera 7"
    exif.get_ifd(0x8825).update({1: "N", 2: (38.0, 33.0, 0.0), 3: "E", 4: (68.0, 46.0, 0.0)})
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>38,33N</exif:GPSLatitude>Somoni Rahmon</x:xmpmeta>'
    options: dict[str, Any] = {"exif": exif}
    if kind == "jpeg":
        options |= {"xmp": xmp, "comment": b"a comment"}
    elif kind == "png":
        text = PngInfo()
        text.add_text("Artist", "Somoni Rahmon")
        text.add_itxt("XML:com.adobe.xmp", xmp.decode())
        options["pnginfo"] = text
    elif kind == "gif":
        options = {"comment": b"a comment, Camera 7, Somoni Rahmon, 38,33N"}
    else:
        options["xmp"] = xmp
    content = file_of(kind, **options)
    if kind == "jpeg":
        persons = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\x11\x1c\x02\x78\0\x0dSomoni Rahmon"
        content = content[:2] + b"\xff\xed" + (len(persons) + 2).to_bytes(2) + persons + content[2:]
    return content + b"PK\x03\x04 behind the end"


def stored_files(folder: Path) -> list[str]:
    """Return the names of all files below a media folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _upload(client: Any, name: str, content: bytes) -> str:
    """Drop a file into the editor."""
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("chorsu_articles_admin:upload_picture"), {"file": file}).content.decode()


def ways(app: str, word: str, model: Any, first: tuple[str, bytes]) -> dict[str, Callable[..., str]]:
    """Return the ways by which Wagtail takes a file, its own or another's; ``first`` is what another one replaces."""

    def together(client: Any, name: str, content: bytes, title: str = "Title") -> str:
        data = {"files[]": SimpleUploadedFile(name, content), "title": title, "collection": "1"}
        return client.post(reverse(f"{app}:add_multiple"), data).content.decode()

    def kept(client: Any, name: str, content: bytes) -> str:
        """Add one whose form Wagtail found incomplete at first."""
        answer = json.loads(together(client, name, content, title="t" * 300))
        if "uploaded_file_id" not in answer:
            return json.dumps(answer)
        file = UploadedFile.objects.get(for_content_type=ContentType.objects.get_for_model(model))
        prefix = f"uploaded-{word}-{file.pk}"
        fields = {f"{prefix}-title": "Title", f"{prefix}-collection": "1", f"{prefix}-tags": ""}
        url = reverse(f"{app}:create_multiple_from_uploaded_{word}", args=[file.pk])
        return client.post(url, fields).content.decode()

    def chooser(client: Any, name: str, content: bytes) -> str:
        fields = {"title": "T", "file": SimpleUploadedFile(name, content), "collection": "1", "tags": ""}
        data = {f"{word}-chooser-upload-{field}": value for field, value in fields.items()}
        return client.post(reverse(f"{app}_chooser:create"), data).content.decode()

    def alone(client: Any, name: str, content: bytes, url: str = "") -> str:
        data = {"title": "Title", "file": SimpleUploadedFile(name, content), "collection": "1", "tags": ""}
        return client.post(url or reverse(f"{app}:add"), data).content.decode()

    def as_a_new_file(client: Any, name: str, content: bytes) -> str:
        replaced = model.objects.first() or model.objects.create(
            title="Other", file=ContentFile(first[1], first[0]), uploaded_by_user_id=client.session["_auth_user_id"]
        )
        return alone(client, name, content, reverse(f"{app}:edit", args=[replaced.pk]))

    return {
        "alone": alone,
        "several together": together,
        "several, one incomplete": kept,
        "in the chooser": chooser,
        "as a new file": as_a_new_file,
    }


WAYS = {
    "dropped into the editor": _upload,
    **ways("wagtailimages", "image", Picture, ("a.png", file_of("png"))),
}
