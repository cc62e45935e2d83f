"""Pictures: one credit for all uploaded together, and what the library suggests."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file

from chorsu_articles.models import Picture
from tests.articles.conftest import sign_in_journalist
from tests.factories import make_home, make_picture

pytestmark = pytest.mark.django_db


def image(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, get_test_image_file(filename=name).file.getvalue(), content_type="image/png")


def upload(client, name: str, **fields: str) -> Picture:
    """Drop a picture into the editor."""
    answer = client.post(reverse("chorsu_articles_admin:upload_picture"), {"file": image(name), **fields})
    assert answer.status_code == 200
    return Picture.objects.latest("pk")


def test_a_tajik_name_and_the_same_file_twice(client):
    sign_in_journalist(client, make_home())
    for _time in range(2):
        upload(client, "Ҷумҳурии Тоҷикистон ғӯҳқ.png")
    one, two = Picture.objects.order_by("pk")
    assert one.title == two.title == "Ҷумҳурии Тоҷикистон ғӯҳқ"
    assert one.file.name != two.file.name
    assert one.file.name.isascii()


def upload_together(client, name: str, **fields: str):
    url = reverse("wagtailimages:add_multiple")
    answer = client.post(url, {"files[]": image(name), "title": name, "collection": "1", **fields}).json()
    assert answer["success"], answer
    return Picture.objects.get(pk=answer["image_id"]), answer["form"]


@pytest.mark.sql
def test_pictures_uploaded_together_share_their_credit_and_kind(client):
    sign_in_journalist(client, make_home())
    assert '<option value="map">' in client.get(reverse("wagtailimages:add_multiple")).content.decode()
    for credit, kind, expected in (
        ("Фото: А. Нависанда", None, ("photo", "А. Нависанда")),
        ("Chorsu", "map", ("map", "Chorsu")),
        ("Рисунок: Малика", "photo", ("drawing", "Малика")),
        ("Chorsu", "hologram", ("photo", "Chorsu")),
        ("Ф" * 300, None, ("photo", "Ф" * 255)),
        ("A.\0 Writer", None, ("photo", "A. Writer")),
    ):
        fields = {"credit": credit, "licence": "CC BY 4.0"} | ({"kind": kind} if kind else {})
        picture, form = upload_together(client, "one.png", **fields)
        assert (picture.kind, picture.credit, picture.licence) == (*expected, "CC BY 4.0")
        assert f'value="{expected[1]}"' in form


def test_a_file_added_in_the_editor_takes_kind_and_credit(client):
    sign_in_journalist(client, make_home())
    for sent, stored in (
        ({"credit": "Photo by Anna Lee"}, ("photo", "Anna Lee")),
        ({"credit": "Фото: ЦГА", "kind": "archive"}, ("archive", "ЦГА")),
        ({"kind": "chart"}, ("chart", "")),
    ):
        picture = upload(client, "one.png", **sent)
        assert (picture.kind, picture.credit) == stored


def test_the_last_credit_comes_filled_in_and_only_ones_own(client):
    user = sign_in_journalist(client, make_home())
    for credit, uploader in (("Старое фото", user), ("Моё фото", user), ("", user), ("Чужое фото", None)):
        make_picture(credit=credit, licence=credit and "CC0", uploaded_by_user=uploader)
    for address in ("wagtailimages:add_multiple", "wagtailimages:add", "wagtailimages_chooser:choose"):
        answer = client.get(reverse(address))
        html = answer.json()["html"] if "json" in answer["Content-Type"] else answer.content.decode()
        assert 'value="Моё фото"' in html
        assert 'value="CC0"' in html


def test_a_picture_uploaded_in_the_chooser_takes_its_credit_and_caption(client):
    sign_in_journalist(client, make_home(), "change_names_ru")
    fields = {
        "title": "Поле", "file": image("field.png"), "kind": "photo", "credit": "Фото: Редакция",
        "caption_ru": "Поле под Вахшем", "collection": "1", "tags": "",
    }  # fmt: skip
    data = {f"image-chooser-upload-{name}": value for name, value in fields.items()}
    assert client.post(reverse("wagtailimages_chooser:create"), data).json()["step"] == "chosen"
    picture = Picture.objects.get()
    assert (picture.kind, picture.credit, picture.caption_ru) == ("photo", "Редакция", "Поле под Вахшем")


def test_upload_forms_ask_for_suggestions_in_the_users_own_language(client):
    sign_in_journalist(client, make_home("tg"), "change_names_tg")
    html = client.get(reverse("wagtailimages:add")).content.decode()
    assert 'name="caption_tg"' in html
    assert 'name="caption_ru"' not in html


def test_suggestions_are_given_in_the_language_of_the_page_only(client):
    sign_in_journalist(client, make_home())
    picture = make_picture(caption_ru="Поле", alt_text_ru="Хлопковое поле")
    url = reverse("chorsu_articles_admin:suggestions", args=[picture.pk])
    nothing = {"caption": "", "alt": ""}
    for code, suggested in (("ru", {"caption": "Поле", "alt": "Хлопковое поле"}), ("tg", nothing), ("xx", nothing)):
        assert client.get(url, {"language": code}).json() == suggested


def test_the_library_is_searched_by_credit_and_caption(admin):
    make_picture(title="Найдено", credit="Фото: Нависанда", caption_tg="Майдони пахта")
    make_picture(title="Другое")
    for text in ("нависанда", "пахта"):
        html = admin.get(reverse("wagtailimages:index"), {"q": text}).content.decode()
        assert "Найдено" in html
        assert "Другое" not in html
