"""What is stored of a picture's file, which files are refused, and long names of all files."""

from __future__ import annotations

import errno
import json
import os
import random
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from html import unescape
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from PIL import Image, ImageCms
from wagtail.documents.models import Document
from wagtail.users.models import UserProfile

from chorsu_articles import apart
from chorsu_articles.apart import ForkServer
from chorsu_articles.models import Picture
from chorsu_articles.pictures import decoding
from chorsu_articles.pictures import files as picture_files
from chorsu_articles.pictures.decoding import REFUSED, Limits, RefusedError, write_anew
from chorsu_articles.pictures.files import PictureFileField, picture_turn
from tests.abuse.sessions import form_fields
from tests.articles import documents, pictures
from tests.articles.conftest import sign_in_journalist
from tests.articles.pictures import EXTENSIONS, SECRETS, WAYS, drawing, file_of, stored_files, telling_file
from tests.factories import make_home, make_user

LIMITS = Limits(jpeg_pixels=64_000_000, pixels=20_000_000, width=4096, memory=0, seconds=0)
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1"


def anew(content: bytes, **limits: int) -> Image.Image:
    written = BytesIO()
    write_anew(content, written, Limits(**{name: getattr(LIMITS, name) for name in Limits.__slots__} | limits))
    return Image.open(written)


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(ValidationError) as raised:
        PictureFileField().clean(SimpleUploadedFile(name, content) if content else ContentFile(b"", name))
    return " ".join(raised.value.messages)


def some(each: Iterable[str], ways: Iterable[Any]) -> list[Any]:
    """Return all pairs; those of neither the first row nor the first way are for `make slow`."""
    rows, columns = list(each), list(ways)
    return [
        pytest.param(row, way, marks=() if row == rows[0] or way == columns[0] else pytest.mark.slow)
        for row in rows
        for way in columns
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "way"), some(EXTENSIONS, WAYS))
def test_nobody_learns_from_a_stored_picture_where_with_what_and_of_whom_it_was_taken(client, media, way, kind):
    sign_in_journalist(client, make_home())
    WAYS[way](client, f"IMG_20260101.{EXTENSIONS[kind]}", telling_file(kind))
    picture = Picture.objects.get()
    stored = (media / picture.file.name).read_bytes()
    assert not [secret for secret in SECRETS if secret in stored]
    left = Image.open(BytesIO(stored))
    assert not left.getexif()
    assert left.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    # It stands as the photographer held it, and the library knows.
    assert left.size == (picture.width, picture.height) == ((90, 60) if kind == "gif" else (60, 90))
    assert picture.file_size == len(stored)
    # Nobody finds it by its name.
    assert re.fullmatch(r"original_images/[0-9a-f]{32}\.(jpg|png)", picture.file.name)
    sizes = [name for name in stored_files(media) if name != picture.file.name]
    assert all(re.fullmatch(r"images/[0-9a-f]{32}\.\w+", name) for name in sizes)


@pytest.mark.django_db
def test_a_picture_that_a_script_stores_passes_the_same_door(media):
    picture = Picture.objects.create(title="Picture", file=ContentFile(telling_file("jpeg"), "IMG_1.jpg"))
    assert not [secret for secret in SECRETS if secret in picture.file.read()]
    with pytest.raises(ValidationError):
        Picture.objects.create(title="Picture", file=ContentFile(b"<script>", "IMG_1.jpg"))
    assert len(stored_files(media)) == 1


BAD = {
    "half": ("half.jpg", file_of("jpeg", Image.effect_noise((300, 200), 50))[:9_000], "Файл повреждён"),
    "head alone": ("head.jpg", file_of("jpeg")[:300], "Файл повреждён"),
    "empty": ("empty.jpg", b"", "пуст"),
    "another name": ("photo.jpg", file_of("png"), "Расширение не соответствует"),
    "drawing": ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Поддерживаемые форматы"),
    "page as picture": ("page.png", b"<html><script>alert(1)</script></html>", "не является изображением"),
    "HEIC": ("IMG_1.heic", HEIC, "Поддерживаемые форматы"),
    "HEIC as AVIF": ("IMG_1.avif", HEIC, "не является изображением"),
    "bomb": ("bomb.png", file_of("png", Image.new("1", (5000, 4001))), "слишком много|пикселей"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("bad", "way"), some(BAD, WAYS))
def test_a_bad_file_is_refused_with_a_sentence_and_nothing_is_stored(client, media, way, bad):
    name, content, said = BAD[bad]
    sign_in_journalist(client, make_home())
    if way == "as a new file":
        WAYS[way](client, "first.png", file_of("png"))
    before = [name for name in stored_files(media) if not name.startswith("images/")]
    answer = WAYS[way](client, name, content)
    answer = answer.encode().decode("unicode_escape") if answer.startswith("{") and "\\u" in answer else answer
    assert re.search(said, answer), answer
    assert [name for name in stored_files(media) if not name.startswith("images/")] == before
    assert Picture.objects.count() == len(before)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kind", "size", "most"),
    [("jpeg", (8000, 8001), "64000000"), ("png", (5000, 4001), "20000000"), ("webp", (5000, 4001), "193")],
)
def test_the_limits_of_pixels_are_said(kind, size, most):
    content = file_of(kind, Image.new("L", size), **({"quality": 1, "method": 0} if kind == "webp" else {}))
    assert most in refusal(f"large.{EXTENSIONS[kind]}", content).replace(",", "").replace(" ", "")


def test_a_lossless_webp_may_have_fewer_pixels_because_it_takes_more_memory():
    content = file_of("webp", Image.new("RGB", (4000, 3800)), lossless=True, method=0)
    with pytest.raises(RefusedError) as refused:
        anew(content)
    assert refused.value.answer["found"] == 15_200_000
    assert 14_400_000 < refused.value.answer["most"] < 14_500_000
    # The file itself counts too.
    with pytest.raises(RefusedError) as refused:
        anew(content + bytes(8_000_000))
    assert refused.value.answer["most"] < 13_500_000


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_the_frames_of_an_animation_count_together_and_the_first_is_kept(kind):
    frames = [Image.new("RGB", (100, 100), (number * 20, 0, 0)) for number in range(10)]
    content = file_of(kind, frames[0], save_all=True, append_images=frames[1:])
    with pytest.raises(RefusedError):
        anew(content, pixels=99_999)
    kept = anew(content, pixels=100_000)
    assert kept.convert("RGB").getpixel((50, 50))[0] < 5


def test_a_site_sets_its_own_limits(settings):
    settings.CHORSU_ARTICLES = {"JPEG_PIXELS": 6_000, "PICTURE_PIXELS": 5_000, "PICTURE_WIDTH": 70}
    assert "6000" in refusal("a.jpg", file_of("jpeg", drawing((90, 70))))
    assert "5000" in refusal("a.png", file_of("png", drawing((90, 60))))
    stored = PictureFileField().clean(SimpleUploadedFile("a.jpg", file_of("jpeg", drawing((80, 60)))))
    assert Image.open(stored.file).size == (70, 52)


def test_a_wide_picture_is_stored_no_wider_than_asked_also_when_it_lies_on_its_side():
    assert anew(file_of("jpeg", drawing((9000, 300)))).size == (4096, 137)
    exif = Image.Exif()
    exif[0x0112] = 8
    assert anew(file_of("jpeg", drawing((300, 9000)), exif=exif)).size == (4096, 137)
    assert anew(file_of("png", drawing((5000, 50), "P"))).size == (4096, 41)
    # And high enough that a WebP can be made of it.
    assert anew(file_of("png", drawing((20, 20_000), "L"))).size[1] == 16_000


# Where the left edge of a picture of 96 × 64 comes to lie, by Exif's orientation.
LEFT_EDGE = {
    6: (32, 4), 1: (4, 32), 2: (92, 32), 3: (92, 32), 4: (4, 32), 5: (32, 4), 7: (32, 92), 8: (32, 92),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "orientation"), some(["jpeg", "png", "webp", "avif"], LEFT_EDGE))
def test_a_picture_stands_upright(kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = anew(file_of(kind, drawing((96, 64)), exif=exif, **({} if kind == "png" else {"quality": 95})))
    red, _green, blue = upright.convert("RGB").getpixel(LEFT_EDGE[orientation])
    assert red > 180
    assert blue < 60


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "avif"])
def test_colours_of_another_profile_are_kept_as_they_look(kind):
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes().replace(b"\0s\0R\0G\0B", b"\0x\0R\0G\0B")
    swapped = plain.replace(b"rXYZ", b"....").replace(b"gXYZ", b"rXYZ", 1).replace(b"....", b"gXYZ")
    stored = anew(file_of(kind, Image.new("RGB", (64, 64), (250, 0, 0)), icc_profile=swapped))
    assert "icc_profile" not in stored.info
    red, green, _blue = stored.convert("RGB").getpixel((32, 32))
    assert red < 60
    assert green > 200


MODES = {
    "jpeg": ("1", "L", "RGB", "CMYK"),
    "png": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "gif": ("1", "L", "LA", "P", "RGB", "RGBA"),
    "webp": ("1", "L", "LA", "P", "RGB", "RGBA"),
    "avif": ("1", "L", "LA", "P", "RGB", "RGBA"),
}


@pytest.mark.parametrize(("kind", "mode"), [(kind, mode) for kind, modes in MODES.items() for mode in modes])
@pytest.mark.parametrize("width", [64, 48])
def test_every_kind_of_pixels_is_stored_as_it_looks(kind, mode, width):
    # Colours that no palette has to approach.
    colour = {"I;16": 30_000, "1": 1}.get(mode, 0)
    picture = Image.new(mode, (64, 64), colour) if colour else Image.new("RGB", (64, 64), (204, 51, 0)).convert(mode)
    content = file_of(kind, picture)
    stored = anew(content, width=width).convert("L")
    expected = 117 if mode == "I;16" else Image.open(BytesIO(content)).convert("L").getpixel((32, 32))
    assert abs(stored.getpixel((width // 2, width // 2)) - expected) <= 4


@pytest.mark.parametrize("width", [40, 20])
@pytest.mark.parametrize("kind", ["png", "webp", "avif"])
def test_what_is_seen_through_stays_so(kind, width):
    clear = drawing((40, 40), "RGBA")
    clear.putalpha(Image.linear_gradient("L").resize((40, 40)))
    stored = anew(file_of(kind, clear), width=width)
    assert stored.mode == "RGBA"
    assert stored.getpixel((width // 2, 1))[3] < 40
    assert stored.getpixel((width // 2, width - 2))[3] > 200


@pytest.mark.parametrize("width", [40, 20])
def test_a_colour_of_a_palette_that_is_seen_through_stays_so(width):
    palette = Image.new("P", (40, 40))
    palette.putpalette([255, 0, 0, 0, 0, 255])
    palette.paste(1, (20, 0, 40, 40))
    stored = anew(file_of("png", palette, transparency=0), width=width).convert("RGBA")
    assert stored.getpixel((width // 4, 5))[3] == 0
    assert stored.getpixel((width - 2, 5)) == (0, 0, 255, 255)


def test_a_jpeg_of_thousands_of_scans_is_refused():
    content = file_of("jpeg", Image.effect_noise((64, 64), 50), progressive=True)
    start = content.rindex(b"\xff\xda")
    with pytest.raises(RefusedError):
        anew(content[:start] + content[start:-2] * 200)


def test_a_small_avif_that_unfolds_to_a_large_one_is_refused(monkeypatch):
    """Its box says 160 × 120, what is in it is a thousand times larger: decoders find out when it is in memory."""
    content = file_of("avif", Image.new("RGB", (5000, 4000)), speed=10, quality=20)
    at = content.index(b"ispe") + 8
    content = content[:at] + (160).to_bytes(4) + (120).to_bytes(4) + content[at + 8 :]
    monkeypatch.setattr(picture_files, "MEMORY", 40_000_000)
    assert PictureFileField().clean(SimpleUploadedFile("small.avif", file_of("avif", drawing((160, 120)))))
    assert len(content) < 10_000
    assert refusal("bomb.avif", content)


# Takes the decoder's place: a PNG does what an attack would, with the decoder's limits; all else is decoded.
HOSTILE_DECODER = """
import os, resource, sys, time
from chorsu_articles.pictures import decoding
write_anew = decoding.write_anew
def attacked(source, target, limits):
    if decoding.kind_of(source[:16]) == "png":
        {attack}
    write_anew(source, target, limits)
decoding.write_anew = attacked
decoding.IDLE = {idle}
sys.exit(decoding.main())
"""


@pytest.fixture
def attacked_by(monkeypatch, tmp_path) -> Iterator[Callable[..., ForkServer]]:
    """Return what lets every PNG be an attack, by its code, and returns the decoder that meets it."""
    decoders = []

    def attack(code: str, idle: float = decoding.IDLE) -> ForkServer:
        program = tmp_path / "decoder.py"
        program.write_text(HOSTILE_DECODER.format(attack=code, idle=idle))
        decoders.append(ForkServer(str(program), {0, REFUSED}))
        monkeypatch.setattr(picture_files, "DECODER", decoders[-1])
        return decoders[-1]

    yield attack
    for each in decoders:
        each.end()


def decoded(decoder: ForkServer, content: bytes, **limits: int) -> dict[str, Any]:
    """Return why a decoder refuses a file, and its own process."""
    given = {"jpeg_pixels": 0, "pixels": 0, "width": 0, "memory": picture_files.MEMORY, "seconds": 5, **limits}
    with TemporaryFile() as source, TemporaryFile() as target:
        source.write(content)
        source.seek(0)
        run = decoder.run(json.dumps(given), stdin=source, stdout=target)
    return {"status": run.returncode, "server": decoder._process, **json.loads(run.stderr or "{}")}


def test_a_decoder_reaches_no_secret_and_ends_in_time(monkeypatch, attacked_by):
    attacked_by('print(sorted(os.environ), os.environ.get("SECRET_KEY"), file=sys.stderr, flush=True); time.sleep(60)')
    monkeypatch.setattr(apart, "PATIENCE", 2)
    monkeypatch.setenv("SECRET_KEY", "not for decoders")
    said = []
    monkeypatch.setattr(picture_files.logger, "warning", lambda *arguments: said.append(arguments))
    assert refusal("a.png", file_of("png"))
    assert "PYTHONPATH" in str(said)
    assert "not for decoders" not in str(said)
    assert PictureFileField().clean(SimpleUploadedFile("a.jpg", file_of("jpeg")))


ATTACKS = {
    "crashes": "os.abort()",
    "never ends": "while True: pass",
    "takes memory": "bytearray(picture_files_memory)",
    "says too much": 'sys.stderr.write("x" * 1_000_000)',
    "ends who started it": "os.kill(os.getppid(), 9)",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_after_an_attack_the_next_picture_meets_a_decoder_of_other_memory(monkeypatch, attacked_by, attack):
    decoder = attacked_by(ATTACKS[attack].replace("picture_files_memory", str(picture_files.MEMORY)))
    monkeypatch.setattr(picture_files, "SECONDS", 1)
    assert PictureFileField().clean(SimpleUploadedFile("a.jpg", file_of("jpeg")))
    former = decoder._process
    assert refusal("a.png", file_of("png"))
    assert former
    assert former.poll() is not None
    assert PictureFileField().clean(SimpleUploadedFile("a.jpg", file_of("jpeg")))


def test_a_picture_leaves_nothing_behind_for_the_next_and_has_limits_of_its_own(attacked_by):
    code = """
        decoding.seen = getattr(decoding, "seen", 0) + 1
        limits = resource.getrlimit(resource.RLIMIT_DATA)[1], resource.getrlimit(resource.RLIMIT_CPU)[1]
        raise decoding.RefusedError("broken", seen=decoding.seen, process=os.getpid(), limits=limits)"""
    decoder = attacked_by(code.strip())
    first, second = (
        decoded(decoder, file_of("png"), memory=memory, seconds=seconds)
        for memory, seconds in ((100_000_000, 3), (200_000_000, 4))
    )
    assert (first["limits"], second["limits"]) == ([100_000_000, 3], [200_000_000, 4])
    assert first["seen"] == second["seen"] == 1
    assert first["process"] != second["process"]
    # None of them has to be started for it.
    assert first["server"] is second["server"]


def test_a_decoder_that_has_nothing_to_do_ends(monkeypatch, attacked_by):
    decoder = attacked_by("pass", idle=0.2)
    first = decoded(decoder, file_of("gif"))
    assert first["server"].wait(timeout=20) == 0
    second = decoded(decoder, file_of("gif"))
    monkeypatch.setattr(apart, "RESTED", 0)
    third = decoded(decoder, file_of("gif"))
    assert len({each["server"].pid for each in (first, second, third)}) == 3
    assert {each["code"] for each in (first, second, third)} == {"pixels"}


# A server that forks has a decoder for each of its processes.
FORKING_SERVER = """
import os, sys
from tempfile import TemporaryFile
from chorsu_articles.apart import ForkServer
from chorsu_articles.pictures import decoding
decoder = ForkServer(decoding.__file__, {0, decoding.REFUSED})
limits = '{"jpeg_pixels": 0, "pixels": 0, "width": 0, "memory": 300000000, "seconds": 5}'
def decode():
    with TemporaryFile() as source, TemporaryFile() as target:
        run = decoder.run(limits, stdin=source, stdout=target)
    assert run.returncode == decoding.REFUSED, run
    return decoder._process.pid
parent = decode()
if process := os.fork():
    assert os.waitpid(process, 0)[1] == 0
    assert decode() == parent
else:
    assert decode() != parent
"""


def test_each_process_of_a_server_has_its_own_decoder_which_ends_with_it():
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    # Decoders have the standard error, too: it ends when all of them have.
    options = {"env": environment, "stderr": subprocess.PIPE, "timeout": 50}
    run = subprocess.run([sys.executable, "-c", FORKING_SERVER], check=False, **options)
    assert run.returncode == 0, run.stderr.decode()


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_without_forks_a_program_decodes_one_picture(monkeypatch, kind):
    monkeypatch.setattr(apart, "CAN_FORK", False)
    monkeypatch.setattr(picture_files, "DECODER", ForkServer(decoding.__file__, {0, REFUSED}))
    content = file_of(kind, drawing((90, 60)))
    assert Image.open(PictureFileField().clean(SimpleUploadedFile(f"a.{EXTENSIONS[kind]}", content)).file)
    assert refusal(f"a.{EXTENSIONS[kind]}", content[:100])


@contextmanager
def room_for(most: int) -> Iterator[None]:
    """Let no file of this process, and of those that it starts, become longer than so many bytes."""
    resource = pytest.importorskip("resource")
    former, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    picture_files.DECODER.end()
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        picture_files.DECODER.end()
        resource.setrlimit(resource.RLIMIT_FSIZE, (former, hard))


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_picture_that_does_not_fit_onto_the_disk_is_not_called_broken_nor_stored_in_part(kind):
    name, content = f"a.{EXTENSIONS[kind]}", file_of(kind, Image.effect_noise((300, 200), 60).convert("RGB"))
    written = BytesIO()
    write_anew(content, written, LIMITS)
    whole = len(written.getvalue())
    assert len(content) < whole, "else its copy wouldn't fit"
    # The uploaded file doesn't fit; what is written anew doesn't, by much and by a byte.
    for most in (len(content) - 1, len(content), whole - 1):
        with room_for(most), translation.override("en"):
            assert "disk is full" in refusal(name, content), most


@pytest.mark.django_db(transaction=True)  # in one that goes on, a save that fails ends all
def test_of_several_pictures_one_that_cannot_be_stored_has_a_sentence(client, media, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    sign_in_journalist(client, make_home())
    monkeypatch.setattr(FileSystemStorage, "_save", refuse)
    answer = json.loads(WAYS["several together"](client, "a.png", file_of("png")))
    assert not answer["success"]
    assert "диск" in answer["error_message"].lower()
    assert not Picture.objects.exists()


def test_while_another_picture_is_decoded_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr(picture_files, "WAIT", 0.01)
    with picture_turn(1), translation.override("en"):
        assert "busy" in refusal("a.png", file_of("png"))


@pytest.mark.filterwarnings("ignore::UserWarning")  # of Pillow, at broken Exif
@pytest.mark.parametrize("kind", EXTENSIONS)
def test_no_bytes_break_the_decoder(kind):
    """Files cut at any place and with bytes changed are a picture or a refusal; nothing else, and in seconds."""
    content = telling_file(kind)
    chance = random.Random(kind)
    for number in range(150):
        broken = bytearray(content)
        if number % 2:
            del broken[chance.randrange(len(broken)) :]
        for _change in range(chance.choice((1, 1, 4, 40))):
            if broken:
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        written = BytesIO()
        try:
            write_anew(bytes(broken), written, LIMITS)
        except RefusedError:
            continue
        assert Image.open(written).format in {"JPEG", "PNG"}


def save(client, name: str, content: bytes):
    url = reverse("wagtailadmin_account")
    form = BeautifulSoup(client.get(url).content, "html.parser").select_one("form[enctype]")
    person = {"name_email-first_name": "A", "name_email-last_name": "B"}
    return client.post(url, {**form_fields(form), **person, "avatar-avatar": SimpleUploadedFile(name, content)})


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["jpeg", pytest.param("png", marks=pytest.mark.slow), "gif"])
def test_a_profile_picture_tells_nothing_of_who_took_it(client, media, kind):
    user = sign_in_journalist(client, make_home())
    for content in (telling_file(kind), file_of(kind, drawing((900, 600)))):
        assert save(client, f"somoni-rahmon.{kind}", content).status_code == 302
        avatar = UserProfile.objects.get(user=user).avatar
        stored = avatar.read()
        assert not [secret for secret in SECRETS if secret in stored]
        assert max(Image.open(BytesIO(stored)).size) <= 400
        assert re.fullmatch(r"avatar_images/avatar_[0-9a-f-]{36}_picture\.(jpg|png)", avatar.name)
    assert stored_files(media) == [avatar.name]


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.parametrize(("name", "content", "said"), {row[2]: row for row in BAD.values()}.values())
def test_a_bad_profile_picture_is_refused_with_a_sentence(client, media, name, content, said):
    sign_in_journalist(client, make_home())
    assert re.search(said, unescape(save(client, name, content).content.decode()))
    assert stored_files(media) == []


NAMES = {
    "125 letters": "ҷ" * 125,
    "250 letters": "я" * 250,
    "points": "1. Отчёт за 2025 г. " + "я" * 200,
    "decomposed": unicodedata.normalize("NFD", "й" * 125),
    "four bytes": "🏔" * 70,
    "an ending of its own": "a." + "я" * 200,
}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "way"), some(NAMES, documents.WAYS))
def test_long_names_of_documents(client, folders, way, name):
    client.force_login(make_user(superuser=True))
    for _again in range(2):
        documents.WAYS[way](client, f"{NAMES[name]}.pdf", documents.PDF)
    document = Document.objects.latest("pk")
    assert document.file.name.endswith(".pdf")
    assert len(document.file.name) <= 100
    assert client.get(document.url).status_code == 200


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.parametrize(("name", "way"), some(NAMES, pictures.WAYS))
def test_long_names_of_pictures(client, folders, way, name):
    sign_in_journalist(client, make_home())
    pictures.WAYS[way](client, f"{NAMES[name]}.png", pictures.file_of("png"))
    assert Picture.objects.latest("pk").file.name.endswith(".png")


def test_a_name_is_cut_between_letters_and_kept_where_it_fits(folders):
    for name in NAMES.values():
        whole = unicodedata.normalize("NFC", name).replace(" ", "_")
        for folder in ("documents", "public"):
            stored = default_storage.save(f"{folder}/{name}.pdf", ContentFile(b""), max_length=1000)
            file = stored.removeprefix(f"{folder}/")
            assert 200 < len(file.encode()) <= 255, name
            assert whole.startswith(file.removesuffix(".pdf").replace(" ", "_"))
    assert default_storage.save("documents/Ҳисобот.pdf", ContentFile(b""), max_length=100) == "documents/Ҳисобот.pdf"
