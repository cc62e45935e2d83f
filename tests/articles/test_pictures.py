"""Pictures: one credit for all uploaded together, and what the library suggests."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from wagtail.images.tests.utils import get_test_image_file

from articles.models import Picture
from articles.picture_files import without_notes
from articles.renditions import SHARING
from tests.articles.conftest import sign_in_journalist
from tests.factories import make_home, make_picture

pytestmark = pytest.mark.django_db


def image(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, get_test_image_file(filename=name).file.getvalue(), content_type="image/png")


def jpeg(**options) -> bytes:
    written = BytesIO()
    Image.effect_noise((900, 600), 50).convert("RGB").save(written, "JPEG", **options)
    return written.getvalue()


def upload(client, name: str, content: bytes):
    return client.post(reverse("articles_admin:upload_picture"), {"file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize("length", [300, 20_000])
@pytest.mark.parametrize(
    ("address", "field"), [("articles_admin:upload_picture", "file"), ("wagtailimages:add_multiple", "files[]")]
)
def test_half_a_file_is_refused_with_a_sentence(client, address, field, length):
    sign_in_journalist(client, make_home())
    file = SimpleUploadedFile("half.jpg", jpeg()[:length])
    response = client.post(reverse(address), {field: file, "title": "half", "collection": "1"})
    assert "Файл повреждён" in str(response.json())
    assert not Picture.objects.exists()


def test_nobody_learns_from_a_picture_where_and_with_what_it_was_taken(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    sign_in_journalist(client, make_home())
    notes = Image.Exif()
    notes[0x0112], notes[0x8298], notes[0x0110] = 6, "Newsroom", "Camera 7"
    notes.get_ifd(0x8825).update({1: "N", 2: (38.0, 33.0, 0.0), 3: "E", 4: (68.0, 46.0, 0.0)})
    sent = jpeg(exif=notes, xmp=b"<x:xmpmeta><exif:GPSLatitude>38,33N</exif:GPSLatitude></x:xmpmeta>")
    assert upload(client, "turned.jpg", sent).status_code == 200
    picture = Picture.objects.get()
    stored = picture.file.open().read()
    assert b"GPSLatitude" not in stored
    assert b"Camera 7" not in stored
    left = Image.open(BytesIO(stored))
    assert dict(left.getexif()) == {0x0112: 6, 0x8298: "Newsroom"}
    assert left.tobytes() == Image.open(BytesIO(sent)).tobytes()
    shared = Image.open(picture.get_rendition(SHARING).file.open())
    assert not shared.getexif().get_ifd(0x8825)
    # And it stands as the photographer held it.
    assert (picture.get_rendition("width-300").width, picture.get_rendition("width-300").height) == (300, 450)


@given(st.binary(max_size=60).map(lambda tail: b"\xff\xd8\xff" + tail))
def test_no_bytes_break_the_removal_of_notes(data):
    assert without_notes(data)[:2] == data[:2]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Поддерживаемые форматы"),
        ("IMG_1.HEIC", b"\0\0\0\x18ftypheic", "Поддерживаемые форматы|не является изображением"),
        ("words.jpg", b"no picture", "не является изображением"),
        ("empty.jpg", b"", "пуст"),
    ],
)
def test_other_files_are_refused_with_a_sentence(client, name, content, said):
    sign_in_journalist(client, make_home())
    response = upload(client, name, content)
    assert response.status_code == 400
    assert re.search(said, response.json()["error"])


def test_a_tajik_name_and_the_same_file_twice(client):
    sign_in_journalist(client, make_home())
    content = jpeg()
    for _time in range(2):
        assert upload(client, "Ҷумҳурии Тоҷикистон ғӯҳқ.jpg", content).status_code == 200
    one, two = Picture.objects.order_by("pk")
    assert one.title == two.title == "Ҷумҳурии Тоҷикистон ғӯҳқ"
    assert one.file.name != two.file.name
    assert one.file.name.isascii()


def upload_together(client, name: str, **fields: str):
    url = reverse("wagtailimages:add_multiple")
    response = client.post(url, {"files[]": image(name), "title": name, "collection": "1", **fields})
    assert response.json()["success"], response.json()
    return Picture.objects.get(pk=response.json()["image_id"]), response.json()["form"]


def test_pictures_uploaded_together_share_their_credit(client):
    sign_in_journalist(client, make_home())
    for name in ("one.png", "two.png"):
        picture, form = upload_together(client, name, credit="Фото: А. Нависанда", licence="CC BY 4.0")
        assert (picture.credit, picture.licence) == ("Фото: А. Нависанда", "CC BY 4.0")
        assert "Фото: А. Нависанда" in form


def test_the_last_credit_comes_filled_in_and_only_ones_own(client):
    user = sign_in_journalist(client, make_home(), "change_names_ru")
    make_picture(credit="Чужое фото")
    make_picture(credit="Старое фото", uploaded_by_user=user)
    make_picture(credit="Моё фото", licence="CC0", uploaded_by_user=user)
    make_picture(credit="", uploaded_by_user=user)
    pages = [
        client.get(reverse("wagtailimages:add_multiple")).content.decode(),
        client.get(reverse("wagtailimages:add")).content.decode(),
        json.loads(client.get(reverse("wagtailimages_chooser:choose")).content)["html"],
    ]
    for html in pages:
        assert 'value="Моё фото"' in html
        assert 'value="CC0"' in html
        assert "Чужое фото" not in html


def test_a_picture_uploaded_in_the_editor_takes_its_credit_and_caption(client):
    sign_in_journalist(client, make_home(), "change_names_ru")
    data = {
        "image-chooser-upload-title": "Поле",
        "image-chooser-upload-file": image("field.png"),
        "image-chooser-upload-credit": "Фото: Редакция",
        "image-chooser-upload-caption_ru": "Поле под Вахшем",
        "image-chooser-upload-collection": "1",
        "image-chooser-upload-tags": "",
    }
    response = client.post(reverse("wagtailimages_chooser:create"), data)
    assert json.loads(response.content)["step"] == "chosen"
    picture = Picture.objects.get()
    assert (picture.credit, picture.caption_ru) == ("Фото: Редакция", "Поле под Вахшем")


def test_an_overlong_shared_credit_is_cut_and_not_refused(client):
    sign_in_journalist(client, make_home())
    picture, _form = upload_together(client, "one.png", credit="Ф" * 300)
    assert picture.credit == "Ф" * 255


@pytest.mark.sql
def test_a_shared_credit_loses_what_a_database_refuses(client):
    sign_in_journalist(client, make_home())
    picture, _form = upload_together(client, "one.png", credit="A.\0 Writer")
    assert picture.credit == "A. Writer"


def test_upload_forms_ask_for_suggestions_in_the_users_own_language(client):
    sign_in_journalist(client, make_home("tg"), "change_names_tg")
    html = client.get(reverse("wagtailimages:add")).content.decode()
    assert 'name="caption_tg"' in html
    assert 'name="caption_ru"' not in html


def test_suggestions_are_given_in_the_language_of_the_page_only(client):
    sign_in_journalist(client, make_home())
    picture = make_picture(caption_ru="Поле", alt_text_ru="Хлопковое поле")
    url = reverse("articles_admin:suggestions", args=[picture.pk])
    assert client.get(url, {"language": "ru"}).json() == {"caption": "Поле", "alt": "Хлопковое поле"}
    assert client.get(url, {"language": "tg"}).json() == {"caption": "", "alt": ""}
    assert client.get(url, {"language": "xx"}).json() == {"caption": "", "alt": ""}


def test_the_library_is_searched_by_credit_and_caption(admin):
    make_picture(title="Найдено", credit="Фото: Нависанда", caption_tg="Майдони пахта")
    make_picture(title="Другое")
    for text in ("нависанда", "пахта"):
        html = admin.get(reverse("wagtailimages:index"), {"q": text}).content.decode()
        assert "Найдено" in html
        assert "Другое" not in html
