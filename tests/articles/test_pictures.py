"""Pictures: one credit for all uploaded together, and what the library suggests."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file

from articles.models import Picture
from tests.articles.conftest import sign_in_journalist
from tests.factories import make_home, make_picture

pytestmark = pytest.mark.django_db


def image(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, get_test_image_file(filename=name).file.getvalue(), content_type="image/png")


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
