"""Files of documents, good and bad, for tests."""

from __future__ import annotations

import zipfile
from io import BytesIO

from wagtail.documents.models import Document

from chorsu_articles.forms.documents import ODF
from tests.articles.pictures import ways

TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def archive(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of these members."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return written.getvalue()


def odf(kind: str, **members: bytes) -> bytes:
    """Return a file of LibreOffice; ``__`` in names stands for a slash."""
    more = {name.replace("__", "/"): content for name, content in members.items()}
    return archive(
        {"mimetype": f"{ODF}{kind}".encode(), "content.xml": b"<office/>", **more}, method=zipfile.ZIP_STORED
    )


def box(name: bytes, content: bytes = b"") -> bytes:
    """Return a box of an MP4."""
    return (len(content) + 8).to_bytes(4) + name + content


def ogg_page(content: bytes = b"x" * 40) -> bytes:
    """Return a page of an Ogg."""
    return b"OggS\0\2" + bytes(20) + b"\1" + bytes([len(content)]) + content


def encrypted(content: bytes) -> bytes:
    """Return an archive whose directory says of each member that it is encrypted."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + b"\1" + content[at + 1 :]


def renamed(content: bytes, name: bytes, hidden: bytes) -> bytes:
    """Return an archive whose directory names a member other than the member itself does."""
    return content.replace(name, hidden, 1)


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
TEXT = archive({"[Content_Types].xml": TYPES, "word/document.xml": b"<w/>"})
GOOD: dict[str, bytes] = {
    "report.pdf": PDF,
    "text.odt": odf("text"),
    "sums.ods": odf("spreadsheet"),
    "slides.odp": odf("presentation"),
    "text.docx": TEXT,
    "sums.xlsx": archive({"[Content_Types].xml": TYPES, "xl/workbook.xml": b"<x/>"}),
    "slides.pptx": archive({"[Content_Types].xml": TYPES, "ppt/presentation.xml": b"<p/>"}),
    "notes.txt": "Тоҷикистон: қишлоқ\n".encode(),
    "windows.txt": "Текст из старой программы\r\n".encode("windows-1251"),
    "sums.csv": "область;тонн\nХатлон;12\n".encode("utf-16"),
    "data.zip": archive(
        {
            "data/sums.csv": b"a,b",
            "data/Ҷадвал.CSV": "ноҳия;аҳолӣ".encode("utf-16"),
            "data/empty.txt": b"",
            "photo.jpg": b"\xff\xd8\xff\xe0",
            "report.pdf": PDF,
            "text.docx": TEXT,
            "__MACOSX/data/._sums.csv": b"\0\5\x16\7\0",
            ".DS_Store": b"",
        }
    ),
    "speech.mp3": b"ID3\x04\0\0\0\0\0\0" + b"\xff\xfb\x90\x00" * 20,
    "counted.mp3": b"\xff\xfb\x90\x00" + bytes(32) + b"Info\0\0\0\x0f\0\0\0\1\0\0\0\x38" + bytes(4),
    "bare.mp3": b"\xff\xfb\x90\x00" * 20,
    "speech.mp4": box(b"ftyp", b"isom\0\0\2\0isom") + box(b"moov", b"x" * 20) + box(b"mdat", b"x" * 90),
    "speech.ogg": ogg_page() * 3,
}
WHOLE = "This is no whole file of the kind"
KIND = "File extension"
HOLDS = "The archive holds what can't be published here"
BAD: dict[str, tuple[str, bytes, str]] = {
    "page": ("page.html", b"<html><script>alert(1)</script></html>", KIND),
    "drawing": ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", KIND),
    "two extensions": ("report.pdf.html", PDF, KIND),
    "no extension": ("report", PDF, KIND),
    "empty": ("report.pdf", b"", "empty"),
    "page as PDF": ("report.pdf", b"<html>%PDF-1.7 %%EOF", WHOLE),
    "half a PDF": ("report.pdf", PDF[:30], WHOLE),
    "page as text": ("notes.txt", b"\xef\xbb\xbf \n<!DOCTYPE html><script>alert(1)</script>", WHOLE),
    "drawing as table": ("sums.csv", b"<svg onload=alert(1)>", WHOLE),
    "program as text": ("notes.txt", b"MZ\x90\0\3\0\0", WHOLE),
    "half an archive": ("data.zip", GOOD["data.zip"][:-30], WHOLE),
    "archive behind a page": ("data.zip", b"<html>" + GOOD["data.zip"], WHOLE),
    "archive as text document": ("text.docx", GOOD["data.zip"], WHOLE),
    "spreadsheet as text document": ("text.odt", GOOD["sums.ods"], WHOLE),
    "macros": (
        "text.docx",
        archive({"[Content_Types].xml": TYPES, "word/document.xml": b"<w/>", "word/vbaProject.bin": b""}),
        "macros",
    ),
    "macros by type": (
        "text.docx",
        archive({"[Content_Types].xml": TYPES + b"<!-- macroEnabled -->", "word/document.xml": b"<w/>"}),
        "macros",
    ),
    "macros of LibreOffice": ("text.odt", odf("text", Basic__Standard__Module1_xml=b""), "macros"),
    "page in an archive": ("data.zip", archive({"index.html": b"<script>"}), HOLDS),
    "program in an archive": ("data.zip", archive({"a/b.exe": b"MZ"}), HOLDS),
    "archive in an archive": ("data.zip", archive({"more.zip": GOOD["data.zip"]}), HOLDS),
    "out of the folder": ("data.zip", archive({"../../etc/cron.d/x.txt": b""}), HOLDS),
    "out of the folder, Windows": ("data.zip", archive({"..\\..\\x.txt": b""}), HOLDS),
    "absolute": ("data.zip", archive({"/etc/x.txt": b""}), HOLDS),
    "bomb of many": ("data.zip", archive({f"{number}.txt": b"" for number in range(2001)}), "unfolds to too much"),
    "page renamed in an archive": ("data.zip", archive({"notes.txt": b" <HTML><script>alert(1)</script>"}), HOLDS),
    "wide page in an archive": ("data.zip", archive({"a.txt": "<html><script>".encode("utf-16")}), HOLDS),
    "page as picture in an archive": ("data.zip", archive({"photo.jpg": b"<html><script>alert(1)</script>"}), HOLDS),
    "archive renamed in an archive": ("data.zip", archive({"notes.txt": GOOD["data.zip"]}), HOLDS),
    "program renamed in an archive": ("data.zip", archive({"report.pdf": b"MZ\x90\0"}), HOLDS),
    "script with two extensions in an archive": ("data.zip", archive({"report.pdf.JS": PDF}), HOLDS),
    "name turned round": ("data.zip", archive({"report\u202egpj.txt": b"a"}), HOLDS),
    "encrypted": ("data.zip", encrypted(archive({"notes.txt": b"a"})), HOLDS),
    "two names of a member": ("data.zip", renamed(archive({"notes.txt": b"a"}), b"notes.txt", b"notes.htm"), WHOLE),
    "method that few have": ("data.zip", archive({"notes.txt": b"a"}, method=zipfile.ZIP_LZMA), HOLDS),
    "upper case": ("REPORT.HTML", PDF, KIND),
    "wide page as text": ("notes.txt", "<!DOCTYPE html><script>".encode("utf-16"), WHOLE),
    "half a recording": ("speech.ogg", GOOD["speech.ogg"][:-20], WHOLE),
    "page behind a recording": ("speech.ogg", GOOD["speech.ogg"] + b"<html><script>", WHOLE),
    "photograph as film": ("film.mp4", box(b"ftyp", b"heic\0\0\0\0") + box(b"moov"), WHOLE),
    "half a film": ("film.mp4", GOOD["speech.mp4"][:-20], WHOLE),
    "half a sound": ("speech.mp3", GOOD["counted.mp3"][:-1], WHOLE),
    "page behind tags": ("speech.mp3", b"ID3\x04\0\0\0\0\0\0<html><script>", WHOLE),
    "tags longer than the file": ("speech.mp3", b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + GOOD["bare.mp3"], WHOLE),
    "photograph as sound": ("sound.mp3", b"\xff\xd8\xff\xe0" + b"\0" * 90, WHOLE),
}


WAYS = ways("wagtaildocs", "document", Document, ("other.pdf", PDF))
