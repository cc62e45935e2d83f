"""Check every picture's file and write it anew before it is stored: docs/decisions/files.md.

The form's field does it, so that a refusal is a sentence in the form; the model does it with the same field where a
file comes another way. A process decodes one picture at a time, since each takes up to 250 MB.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import secrets
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path, PurePath
from tempfile import TemporaryFile, gettempdir
from typing import IO, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField as WagtailFormField
from wagtail.images.models import WagtailImageField, WagtailImageFieldFile

from chorsu_articles.apart import ForkServer
from chorsu_articles.conf import get_settings
from chorsu_articles.pictures import decoding
from chorsu_articles.pictures.decoding import NO_ROOM, REFUSED, Limits, kind_of

_TURN = threading.BoundedSemaphore(1)
logger = logging.getLogger("chorsu_articles")
# What decoding the largest picture takes, with some room; and the time that none takes.
MEMORY = 300_000_000
SECONDS = 30
WAIT = 20
DISK_FULL = _("The server’s disk is full, so nothing was saved. Please try again later.")
DECODER = ForkServer(decoding.__file__, {0, REFUSED})


class PictureBusyError(Exception):
    """Another picture takes its turn for longer than was waited, or what was made could not be stored."""


@contextmanager
def picture_turn(seconds: float) -> Iterator[None]:
    """Wait for this process's turn to decode a picture, so long at most. Raises ``PictureBusyError``."""
    if not _TURN.acquire(timeout=seconds):
        raise PictureBusyError
    try:
        yield
    finally:
        _TURN.release()


class PreparedPicture(TemporaryUploadedFile):
    """A picture's file as it is stored."""


class PictureFileField(WagtailFormField):
    """A picture's file, known by its content, and returned as it is stored: upright, small enough, without metadata."""

    def to_python(self, data: Any) -> Any:
        if isinstance(data, PreparedPicture):
            return data
        file = forms.FileField.to_python(self, data)
        if file is None:
            return None
        self.check_image_file_size(file)
        file.seek(0)
        kind, extension = kind_of(file.read(16)), PurePath(str(file.name)).suffix.lower().lstrip(".")
        file.seek(0)
        if extension not in self.allowed_image_extensions:
            raise ValidationError(self.error_messages["invalid_image_extension"], code="invalid_image_extension")
        if not kind:
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image")
        if (extension if extension != "jpg" else "jpeg") != kind:
            message = self.error_messages["invalid_image_known_format"]
            values = {"extension": extension, "image_format": kind}
            raise ValidationError(message, code="invalid_image_known_format", params=values)
        try:
            with picture_turn(WAIT):
                return self._write_anew(file)
        except PictureBusyError as error:
            raise ValidationError(_("The server is busy with other pictures. Try again in a minute.")) from error
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            logger.warning(
                "A picture wasn't stored: the disk of temporary files is full. Make room in %s.", gettempdir()
            )
            raise ValidationError(DISK_FULL, code="full") from error

    def _write_anew(self, file: Any) -> PreparedPicture:
        """Return the file as it is stored. Raises ``ValidationError``, and ``OSError`` where it doesn't fit."""
        # Its real extension and size are known in the end.
        prepared = PreparedPicture(file.name, "", 0, None)
        run = _decode(file, prepared)
        if run.returncode == 0:
            prepared.size = Path(prepared.temporary_file_path()).stat().st_size
            prepared.seek(0)
            kind = kind_of(prepared.read(16))
            prepared.seek(0)
            prepared.name = PurePath(file.name).stem + {"jpeg": ".jpg"}.get(kind, f".{kind}")
            prepared.content_type = f"image/{kind}"
            return prepared
        prepared.close()
        refusal = json.loads(run.stderr) if run.returncode == REFUSED else {}
        if refusal.get("code") == "full":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if refusal.get("code") == "pixels":
            numbers = {"num_pixels": refusal["found"] or _("unknown number"), "max_pixels_count": refusal["most"]}
            message = self.error_messages["file_too_many_pixels"]
            raise ValidationError(message, code="file_too_many_pixels", params=numbers)
        if not refusal:
            logger.warning("A picture ended its decoder with %s: %s", run.returncode, run.stderr[-500:])
        message = _("The file is broken: a part of it is missing. Export it again, or have it sent again.")
        raise ValidationError(message, code="broken")


def _decode(source: Any, target: PreparedPicture) -> subprocess.CompletedProcess[bytes]:
    """Run ``decoding`` on a file."""
    limits = get_settings()
    given = Limits(limits.jpeg_pixels, limits.picture_pixels, limits.picture_width, MEMORY, SECONDS)
    # A file of its own, since the up to 25 MB would be in this process as well.
    with TemporaryFile() as copy:
        for chunk in source.chunks():
            copy.write(chunk)
        copy.seek(0)
        return DECODER.run(json.dumps(asdict(given)), stdin=copy, stdout=cast("IO[bytes]", target.file))


class PictureFile(WagtailImageFieldFile):
    @property
    def is_raw(self) -> bool:
        return bool(self) and not self._committed and not isinstance(self.file, PreparedPicture)

    def save(self, name: str, content: File[Any], save: bool = True) -> None:
        content = content if isinstance(content, PreparedPicture) else prepare(content, name)
        super().save(content.name, content, save=save)

    def get_image_dimensions(self) -> tuple[int, int] | tuple[None, None]:
        """Return width and height; nothing here reads a raw file, whose size changes."""
        return (None, None) if self.is_raw else super().get_image_dimensions()


def prepare(content: File[Any], name: str) -> PreparedPicture:
    """Return a file as it is stored. Raises ``ValidationError``."""
    prepared: PreparedPicture = PictureFileField().clean(File(content, name))
    return prepared


class PictureField(WagtailImageField):
    attr_class = PictureFile


def unguessable(folder: str, filename: str) -> str:
    """Return a random path for a file, with the extension of its name."""
    return f"{folder}/{secrets.token_hex(16)}{PurePath(filename).suffix.lower()}"
