"""Files in use: what counts as a use, and that nobody replaces or deletes what readers see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection

from chorsu_articles.models import Person, Picture
from chorsu_editorial.file_usage.files import in_use, uses
from chorsu_editorial.models import FileUse
from chorsu_editorial.refusals import FileInUse
from tests.editorial.desk import fresh
from tests.factories import make_article, make_picture

pytestmark = pytest.mark.django_db


def make_document(**fields: Any) -> Document:
    return Document.objects.create(**{"title": "Programme", "file": ContentFile(b"one", "programme.txt"), **fields})


def states(file: Any) -> dict[str, set[str]]:
    return {str(use.source): set(use.states) for use in uses(file)}


# What counts as a use


@pytest.mark.sql
def test_it_is_held_while_in_review_scheduled_and_live(desk):
    picture, later = make_picture(), make_picture()
    page = desk.draft(main_picture=picture)
    assert (states(picture), in_use(picture)) == ({"Draft": {"draft"}}, False)
    desk.submit(desk.author, page)
    assert (states(picture), in_use(picture)) == ({"Draft": {"review"}}, True)
    desk.decide(desk.editor, page, "reject")
    assert not in_use(picture)
    desk.submit(desk.author, page)
    desk.decide(desk.editor, page)
    assert (states(picture), in_use(picture)) == ({"Draft": {"live"}}, True)
    fresh(page).unpublish()
    assert not in_use(picture)
    desk.decide(desk.editor, desk.in_review(main_picture=later, go_live_at=timezone.now() + timedelta(hours=3)))
    assert (states(later), in_use(later)) == ({"Draft": {"scheduled"}}, True)


def test_what_is_put_in_is_held_while_it_waits_and_known_of_a_draft(desk):
    first, second, third = make_picture(), make_picture(), make_picture()
    desk.save(desk.editor, desk.in_review(), main_picture=first)
    assert in_use(first)
    desk.save(desk.author, desk.draft(main_picture=second), in_place=True, main_picture=third)
    assert (states(second), states(third)) == ({}, {"Draft": {"draft"}})


def test_blocks_and_links_in_text_are_uses(desk):
    pictures, documents = [make_picture(), make_picture()], [make_document(), make_document()]
    body = [
        ("picture", {"picture": pictures[0], "caption": "", "alt": "", "size": "text"}),
        ("gallery", {"pictures": [{"picture": pictures[1], "caption": "", "alt": ""}]}),
        ("file", {"document": documents[0], "title": ""}),
        ("paragraph", f'<p><a linktype="document" id="{documents[1].pk}">it</a></p>'),
    ]
    desk.in_review(body=body)
    assert all(map(in_use, [*pictures, *documents]))


def test_a_live_page_without_revision_an_alias_and_a_person_hold_it(desk):
    picture, photo = make_picture(), make_picture()
    Person.objects.create(name_ru="Автор", photo=photo)
    assert in_use(photo)
    article = make_article(desk.section, main_picture=picture)
    assert states(picture) == {"Headline": {"live"}}
    alias = article.create_alias(parent=desk.section, update_slug="alias")
    assert {use.source.pk for use in uses(picture)} == {article.pk, alias.pk}


# What is refused by the models, whoever asks


@pytest.fixture
def picture(desk) -> Picture:
    """Return a picture in review."""
    picture = make_picture()
    desk.in_review(main_picture=picture)
    return picture


@pytest.mark.sql
def test_it_is_not_deleted(picture):
    picture.collection = Collection.get_first_root_node().add_child(name="Other")
    picture.save()
    for delete in (picture.delete, Picture.objects.filter(pk=picture.pk).delete, picture.collection.delete):
        with pytest.raises(FileInUse, match="is in use"), transaction.atomic():
            delete()
    assert Picture.objects.filter(pk=picture.pk).exists()


def test_it_gets_no_other_file_and_crop(picture):
    picture.title = "Other"
    picture.save()
    picture.focal_point_x, picture.focal_point_y, picture.focal_point_width, picture.focal_point_height = 1, 1, 1, 1
    with pytest.raises(FileInUse):
        picture.save()
    picture.refresh_from_db()
    kept = picture.file.name
    picture.file = get_test_image_file(colour="red")
    with pytest.raises(FileInUse, match="is in use"):
        picture.save()
    picture.refresh_from_db()
    assert (picture.file.name, picture.title, picture.focal_point_x) == (kept, "Other", None)


@pytest.mark.sql
def test_a_document_keeps_file_and_title(desk):
    document = make_document()
    desk.in_review(body=[("file", {"document": document, "title": ""})])
    for name, value in (("title", "Nobody approved this"), ("file", ContentFile(b"two", "programme.txt"))):
        document.refresh_from_db()
        setattr(document, name, value)
        with pytest.raises(FileInUse):
            document.save()
    with pytest.raises(FileInUse):
        document.delete()


def test_what_nothing_uses_is_free(desk):
    picture, document = make_picture(), make_document()
    desk.draft(main_picture=picture, body=[("file", {"document": document, "title": ""})])
    picture.file, document.title = get_test_image_file(colour="red"), "Other"
    for file in (picture, document):
        file.save()
        file.delete()


# Before uses were recorded, and at the same moment


@pytest.mark.sql
def test_what_waited_before_the_upgrade_is_recorded_by_a_command(desk):
    picture, scheduled, drafted = make_picture(), make_picture(), make_picture()
    desk.in_review(main_picture=picture)
    page = desk.draft(main_picture=scheduled)
    page.save_revision(approved_go_live_at=timezone.now() + timedelta(hours=3))
    draft = desk.draft(main_picture=drafted)
    FileUse.objects.all().delete()
    assert not in_use(picture)
    desk.submit(desk.author, draft)
    assert in_use(drafted)
    call_command("record_file_uses")
    assert in_use(picture)
    assert in_use(scheduled)


@pytest.mark.sql
@pytest.mark.skipif(not connection.features.has_select_for_update, reason="SQLite has one writer at a time")
@pytest.mark.parametrize("step", ["submit", "publish", "schedule", "delete", "replace"])
def test_who_takes_a_file_into_use_and_who_changes_it_wait_for_each_other(desk, step):
    picture = make_picture()
    page = desk.draft(main_picture=picture)
    picture.file = get_test_image_file(colour="red")
    steps = {
        "submit": lambda: page.get_workflow().start(page, desk.author),
        "publish": page.latest_revision.publish,
        "schedule": lambda: page.save_revision(approved_go_live_at=timezone.now() + timedelta(hours=3)),
        "delete": picture.delete,
        "replace": picture.save,
    }
    with CaptureQueriesContext(connection) as asked:
        steps[step]()
    locking = f'FROM "{Picture._meta.db_table}"'
    assert any("FOR UPDATE" in query["sql"] and locking in query["sql"] for query in asked)
