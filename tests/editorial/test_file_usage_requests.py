"""Wagtail's own pages of pictures and documents in use, asked as a browser and as a forger would."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.tests.utils import get_test_image_file

from chorsu_articles.models import Picture
from tests.editorial.desk import AJAX, post
from tests.editorial.test_file_usage import make_document
from tests.factories import make_picture, make_user, signed_in

pytestmark = pytest.mark.django_db
FOCAL_POINT = {"focal_point_x": 5, "focal_point_y": 5, "focal_point_width": 3, "focal_point_height": 3}


@pytest.fixture
def admin() -> Client:
    """Return the browser of somebody who has every right there is."""
    return signed_in(make_user(superuser=True, is_staff=True))


@pytest.fixture
def picture(desk) -> Picture:
    """Return a picture of a live page."""
    picture = make_picture()
    desk.draft(main_picture=picture).latest_revision.publish()
    return picture


@pytest.fixture
def document(desk) -> Document:
    """Return a document of a live page."""
    document = make_document()
    desk.draft(body=[("file", {"document": document, "title": ""})]).latest_revision.publish()
    return document


def form_of(used: Any, **changes: Any) -> dict[str, Any]:
    return {"title": used.title, "credit": "", "licence": "", "tags": "", "collection": used.collection_id, **changes}


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")


def assert_kept(file: Any) -> None:
    now = type(file).objects.get(pk=file.pk)
    assert (now.file.name, now.title) == (file.file.name, file.title)
    assert now.file.storage.exists(now.file.name)
    assert getattr(now, "focal_point_x", None) is None


def says_in_use(response: HttpResponse) -> bool:
    return "is in use" in response.text


def test_the_form_of_a_picture_refuses_a_crop_and_leads_to_its_uses(admin, picture):
    url = reverse("wagtailimages:edit", args=[picture.pk])
    shown = admin.get(url, follow=True)
    assert says_in_use(shown)
    assert picture.usage_url in shown.text
    assert not says_in_use(admin.get(reverse("wagtailimages:edit", args=[make_picture().pk])))
    assert says_in_use(admin.post(url, form_of(picture, **FOCAL_POINT)))
    assert_kept(picture)
    form = form_of(picture, title="Better title", **dict.fromkeys(FOCAL_POINT, ""))
    assert admin.post(url, form).status_code == 302
    assert Picture.objects.get(pk=picture.pk).title == "Better title"


def test_the_form_of_a_document_refuses_another_file_and_title(admin, document):
    for changes in ({"file": upload("programme.txt", b"two")}, {"title": "Nobody approved this"}):
        form = form_of(document, **changes)
        assert says_in_use(admin.post(reverse("wagtaildocs:edit", args=[document.pk]), form))
        assert_kept(document)


def test_it_is_not_deleted(admin, picture, document):
    free = make_picture()
    for app, file in {"wagtailimages": picture, "wagtaildocs": document}.items():
        single = reverse(f"{app}:delete", args=[file.pk])
        for response in (admin.get(single, follow=True), post(admin, single)):
            assert says_in_use(response)
        bulk = f"/admin/bulk/{file._meta.app_label}/{file._meta.model_name}/delete/"
        for query in (f"id={file.pk}&id={free.pk}", "id=all"):
            admin.post(f"{bulk}?{query}")
        assert_kept(file)
    assert list(Picture.objects.all()) == [picture], "others that are chosen with it are deleted"


@pytest.mark.thorough
def test_who_has_no_right_to_a_file_is_not_told_its_title(desk, picture, document):
    browser = desk.browser(desk.author)
    for app, file in {"wagtailimages": picture, "wagtaildocs": document}.items():
        file.collection.group_permissions.all().delete()
        address = reverse(f"{app}:delete", args=[file.pk])
        for response in (browser.get(address, follow=True), post(browser, address)):
            assert not says_in_use(response)
            assert file.title not in response.text


def test_the_list_of_uploads_changes_nothing_that_is_seen(admin, picture, document):
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
