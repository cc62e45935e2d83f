"""The form of documents, and which files they can be, told by their content: docs/decisions/files.md."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _
from wagtail.documents.fields import WagtailDocumentField
from wagtail.documents.forms import BaseDocumentForm

from chorsu_articles.pictures.decoding import kind_of
from chorsu_locales.normal_form import permitted

HEAD = 1024
TAIL = 65_557  # the end of an archive: its record of 22 bytes, and the longest comment
MOST_UNFOLDED = 500 * 1024 * 1024
MOST_MEMBERS = 2000
# zipfile reads the whole directory of an archive, a kilobyte of memory for each 46 bytes.
LONGEST_DIRECTORY = 1024 * 1024
LONGEST_PART = 1024 * 1024
MOST_PAGES = 200_000
PICTURES = {"avif": "avif", "gif": "gif", "jpeg": "jpeg", "jpg": "jpeg", "png": "png", "webp": "webp"}
TEXTS = {"csv", "geojson", "json", "tsv", "txt"}
LEFT_BY_SYSTEMS = {".DS_Store", "Thumbs.db", "desktop.ini"}
# What macOS keeps beside each file of an archive.
APPLE_DOUBLE = b"\x00\x05\x16\x07"
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<svg", b"<script", b"<head", b"<body")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# A frame of layer III, and that or the tags before it.
MP3_FRAME = re.compile(rb"\0*\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]")
MP3 = re.compile(rb"ID3|" + MP3_FRAME.pattern)
# In the first frame encoders say how many frames, and how many bytes, there are.
MP3_LENGTH = re.compile(rb"(?:Xing|Info)\0\0\0(?:[\x02\x06\x0a\x0e]|[\x03\x07\x0b\x0f].{4})(.{4})", re.DOTALL)
ODF = "application/vnd.oasis.opendocument."
OOXML = "application/vnd.openxmlformats-officedocument."


class WrongContentError(Exception):
    """The content isn't what the name says, or only a part of it."""


def _pdf(file: BinaryIO) -> None:
    head = file.read(5)
    file.seek(max(0, file.seek(0, 2) - HEAD))
    if head != b"%PDF-" or b"%%EOF" not in file.read():
        raise WrongContentError


def _is_markup(content: bytes) -> bool:
    return content.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\v\f")[:9].lower().startswith(MARKUP)


def _text(file: BinaryIO) -> None:
    """UTF-8, UTF-16 with its mark, or the Windows encoding of Cyrillic, in which no byte is wrong but controls."""
    content = file.read()
    if _is_markup(content[:HEAD]):
        raise WrongContentError
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "windows-1251")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except ValueError:
            continue
        if not CONTROL.search(text):
            return
    raise WrongContentError


def open_archive(file: BinaryIO, most: int = MOST_UNFOLDED) -> zipfile.ZipFile:
    """Return an archive whose directory is of a bearable size, and that unfolds to at most so many bytes.

    No member lies outside of it, is a link, or is encrypted. Raises ``WrongContentError`` and ``ValidationError``.
    """
    if file.read(4) != b"PK\x03\x04":
        raise WrongContentError
    file.seek(max(0, file.seek(0, 2) - TAIL))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise WrongContentError
    directory = int.from_bytes(tail[end + 12 : end + 16], "little")
    if directory > LONGEST_DIRECTORY or tail[end - 20 : end - 16] == b"PK\x06\x07":
        _refuse_size(most)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise WrongContentError from error
    members = archive.infolist()
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > most:
        _refuse_size(most)
    for member in members:
        path = PurePath(member.filename.replace("\\", "/"))
        if (
            permitted(member.filename, "?") != member.filename
            or path.is_absolute()
            or ".." in path.parts
            or ":" in member.filename
            or stat.S_ISLNK(member.external_attr >> 16)
            # Encrypted, or in a way that few programs unfold: nobody can look inside.
            or member.flag_bits & 1
            or member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        ):
            _refuse_member(member.filename)
    return archive


def _part(archive: zipfile.ZipFile, name: str | zipfile.ZipInfo, most: int = LONGEST_PART) -> bytes:
    try:
        with archive.open(name) as part:
            return part.read(most)
    except Exception as error:
        # zipfile raises a dozen kinds of exception, and zlib its own.
        raise WrongContentError from error


def _odf(mimetype: str, file: BinaryIO) -> None:
    archive = open_archive(file)
    names = archive.namelist()
    if names[:1] != ["mimetype"] or _part(archive, "mimetype") != (ODF + mimetype).encode():
        raise WrongContentError
    _part(archive, "content.xml")
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        _refuse_macros()


def _ooxml(main: str, file: BinaryIO) -> None:
    archive = open_archive(file)
    types = _part(archive, "[Content_Types].xml")
    _part(archive, main)
    if b"macroenabled" in types.lower() or any("vbaproject" in name.lower() for name in archive.namelist()):
        _refuse_macros()


def _zip(file: BinaryIO) -> None:
    archive = open_archive(file)
    for member in archive.infolist():
        name = PurePath(member.filename).name
        extension = PurePath(name).suffix.lower().lstrip(".")
        if member.is_dir() or name in LEFT_BY_SYSTEMS:
            continue
        allowed = extension in (KINDS.keys() - {"zip"}) | TEXTS | PICTURES.keys()
        if not allowed or not _begins_as(extension, _part(archive, member, HEAD)):
            _refuse_member(member.filename)


def _begins_as(extension: str, head: bytes) -> bool:
    """Tell whether a file of an archive begins as its name says. Nothing more of it is unfolded."""
    if not head or head.startswith(APPLE_DOUBLE):
        return True
    if extension in PICTURES:
        return kind_of(head) == PICTURES[extension]
    if extension in TEXTS:
        wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
        return not _is_markup(head) and (wide or not CONTROL.search(head.decode("latin-1")))
    return KINDS[extension].begins.match(head) is not None


def _mp3(file: BinaryIO) -> None:
    head = file.read(10)
    start = 0
    if head[:3] == b"ID3" and len(head) == 10:  # https://id3.org/id3v2.4.0-structure
        start = 10 + sum(byte << (7 * place) for place, byte in enumerate(reversed(head[6:])))
        start += 10 if head[5] & 0x10 else 0
    file.seek(start)
    frames = file.read(HEAD)
    size = file.seek(0, 2)
    length = MP3_LENGTH.search(frames)
    if not MP3_FRAME.match(frames) or (length and start + int.from_bytes(length[1]) > size):
        raise WrongContentError


def _mp4(file: BinaryIO) -> None:
    size, at = file.seek(0, 2), 0
    names: list[bytes] = []
    while at < size and len(names) < 10_000:
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4])
        if length == 1:
            length = int.from_bytes(head[8:16])
        elif length == 0:
            length = size - at
        if length < 8 or at + length > size:
            raise WrongContentError
        names.append(head[4:8])
        at += length
        if names == [b"ftyp"] and head[8:12] in {b"avif", b"avis", b"heic", b"heix", b"mif1"}:
            raise WrongContentError
    if names[:1] != [b"ftyp"] or b"moov" not in names:
        raise WrongContentError


def _ogg(file: BinaryIO) -> None:
    """Whole pages, one after the other: RFC 3533, section 6."""
    size, at = file.seek(0, 2), 0
    for _page in range(MOST_PAGES):
        file.seek(at)
        head = file.read(27 + 255)
        if len(head) < 27 or head[:5] != b"OggS\0":
            raise WrongContentError
        segments = head[26]
        at += 27 + segments + sum(head[27 : 27 + segments])
        if at >= size:
            break
    if at != size:
        raise WrongContentError


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: what browsers are told that it is, what raises where it isn't, and how its bytes begin."""

    content_type: str
    check: Callable[[BinaryIO], None]
    begins: re.Pattern[bytes] = re.compile(rb"PK\x03\x04")


KINDS = {
    "pdf": Kind("application/pdf", _pdf, re.compile(rb"%PDF-")),
    "odt": Kind(f"{ODF}text", partial(_odf, "text")),
    "ods": Kind(f"{ODF}spreadsheet", partial(_odf, "spreadsheet")),
    "odp": Kind(f"{ODF}presentation", partial(_odf, "presentation")),
    "docx": Kind(f"{OOXML}wordprocessingml.document", partial(_ooxml, "word/document.xml")),
    "xlsx": Kind(f"{OOXML}spreadsheetml.sheet", partial(_ooxml, "xl/workbook.xml")),
    "pptx": Kind(f"{OOXML}presentationml.presentation", partial(_ooxml, "ppt/presentation.xml")),
    "txt": Kind("text/plain", _text),
    "csv": Kind("text/csv", _text),
    "zip": Kind("application/zip", _zip),
    "mp3": Kind("audio/mpeg", _mp3, MP3),
    "mp4": Kind("video/mp4", _mp4, re.compile(rb"[\x00-\xff]{4}ftyp")),
    "ogg": Kind("audio/ogg", _ogg, re.compile(rb"OggS\x00")),
}


class DocumentFileField(WagtailDocumentField):
    """A document's file, of a kind in ``KINDS`` by its name and by its content."""

    def to_python(self, data: Any) -> Any:
        file = super().to_python(data)
        if file is None:
            return None
        FileExtensionValidator(list(KINDS))(file)
        extension = PurePath(file.name).suffix.lower().lstrip(".")
        file.seek(0)
        try:
            KINDS[extension].check(file)
        except WrongContentError as error:
            message = _("This is no whole file of the kind %(kind)s. Export it again, or name it what it is.")
            raise ValidationError(message, code="wrong_content", params={"kind": extension.upper()}) from error
        finally:
            file.seek(0)
        return file


def _refuse_size(most: int) -> None:
    message = _("The file unfolds to too much: at most %(size)d MB in %(files)d files are taken.")
    raise ValidationError(message, code="unfolds", params={"size": most // 1024**2, "files": MOST_MEMBERS})


def _refuse_member(name: str) -> None:
    message = _("The archive holds what can't be published here: %(name)s. Take it out, or send the files one by one.")
    raise ValidationError(message, code="member", params={"name": name[:100]})


def _refuse_macros() -> None:
    raise ValidationError(_("The file holds macros, which can do harm. Save it without them."), code="macros")


class DocumentForm(BaseDocumentForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if plain := self.fields.get("file"):
            self.fields["file"] = DocumentFileField(label=plain.label, required=plain.required, widget=plain.widget)
