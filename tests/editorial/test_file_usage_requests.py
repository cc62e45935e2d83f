"""Wagtail's own pages of pictures and documents in use, asked as a browser and as a forger would."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.forms import get_image_form
from wagtail.images.tests.utils import get_test_image_file

from chorsu_articles.models import Picture
from tests.editorial.desk import AJAX, Desk, post
from tests.editorial.test_file_usage import make_document
from tests.factories import make_picture, make_user

pytestmark = pytest.mark.django_db
FOCAL_POINT = {"focal_point_x": 5, "focal_point_y": 5, "focal_point_width": 3, "focal_point_height": 3}


@pytest.fixture
def admin() -> Client:
    """Return the browser of somebody who has every right there is."""
    client = Client()
    client.force_login(make_user(superuser=True, is_staff=True))
    return client


@pytest.fixture
def picture(desk: Desk) -> Picture:
    """Return a picture of a live page."""
    picture = make_picture()
    desk.draft(main_picture=picture).latest_revision.publish()
    return picture


@pytest.fixture
def document(desk: Desk) -> Document:
    """Return a document of a live page."""
    document = make_document()
    desk.draft(body=[("file", {"document": document, "title": ""})]).latest_revision.publish()
    return document


def picture_form(picture: Picture, **changes: Any) -> dict[str, Any]:
    return {
        "title": picture.title,
        "credit": "",
        "licence": "",
        "tags": "",
        "collection": picture.collection_id,
        **changes,
    }


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")


def assert_kept(file: Any) -> None:
    now = type(file).objects.get(pk=file.pk)
    assert (now.file.name, now.title) == (file.file.name, file.title)
    assert now.file.storage.exists(now.file.name)
    assert getattr(now, "focal_point_x", None) is None


def says_in_use(response: HttpResponse) -> bool:
    return "is in use" in response.text


def test_the_form_of_a_picture_refuses_another_file_and_crop(admin: Client, picture: Picture) -> None:
    url = reverse("wagtailimages:edit", args=[picture.pk])
    shown = admin.get(url, follow=True)
    assert says_in_use(shown)
    assert picture.usage_url in shown.text
    assert not says_in_use(admin.get(reverse("wagtailimages:edit", args=[make_picture().pk])))
    red = upload("red.png", get_test_image_file(colour="red").file.getvalue())
    for changes in ({"file": red}, FOCAL_POINT):
        assert says_in_use(admin.post(url, picture_form(picture, **changes)))
        assert_kept(picture)
    form = picture_form(picture, title="Better title", **dict.fromkeys(FOCAL_POINT, ""))
    assert admin.post(url, form).status_code == 302
    assert Picture.objects.get(pk=picture.pk).title == "Better title"


def test_the_form_of_a_document_refuses_another_file_and_title(admin: Client, document: Document) -> None:
    for changes in ({"file": upload("programme.txt", b"two")}, {"title": "Nobody approved this"}):
        form = {"title": document.title, "tags": "", "collection": document.collection_id, **changes}
        assert says_in_use(admin.post(reverse("wagtaildocs:edit", args=[document.pk]), form))
        assert_kept(document)


def test_the_file_that_came_into_use_meanwhile_is_not_lost(
    admin: Client, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form finds it free, and it is in use when the form is saved."""
    monkeypatch.setattr("chorsu_editorial.file_usage.views.in_use", lambda _file: False)
    form = {"title": document.title, "tags": "", "collection": document.collection_id, "file": upload("x.txt", b"two")}
    admin.post(reverse("wagtaildocs:edit", args=[document.pk]), form)
    assert_kept(document)


def test_it_is_not_deleted(admin: Client, picture: Picture, document: Document) -> None:
    free = make_picture()
    for app, file in {"wagtailimages": picture, "wagtaildocs": document}.items():
        single, multiple = (reverse(f"{app}:{name}", args=[file.pk]) for name in ("delete", "delete_multiple"))
        bulk = f"/admin/bulk/{file._meta.app_label}/{file._meta.model_name}/delete/"
        for response in (admin.get(single, follow=True), post(admin, single)):
            assert says_in_use(response)
        admin.post(multiple)
        admin.post(f"{bulk}?id={file.pk}&id={free.pk}")
        admin.post(f"{bulk}?id=all")
        assert_kept(file)
    assert list(Picture.objects.all()) == [picture], "others that are chosen with it are deleted"


@pytest.mark.thorough
def test_who_has_no_right_to_a_file_is_not_told_its_title(desk: Desk, picture: Picture, document: Document) -> None:
    browser = desk.browser(desk.author)
    for app, file in {"wagtailimages": picture, "wagtaildocs": document}.items():
        file.collection.group_permissions.all().delete()
        address = reverse(f"{app}:delete", args=[file.pk])
        for response in (browser.get(address, follow=True), post(browser, address)):
            assert not says_in_use(response)
            assert file.title not in response.text


def test_the_list_of_uploads_changes_nothing_that_is_seen(admin: Client, picture: Picture, document: Document) -> None:
    red = upload("red.png", get_test_image_file(colour="red").file.getvalue())
    # Readers don't see a picture's title.
    for file, app, prefix, content, status in (
        (picture, "wagtailimages", "image", red, 200),
        (document, "wagtaildocs", "doc", upload("programme.txt", b"two"), 403),
    ):
        values = {"title": "Other", "collection": file.collection_id, "file": content, **FOCAL_POINT}
        form = {f"{prefix}-{file.pk}-{name}": value for name, value in values.items()}
        response = admin.post(reverse(f"{app}:edit_multiple", args=[file.pk]), form, headers=AJAX)
        assert response.status_code == status
        file.refresh_from_db(fields=["title"])
        assert (file.title == "Other") == (file is picture)
        assert_kept(file)


def test_the_api_refuses(admin: Client, picture: Picture) -> None:
    """The actions behind Wagtail's API, which this site doesn't serve."""
    delete, edit = (pytest.importorskip(f"wagtail.actions.{name}") for name in ("delete", "edit"))  # of Wagtail 8
    user = make_user(superuser=True)
    with pytest.raises(PermissionDenied):
        delete.DeleteAction(picture, user=user).execute()
    form = get_image_form(Picture, fields=tuple(FOCAL_POINT))(
        {**FOCAL_POINT, "collection": picture.collection_id}, instance=Picture.objects.get(pk=picture.pk), user=user
    )
    with pytest.raises(PermissionDenied):
        edit.EditAction(form.instance, user=user, form=form).execute()
    assert_kept(picture)
