"""Ways to bring in files that do harm, and to read files that are not for everybody."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from time import monotonic
from uuid import uuid4

from PIL import Image
from requests import Response

from tests.abuse.attempts import attempt
from tests.abuse.newsroom import Newsroom
from tests.abuse.sessions import Session

SCRIPT = b"<html><script>alert(1)</script></html>"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
BACKGROUND = {"X-Requested-With": "XMLHttpRequest"}
ENOUGH_SECONDS = 30


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    """Return a picture's file, of noise, which half a file of shows."""
    written = io.BytesIO()
    Image.effect_noise(size, 50).convert("RGB").save(written, kind, **options)
    return written.getvalue()


def empty_png(width: int, height: int) -> bytes:
    """Return a PNG of one colour that unfolds to a byte for each pixel."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + name + content + zlib.crc32(name + content).to_bytes(4)

    lines = zlib.compressobj(9)
    pixels = b"".join([lines.compress(bytes(width + 1)) for _line in range(height)]) + lines.flush()
    head = width.to_bytes(4) + height.to_bytes(4) + b"\x08\0\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def send(session: Session, library: str, name: str, content: bytes) -> Response:
    """Send a file to the library ``images`` or ``documents``, as the page for several files does."""
    session.get("/admin/")
    fields = {"title": name, "collection": "1"}
    path = f"/admin/{library}/multiple/add/"
    return session.post(path, fields, files={"files[]": (name, content)}, headers=BACKGROUND)


def taken(newsroom: Newsroom, library: str, name: str, content: bytes, session: Session | None = None) -> int:
    """Upload a file that is as it should be, by default as the journalist, and return its id."""
    answer = send(session or newsroom.journalist, library, name, content).json()
    assert answer.get("success"), answer
    return int(answer.get("doc_id") or answer["image_id"])


def listed(newsroom: Newsroom, library: str) -> str:
    """Return the library's newest files, as it lists them to an administrator."""
    answer = newsroom.admin.get(f"/admin/{library}/chooser/results/")
    assert answer.status_code == 200
    return answer.text


def address_of(newsroom: Newsroom, library: str, pk: int) -> str:
    """Return where the server has the file of a picture or document, as it tells an administrator."""
    address: str = newsroom.admin.get(f"/admin/api/main/{library}/{pk}/").json()["meta"]["download_url"]
    return "/" + address.split("/", 3)[3] if "://" in address else address


def bombs() -> list[tuple[str, bytes]]:
    """Return pictures of few bytes that unfold to gigabytes."""
    avif = picture("AVIF", (2000, 1500), speed=10)
    at = avif.index(b"ispe") + 8
    lying = avif[:at] + (60_000).to_bytes(4) + (60_000).to_bytes(4) + avif[at + 8 :]
    gif = picture("GIF")
    frames = gif[: gif.index(b",")] + gif[gif.index(b",") : -1] * 20_000 + b";"
    wide = b"GIF89a\xff\xff\xff\xff" + gif[10:]
    files = [("bomb.png", empty_png(30_000, 30_000)), ("bomb.avif", lying), ("wide.gif", wide)]
    return [*files, ("frames.gif", frames[: 20 * 1024**2])]


@attempt("A journalist uploads pictures of few bytes that unfold to gigabytes")
def picture_bombs(newsroom: Newsroom) -> str:
    slowest = 0.0
    for name, content in bombs():
        mark = f"zx{uuid4().hex[:10]}"
        started = monotonic()
        answer = send(newsroom.journalist, "images", f"{mark}{name}", content)
        slowest = max(slowest, monotonic() - started)
        assert answer.json()["error_message"].endswith("."), f"{name}: no sentence"
        assert mark not in listed(newsroom, "images"), f"{name} was taken"
    assert slowest < ENOUGH_SECONDS, f"one took {slowest:.0f} s"
    assert newsroom.reader.get("/ru/").status_code == 200, "readers get nothing any more"
    return f"refused with a sentence, the slowest in {slowest:.1f} s"


@attempt("A browser is brought to run what a document holds")
def documents_that_run(newsroom: Newsroom) -> str:
    name = f"{uuid4().hex}.txt"
    files = {name: b"words " + SCRIPT, name.replace(".txt", ".pdf"): PDF.replace(b"<<>>", SCRIPT)}
    for name, content in files.items():
        pk = taken(newsroom, "documents", name, content)
        answer = newsroom.reader.get(f"/documents/{pk}/{name}")
        assert answer.content == content
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Type"] in {"text/plain", "application/pdf"}
        assert answer.headers["Content-Disposition"].startswith("inline" if name.endswith("pdf") else "attachment")
    return "attachment, nosniff, sandbox"


@contextmanager
def private_collection(newsroom: Newsroom) -> Iterator[str]:
    """Yield a collection for those who are signed in; it goes in the end: forms ask for one where there are two."""
    admin, name = newsroom.admin, f"zx{uuid4().hex}"
    answer = admin.post("/admin/collections/add/", {"name": name, "parent": "1"})
    assert answer.status_code == 302, "no collection was made"
    found = re.search(rf'/admin/collections/(\d+)/"[^>]*>\s*{name}', admin.get("/admin/collections/").text)
    assert found, "the collection isn't listed"
    path = f"/admin/collections/{found[1]}/"
    try:
        answer = admin.post(f"{path}privacy/", {"restriction_type": "login"}, headers=BACKGROUND)
        assert answer.status_code == 200, "the collection wasn't closed"
        yield found[1]
    finally:
        admin.post(f"{path}delete/")


@attempt("A reader gets a private document: by its address, its place on the disk, parts, other methods")
def private_documents(newsroom: Newsroom) -> str:
    admin, secret = newsroom.admin, uuid4().hex.encode()
    name, content = f"{uuid4().hex}.txt", secret * 20
    pk = taken(newsroom, "documents", name, content, admin)
    address, edit = f"/documents/{pk}/{name}", f"/admin/documents/edit/{pk}/"
    tag = newsroom.reader.get(address).headers["ETag"]
    tries = [address, f"/documents/{pk}/", f"/documents/{pk}/{name}.pdf", f"/media/..%2fprivate/documents/{name}"]
    tries += [f"/{folder}documents/{name}" for folder in ("media/", "", "private/", "media/%2e%2e/private/")]
    headers = ({}, {"Range": "bytes=0-99"}, {"If-None-Match": tag}, {"X-Sendfile": "/"})
    with private_collection(newsroom) as collection:
        moved = admin.post(edit, {**admin.fields(edit, "form[enctype]"), "collection": collection})
        try:
            assert moved.status_code == 302, "the document wasn't moved"
            assert admin.get(address).content == content, "those who may read it can't"
            for path, sent in product(tries, headers):
                answer = newsroom.reader.get(path, headers=sent)
                assert secret not in answer.content, f"read by {path} {sent}"
                assert answer.status_code != 304, f"told that it is unchanged by {path}"
            for method in ("HEAD", "OPTIONS", "POST", "PUT"):
                answer = newsroom.reader.http.request(method, newsroom.reader.url(address), allow_redirects=False)
                assert answer.status_code in {302, 403, 405}, f"{method}: {answer.status_code}"
                assert secret not in answer.content
        finally:
            admin.post(f"/admin/documents/delete/{pk}/")
    return f"{len(tries) * len(headers)} requests got nothing of it"


@attempt("A reader guesses the names of pictures that are not published, or has them listed")
def guess_names(newsroom: Newsroom) -> str:
    name = f"{uuid4().hex[:12]}.png"
    stored = []
    for _upload in range(2):
        address = address_of(newsroom, "images", taken(newsroom, "images", name, picture()))
        stored.append(address.removeprefix("/media/original_images/"))
    assert all(re.fullmatch(r"[0-9a-f]{32}\.png", one) for one in stored), stored
    tries = ["/media/", "/media/original_images/", "/media/images/", f"/media/original_images/{name}"]
    for one in tries:
        answer = newsroom.reader.get(one)
        assert answer.status_code in {403, 404}, f"{one}: {answer.status_code}"
        assert not [part for part in stored if part in answer.text]
    return "128 bits of chance, nothing listed"


@attempt("A reader gets the former file of a document by its former address")
def former_address(newsroom: Newsroom) -> str:
    word = uuid4().hex
    pk = taken(newsroom, "documents", f"{word}.txt", b"former words", newsroom.admin)
    edit = f"/admin/documents/edit/{pk}/"
    fields = newsroom.admin.fields(edit, "form[enctype]")
    answer = newsroom.admin.post(edit, fields, files={"file": (f"{word}new.txt", b"new words")})
    assert answer.status_code == 302, answer.status_code
    assert newsroom.reader.get(f"/documents/{pk}/{word}new.txt").content == b"new words"
    for address in (f"/documents/{pk}/{word}.txt", f"/media/documents/{word}.txt"):
        answer = newsroom.reader.get(address)
        assert answer.status_code == 404
        assert b"former words" not in answer.content
    return "404"
