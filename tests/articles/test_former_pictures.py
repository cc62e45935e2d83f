"""A site whose pictures were of another model keeps them: stored blocks name pictures by their keys."""

from __future__ import annotations

import sys
import uuid
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.checks import ERROR, WARNING, CheckMessage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page, ReferenceIndex

from chorsu_articles import checks
from chorsu_articles.management.commands import copy_pictures as command
from chorsu_articles.models import Picture
from chorsu_articles.pictures import former as former_pictures
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

FACTS = [field.name for field in Image._meta.concrete_fields]
LONG_AGO = datetime(2019, 5, 17, tzinfo=UTC)


def picture(model: Any = Image, **facts: Any) -> Any:
    return model.objects.create(title="Fluss", file=get_test_image_file(size=(12, 8)), **facts)


def run(*arguments: str) -> str:
    written = StringIO()
    call_command("copy_pictures", *arguments, stdout=written)
    return written.getvalue()


def found() -> list[CheckMessage]:
    return checks.check_former_pictures()


def test_a_copy_is_what_the_picture_was():
    collection = Collection.get_first_root_node().add_child(name="Flüsse")
    former = picture(
        uploaded_by_user=make_user(), collection=collection, file_size=1, file_hash="ab", description="Ein Fluss",
        focal_point_x=5, focal_point_y=4, focal_point_width=3, focal_point_height=2, pk=94,
    )  # fmt: skip
    former.tags.add("donau", "wasser")
    Image.objects.update(created_at=LONG_AGO)
    (message,) = found()
    assert (message.level, message.id) == (ERROR, "chorsu_articles.E010")
    assert "manage.py copy_pictures" in str(message.hint)
    assert "1 pictures of wagtailimages.Image" in message.msg
    assert "1 pictures copied." in run()
    assert Picture.objects.values(*FACTS).get() == Image.objects.values(*FACTS).get()
    assert set(Picture.objects.get().tags.names()) == {"donau", "wasser"}
    assert found() == []
    assert Picture.objects.search("Fluss").count() == 1
    assert picture(Picture).pk > 94, "the next one gets a key of its own"


def test_the_file_is_shared_and_stays_when_the_former_row_goes(django_capture_on_commit_callbacks):
    former = picture()
    run()
    with django_capture_on_commit_callbacks(execute=True):
        former.delete()
    assert Path(Picture.objects.get().file.path).is_file()
    assert found() == []


def test_a_copy_that_was_changed_deleted_or_made_in_another_way_is_not_missing():
    picture(), picture()
    run()
    changed, deleted = Picture.objects.all()
    changed.file = get_test_image_file(size=(9, 9))
    changed.save()
    deleted.delete()
    former = picture()
    Picture(pk=former.pk, title="Fluss", file=former.file.name, width=12, height=8).save()
    assert found() == []
    assert "0 pictures copied." in run()


def test_an_upload_in_a_former_pictures_place_is_no_twin():
    taken, free = picture(), picture()
    other = picture(Picture, pk=taken.pk)
    with pytest.raises(CommandError, match=rf"1 pictures were not copied.*keys: {taken.pk}\."):
        run()
    assert set(Picture.objects.values_list("pk", "file")) == {(other.pk, other.file.name), (free.pk, free.file.name)}
    assert "1 pictures" in found()[0].msg
    other.delete()
    assert "1 pictures copied." in run()


def test_pages_refer_to_the_copies():
    former = picture()
    types = ContentType.objects.get_for_models(Image, Page)
    ReferenceIndex.objects.create(
        base_content_type=types[Page], content_type=types[Page], object_id="1", to_content_type=types[Image],
        to_object_id=str(former.pk), model_path="body.item", content_path="body.x", content_path_hash=uuid.uuid4(),
    )  # fmt: skip
    run()
    assert ReferenceIndex.get_references_to(Picture.objects.get()).count() == 1


def test_fields_that_lead_to_the_former_model_are_named(monkeypatch):
    assert former_pictures.fields_to_former_models() == [], "sizes of pictures are left out"
    monkeypatch.setattr(former_pictures, "AbstractRendition", ())
    assert "wagtailimages.Rendition.image -> wagtailimages.Image" in run()


def test_where_there_are_several_former_models_one_is_named(monkeypatch):
    picture(pk=94)
    both = [*former_pictures.missing_pictures(), former_pictures.QuerySet(Picture)]
    monkeypatch.setattr(command, "missing_pictures", lambda: both)
    with pytest.raises(CommandError, match=r"wagtailimages\.Image, chorsu_articles\.Picture"):
        run()
    assert not Picture.objects.exists()
    assert "1 pictures copied." in run("wagtailimages.Image")


def test_the_way_back_before_the_plug_in_is_removed():
    picture(pk=94)
    run()
    added = picture(Picture, pk=95)
    with override_settings(WAGTAILIMAGES_IMAGE_MODEL="wagtailimages.Image"):
        assert "1 pictures copied." in run()
    assert Image.objects.get(pk=95).file.name == added.file.name


def test_migrate_is_told_and_goes_on_and_tables_that_are_not_there_yet_are_asked_nothing(
    monkeypatch,
):
    picture()
    monkeypatch.setattr(sys, "argv", ["manage.py", "migrate"])
    assert [message.level for message in found()] == [WARNING]
    monkeypatch.setattr(connection.introspection, "table_names", lambda *_: ["wagtailimages_image"])
    with CaptureQueriesContext(connection) as queries:
        assert found() == []
    assert len(queries) == 0

    def fails():
        raise DatabaseError

    monkeypatch.setattr(checks, "missing_pictures", fails)
    assert found() == [], "no database answers"
