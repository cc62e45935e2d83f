"""Ways to bring in files that do harm, and to read files that are not for everybody."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
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
DRAWING = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
BACKGROUND = {"X-Requested-With": "XMLHttpRequest"}
ENOUGH_SECONDS = 30
# As forms and uploads in the background say it.
SENTENCE = re.compile(r'error-message">\s*\S[^<]{9,}|"error(_message)?": ?"[^"]{9,}')
SECRETS = (b"Camera 7", b"38,33N", b"Somoni Rahmon", b"behind the end")
Files = Iterable[tuple[str, bytes]]
Way = Callable[[Session, str, bytes], Response]


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    """Return a picture's file, of noise, which half a file of shows."""
    written = io.BytesIO()
    Image.effect_noise(size, 50).convert("RGB").save(written, kind, **options)
    return written.getvalue()


def archive(members: dict[str, bytes]) -> bytes:
    """Return an archive of these members."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return written.getvalue()


def empty_png(width: int, height: int) -> bytes:
    """Return a PNG of one colour that unfolds to a byte for each pixel."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4) + name + content + zlib.crc32(name + content).to_bytes(4)

    lines = zlib.compressobj(9)
    pixels = b"".join([lines.compress(bytes(width + 1)) for _line in range(height)]) + lines.flush()
    head = width.to_bytes(4) + height.to_bytes(4) + b"\x08\0\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def drop(session: Session, name: str, content: bytes) -> Response:
    """Drop a picture into the editor, as a pasted article's pictures come too."""
    return session.post("/admin/articles/pictures/upload/", {}, files={"file": (name, content)})


def add(library: str) -> Way:
    """Return the form of the library ``images`` or ``documents``."""

    def way(session: Session, name: str, content: bytes) -> Response:
        path = f"/admin/{library}/add/"
        return session.post(
            path,
            {**session.fields(path, "form[enctype]"), "title": name, "collection": "1"},
            files={"file": (name, content)},
        )

    return way


def add_together(library: str) -> Way:
    """Return the page for several files."""

    def way(session: Session, name: str, content: bytes) -> Response:
        path, files = f"/admin/{library}/multiple/add/", {"files[]": (name, content)}
        return session.post(path, {"title": name, "collection": "1"}, files=files, headers=BACKGROUND)

    return way


def choose(library: str) -> Way:
    """Return the upload where a file is chosen."""
    prefix = {"images": "image", "documents": "document"}[library] + "-chooser-upload"

    def way(session: Session, name: str, content: bytes) -> Response:
        data = {f"{prefix}-title": name, f"{prefix}-tags": "", f"{prefix}-collection": "1"}
        path = f"/admin/{library}/chooser/create/"
        return session.post(path, data, files={f"{prefix}-file": (name, content)}, headers=BACKGROUND)

    return way


WAYS: dict[str, tuple[Way, ...]] = {
    "images": (drop, add("images"), add_together("images"), choose("images")),
    "documents": (add("documents"), add_together("documents"), choose("documents")),
}


def listed(newsroom: Newsroom, library: str) -> str:
    """Return the library's newest files, as it lists them to an administrator."""
    answer = newsroom.admin.get(f"/admin/{library}/chooser/results/")
    assert answer.status_code == 200
    return answer.text


def none_is_taken(newsroom: Newsroom, library: str, files: Files, *, by_turns: bool = False) -> str:
    """Send each file in each way, or ``by_turns`` in one; return how many were refused, with a sentence each."""
    session, sent, slowest = newsroom.journalist, 0, 0.0
    session.get("/admin/")
    for number, (name, content) in enumerate(files):
        ways = WAYS[library]
        for way in (ways[number % len(ways)],) if by_turns else ways:
            mark = f"zx{uuid4().hex[:10]}"
            started = monotonic()
            answer = way(session, f"{mark}{name}", content)
            slowest = max(slowest, monotonic() - started)
            assert answer.status_code in {200, 400}, f"{name}: {answer.status_code}"
            said = answer.text.replace('\\"', '"').replace("\\u003C", "<").replace("\\u003E", ">")
            assert SENTENCE.search(said), f"{name}: no sentence"
            assert mark not in listed(newsroom, library), f"{name} was taken"
            sent += 1
    assert slowest < ENOUGH_SECONDS, f"one took {slowest:.0f} s"
    return f"{sent} uploads refused with a sentence, the slowest in {slowest:.1f} s"


def taken(newsroom: Newsroom, library: str, name: str, content: bytes, session: Session | None = None) -> int:
    """Upload a file that is as it should be, and return its id."""
    session = session or newsroom.journalist
    session.get("/admin/")
    answer = add_together(library)(session, name, content).json()
    assert answer.get("success"), answer
    return int(answer.get("doc_id") or answer["image_id"])


def address_of(newsroom: Newsroom, library: str, pk: int) -> str:
    """Return where the server has the file of a picture or document, as it tells an administrator."""
    address: str = newsroom.admin.get(f"/admin/api/main/{library}/{pk}/").json()["meta"]["download_url"]
    return "/" + address.split("/", 3)[3] if "://" in address else address


@attempt("A journalist uploads pages, scripts, empty, half and mislabelled files as pictures, in each way", slow=True)
def hostile_pictures(newsroom: Newsroom) -> str:
    files = [
        ("page.png", SCRIPT),
        ("drawing.svg", DRAWING),
        ("drawing.svg.png", DRAWING),
        ("DRAWING.SVG", DRAWING),
        ("page.html", picture()),
        ("picture.png.html", picture()),
        ("other.jpg", picture()),
        ("animation.swf", b"FWS\x09" + bytes(60)),
        ("empty.png", b""),
        ("head.gif", b"GIF89a" + SCRIPT),
        ("head.webp", b"RIFF\x20\0\0\0WEBPVP8 " + SCRIPT),
        *((f"half.{kind}", half) for kind in ("jpeg", "png", "gif", "webp", "avif") for half in [picture(kind)[:-400]]),
    ]
    return none_is_taken(newsroom, "images", files)


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
    said = none_is_taken(newsroom, "images", bombs(), by_turns=True)
    assert newsroom.reader.get("/ru/").status_code == 200, "readers get nothing any more"
    return said


@attempt("A journalist uploads pictures of few bytes that unfold to gigabytes, in each way", slow=True)
def picture_bombs_in_each_way(newsroom: Newsroom) -> str:
    return none_is_taken(newsroom, "images", bombs())


@attempt(
    "Somebody learns from a stored picture where, with what and of whom it was taken, or gets what was hidden in it"
)
def telling_pictures(newsroom: Newsroom) -> str:
    exif = Image.Exif()
    exif[0x0110] = "Camera 7"
    exif.get_ifd(0x8825).update({1: "N", 2: (38.0, 33.0, 0.0)})
    xmp = b"<x:xmpmeta>38,33N Somoni Rahmon</x:xmpmeta>"
    seen = 0
    for kind, options in (("JPEG", {"xmp": xmp}), ("PNG", {}), ("WebP", {"xmp": xmp}), ("AVIF", {"xmp": xmp})):
        content = (
            picture(kind, (640, 480), exif=exif, **options) + archive({"behind the end": SCRIPT}) + b"behind the end"
        )
        name = f"{uuid4().hex}.{kind.lower()}"
        pk = taken(newsroom, "images", name, content)
        page = newsroom.admin.get(f"/admin/images/{pk}/").text
        addresses = {address_of(newsroom, "images", pk), *re.findall(r'="(/media/images/[^"]+)"', page)}
        assert len(addresses) > 1, addresses
        for address in addresses:
            stored = newsroom.reader.get(address)
            assert stored.status_code == 200
            assert not [secret for secret in SECRETS if secret in stored.content], f"{kind} tells"
            assert name.partition(".")[0] not in address, "the name is that of the upload"
            seen += 1
    return f"{seen} stored files tell nothing"


def no_avatar(newsroom: Newsroom, files: list[tuple[str, bytes]]) -> str:
    """Send files as the journalist's own picture; return how many were refused."""
    session, path = newsroom.journalist, "/admin/account/"
    for name, content in files:
        fields = session.fields(path, "form[enctype]")
        answer = session.post(path, fields, files={"avatar-avatar": (name, content)})
        assert answer.status_code == 200, f"{name}: {answer.status_code}"
        assert "error-message" in answer.text, f"{name}: no sentence"
    assert "avatar_images" not in session.get(path).text
    return f"{len(files)} refused with a sentence"


@attempt("A journalist puts a page or a half file into the own profile picture")
def hostile_avatars(newsroom: Newsroom) -> str:
    return no_avatar(newsroom, [("page.png", SCRIPT), ("half.jpg", picture("JPEG")[:-400])])


@attempt("A journalist puts a drawing, a bomb or a file of another kind into the own profile picture", slow=True)
def more_hostile_avatars(newsroom: Newsroom) -> str:
    bomb = empty_png(30_000, 30_000)
    return no_avatar(newsroom, [("drawing.svg", DRAWING), ("old.tiff", picture("TIFF")), ("bomb.png", bomb)])


@attempt(
    "A journalist uploads pages, scripts, programs, half and mislabelled files as documents, in each way", slow=True
)
def hostile_documents(newsroom: Newsroom) -> str:
    files = [
        *((f"file.{kind}", SCRIPT) for kind in ("html", "HTM", "svg", "js", "xml", "swf", "xhtml", "pdf.html", "exe")),
        ("page.pdf", SCRIPT + b"%PDF-1.7 %%EOF"),
        ("page.txt", b"\xef\xbb\xbf\n<!DOCTYPE html>" + SCRIPT),
        ("wide.csv", SCRIPT.decode().encode("utf-16")),
        ("half.pdf", PDF[:30]),
        ("empty.pdf", b""),
        ("program.txt", b"MZ\x90\0\3\0\0"),
        ("no-sound.mp3", SCRIPT),
        ("no-film.mp4", b"\0\0\0\x18ftypisom" + SCRIPT),
        ("no-text.docx", archive({"index.html": SCRIPT})),
        ("macros.docx", archive({"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b""})),
    ]
    return none_is_taken(newsroom, "documents", files)


@attempt("A journalist uploads archives with pages, archives, programs, paths out of the folder, and bombs", slow=True)
def hostile_archives(newsroom: Newsroom) -> str:
    encrypted = archive({"a.txt": b"a"})
    at = encrypted.index(b"PK\x01\x02") + 8
    lying = archive({"a.csv": bytes(1000)}).replace((1000).to_bytes(4, "little"), (4_000_000_000).to_bytes(4, "little"))
    files = [
        ("data.zip", content)
        for content in (
            *(archive({name: SCRIPT}) for name in ("a.html", "a.JS", "a.svg", "a.xml", "a.swf", "a.txt", "a.jpg")),
            archive({"report.pdf.html": PDF}),
            archive({"more.zip": archive({"a.txt": b"a"})}),
            archive({"more.csv": archive({"a.txt": b"a"})}),
            archive({"../../x.txt": b"a"}),
            archive({"C:\\x.txt": b"a"}),
            archive({f"{number}.txt": b"" for number in range(2001)}),
            archive({f"{number}.csv": bytes(60 * 1024**2) for number in range(9)}),
            encrypted[:at] + b"\1" + encrypted[at + 1 :],
            lying,
            archive({"a.txt": b"a"})[:-30],
            SCRIPT + archive({"a.txt": b"a"}),
        )
    ]
    return none_is_taken(newsroom, "documents", files)


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


@attempt("A reader gets a private document: by its address, a former one, its place on the disk, parts, other methods")
def private_documents(newsroom: Newsroom) -> str:
    admin, secret = newsroom.admin, uuid4().hex.encode()
    name, content = f"{uuid4().hex}.txt", secret * 20
    pk = taken(newsroom, "documents", name, content, admin)
    address, edit = f"/documents/{pk}/{name}", f"/admin/documents/edit/{pk}/"
    tag = newsroom.reader.get(address).headers["ETag"]
    stored = [f"documents/{name}", f"private/documents/{name}", f"wagtail_uploads/{name}"]
    roots = ("media/", "", "private/", "static/", "media/../", "media/%2e%2e/")
    tries = [
        address,
        f"/documents/{pk}/",
        f"/documents/{pk}/{name}.pdf",
        *(f"/{root}{one}" for root in roots for one in stored),
        f"/media/..%2fprivate/documents/{name}",
        f"/media/original_images/../../private/documents/{name}",
    ]
    asked = 0
    with private_collection(newsroom) as collection:
        moved = admin.post(edit, {**admin.fields(edit, "form[enctype]"), "collection": collection})
        try:
            assert moved.status_code == 302, "the document wasn't moved"
            assert admin.get(address).content == content, "those who may read it can't"
            headers = (
                {},
                {"Range": "bytes=0-99"},
                {"If-None-Match": tag},
                {"X-Accel-Redirect": "/", "X-Sendfile": "/"},
            )
            for one, sent in product(tries, headers):
                answer = newsroom.reader.get(one, headers=sent)
                assert secret not in answer.content, f"read by {one} {sent}"
                assert answer.status_code != 304, f"told that it is unchanged by {one}"
                asked += 1
            for method in ("HEAD", "OPTIONS", "POST", "PUT"):
                answer = newsroom.reader.http.request(
                    method, newsroom.reader.url(address), allow_redirects=False, timeout=30
                )
                assert answer.status_code in {302, 403, 405}, f"{method}: {answer.status_code}"
                assert secret not in answer.content
        finally:
            admin.post(f"/admin/documents/delete/{pk}/")
    return f"{asked} requests got nothing of it"


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


@attempt("A journalist puts another file under a picture and a document of somebody else's that no page uses yet")
def replace_files_of_others(newsroom: Newsroom) -> str:
    other, answers = newsroom.other_journalist, []
    for library, name, new in (("images", "mine.png", picture()), ("documents", "mine.txt", b"other words")):
        pk = taken(newsroom, library, name, picture() if library == "images" else b"my words")
        path = f"/admin/images/{pk}/" if library == "images" else f"/admin/documents/edit/{pk}/"
        before = address_of(newsroom, library, pk)
        content = newsroom.reader.get(before).content
        other.get("/admin/")
        answer = other.post(path, {"title": "Other", "tags": "", "collection": "1"}, files={"file": (name, new)})
        assert address_of(newsroom, library, pk) == before, "another file is there"
        assert newsroom.reader.get(before).content == content
        answers.append(str(answer.status_code))
    return f"{', '.join(answers)}, refused"


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
