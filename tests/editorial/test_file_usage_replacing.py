"""Replacing a file in use in a page's draft: which uses are told to whom, and which drafts can be given another."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail import blocks
from wagtail.documents.models import Document
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page, PageLogEntry, PageViewRestriction

from chorsu_articles.models import Person, Picture
from chorsu_editorial.file_usage.views import _in_block, obstacle
from chorsu_editorial.refusals import ShareExceeded
from cms.models import User
from tests.editorial.desk import Desk, fresh, latest, make_desk
from tests.editorial.test_file_usage import make_document
from tests.factories import make_article, make_picture, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a desk whose people may add files and change any of them."""
    rights = ("add_image", "change_image", "add_document", "change_document")
    for user in (desk.author, desk.editor):
        for right in Permission.objects.filter(codename__in=rights):
            Collection.get_first_root_node().group_permissions.create(group=user.groups.get(), permission=right)
    return desk


def live(desk: Desk, **values: Any) -> Any:
    page = desk.draft(**values)
    page.latest_revision.publish()
    return fresh(page)


def show(desk: Desk, user: User, file: Any) -> str:
    response = desk.browser(user).get(file.usage_url)
    assert response.status_code == 200
    return response.text


def way(file: Any, page: Page) -> str:
    name = "chorsu_editorial_replace_picture" if isinstance(file, Picture) else "chorsu_editorial_replace_document"
    return reverse(name, args=[file.pk, page.pk])


def put(desk: Desk, user: User, used: Any, page: Page, **data: Any) -> HttpResponse:
    """Send what the page's form sends."""
    upload = (
        SimpleUploadedFile("new.png", get_test_image_file(colour="red").file.getvalue(), "image/png")
        if isinstance(used, Picture)
        else SimpleUploadedFile("new.txt", b"two", "text/plain")
    )
    return desk.browser(user).post(way(used, page), {"file": upload, **data})


def successor(file: Any) -> Any:
    return type(file).objects.exclude(pk=file.pk).get()


# What happens


def test_the_draft_shows_the_new_one_and_readers_the_old_until_it_is_approved(desk: Desk) -> None:
    collection = Collection.get_first_root_node().add_child(name="Archive")
    picture = make_picture(credit="A. Writer", kind="map", licence="CC BY 4.0", collection=collection)
    picture.tags.add("archive")
    picture.focal_point_x = picture.focal_point_y = picture.focal_point_width = picture.focal_point_height = 2
    picture.caption_ru = "Подпись"
    picture.save()
    page = desk.in_review(main_picture=picture)
    desk.decide(desk.editor, page)

    response = put(desk, desk.author, picture, page)
    new = successor(picture)
    assert response["Location"] == new.usage_url
    assert (fresh(page).main_picture, latest(page).main_picture) == (picture, new)
    entry = PageLogEntry.objects.filter(page=page.pk).latest("timestamp")
    assert (entry.action, entry.user, fresh(page).latest_revision.user) == ("wagtail.edit", desk.author, desk.author)
    copied = ("title", "credit", "kind", "licence", "caption_ru", "collection_id")
    assert [getattr(new, name) for name in copied] == [getattr(picture, name) for name in copied]
    assert list(new.tags.names()) == ["archive"]
    assert (new.uploaded_by_user, new.focal_point_x) == (desk.author, None)
    assert new.file_hash != picture.file_hash

    desk.submit(desk.author, page)
    assert fresh(page).main_picture == picture
    desk.decide(desk.editor, page)
    assert fresh(page).main_picture == new


def test_blocks_and_links_show_the_new_one_and_keep_their_words(desk: Desk) -> None:
    pictures, documents = [make_picture(), make_picture()], [make_document(), make_document()]
    shown = [{"picture": other, "caption": "Words", "alt": ""} for other in (make_picture(), pictures[1])]
    link = f'<a linktype="document" id="{documents[1].pk}">Words</a> <a linktype="page" id="{documents[1].pk}">x</a>'
    body = [
        ("paragraph", "<p>Before.</p>"),
        ("picture", {"picture": pictures[0], "caption": "Words", "alt": "", "credit": None, "size": "text"}),
        ("gallery", {"pictures": shown}),
        ("file", {"document": documents[0], "title": "Words"}),
        ("paragraph", f"<p>{link}</p>"),
    ]
    page = live(desk, body=body)
    for file in (*pictures, *documents):
        before = latest(page).body
        put(desk, desk.author, file, page)
        new, after = type(file).objects.latest("pk"), latest(page).body
        assert new.pk != file.pk
        stored, expected = (json.dumps(body.get_prep_value(), sort_keys=True) for body in (after, before))
        assert stored != expected
        place = '"picture": ' if isinstance(file, Picture) else r'"document": |linktype=\\"document\\" id=\\"'
        expected = re.sub(rf"({place}){file.pk}\b", rf"\g<1>{new.pk}", expected)
        assert stored == expected


def test_all_forms_of_blocks_are_known() -> None:
    """Those that pages of other sites have."""
    old, new, other = make_picture(), make_picture(), make_picture()
    field = StreamField(
        [
            ("image", ImageBlock()),
            ("text", blocks.RichTextBlock()),
            ("list", blocks.ListBlock(ImageChooserBlock())),
            ("card", blocks.StructBlock([("inner", blocks.StreamBlock([("picture", ImageChooserBlock())]))])),
        ]
    )

    def stored(key: int) -> list[dict[str, Any]]:
        embed = f'<embed embedtype="image" id="{key}" alt="id=&quot;{old.pk}&quot;" format="left"/>'
        return [
            {"type": "image", "value": {"image": key, "alt_text": "x", "decorative": False}, "id": "1"},
            {"type": "text", "value": f"<p>{old.pk}</p>{embed}", "id": "3"},
            {"type": "list", "value": [{"type": "item", "value": key, "id": "8"}], "id": "4"},
            {"type": "card", "value": {"inner": [{"type": "picture", "value": key, "id": "6"}]}, "id": "5"},
        ]

    kept = {"type": "image", "value": {"image": other.pk, "alt_text": "", "decorative": True}, "id": "7"}
    assert _in_block(field.stream_block, [*stored(old.pk), kept], old, new) == [*stored(new.pk), kept]


def test_what_refers_in_a_way_of_its_own_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = make_picture()
    page = live(desk, main_picture=picture)
    monkeypatch.setattr("chorsu_editorial.file_usage.views.replace", lambda *_arguments: None)
    response = put(desk, desk.author, picture, page)
    assert response.status_code == 409
    assert "choose the new version in its editor" in response.text
    assert list(Picture.objects.all()) == [picture]
    assert latest(page).main_picture == picture


def test_a_draft_that_shows_it_no_more_is_refused(desk: Desk) -> None:
    picture = make_picture()
    page, other = live(desk, main_picture=picture), live(desk, main_picture=picture)
    put(desk, desk.author, picture, page)
    assert fresh(other).latest_revision == other.latest_revision
    response = put(desk, desk.author, picture, page)
    assert response.status_code == 409
    assert "doesn&#x27;t show it any more" in response.text
    assert Picture.objects.count() == 2


def test_it_takes_a_file_and_opening_the_page_changes_nothing(desk: Desk) -> None:
    picture, document = make_picture(), make_document()
    page = live(desk, main_picture=picture, body=[("file", {"document": document, "title": ""})])
    browser = desk.browser(desk.author)
    assert "Replace in this draft" in browser.get(way(picture, page), {"file": "x"}).text
    assert "error-message" in put(desk, desk.author, picture, page, file="").text
    for key in (0, 10**30):
        assert browser.get(f"/admin/images/{picture.pk}/replace/{key}/").status_code == 404
    # Only what the library takes.
    upload = SimpleUploadedFile("new.html", b"<script>", "text/html")
    assert put(desk, desk.author, document, page, file=upload).status_code == 200
    assert fresh(page).latest_revision == page.latest_revision
    assert (list(Picture.objects.all()), list(Document.objects.all())) == ([picture], [document])


# In review, locked, waiting for its time


@pytest.mark.sql
def test_a_reviewer_puts_it_into_what_is_read_and_somebody_else_approves(desk: Desk) -> None:
    picture = make_picture()
    page = desk.in_review(main_picture=picture)
    assert way(picture, page) not in show(desk, desk.author, picture)
    put(desk, desk.editor, picture, page)
    new = successor(picture)
    assert fresh(page).current_workflow_task_state.revision.as_object().main_picture == new
    with pytest.raises(ShareExceeded):
        desk.decide(desk.editor, page)
    desk.decide(desk.other_editor, page)
    assert fresh(page).main_picture == new


def lock(page: Any) -> None:
    page.locked, page.locked_by = True, make_user()
    page.save()


def schedule(page: Any) -> None:
    page.save_revision(approved_go_live_at=timezone.now() + timedelta(hours=3))


def submit(page: Any) -> None:
    page.get_workflow().start(page, page.owner)


@pytest.mark.thorough
@pytest.mark.parametrize("state", [lock, schedule, submit])
def test_what_nobody_else_changes_now_is_refused(desk: Desk, state: Any) -> None:
    picture = make_picture()
    page = live(desk, main_picture=picture)
    assert way(picture, page) in show(desk, desk.author, picture)
    page.save_revision()
    state(fresh(page))
    before = fresh(page).latest_revision
    assert way(picture, page) not in show(desk, desk.author, picture)
    put(desk, desk.author, picture, page)
    assert fresh(page).latest_revision == before
    assert list(Picture.objects.all()) == [picture]


@pytest.mark.sql
def test_the_lock_is_asked_for_once_more_before_anything_is_saved(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = make_picture()
    page = live(desk, main_picture=picture)
    lock(page)
    monkeypatch.setattr(
        "chorsu_editorial.file_usage.views.obstacle", Mock(side_effect=["", obstacle(page, desk.author)])
    )
    response = put(desk, desk.author, picture, page)
    assert response.status_code == 409
    assert "It is locked." in response.text
    assert list(Picture.objects.all()) == [picture]


# Who sees and does what


def test_uses_are_listed_with_language_and_state(desk: Desk) -> None:
    picture = make_picture()
    live(desk, title="One", main_picture=picture)
    desk.in_review(title="Two", main_picture=picture)
    Person.objects.create(name_ru="Автор", photo=picture)
    html = show(desk, desk.author, picture)
    for text in ("One", "Two", "Русский", "live", "in review"):
        assert text in html
    assert "Another object (person)" in html
    assert "Автор" not in html


def test_pages_that_one_may_not_see_have_no_name(desk: Desk) -> None:
    picture = make_picture()
    there = make_desk("tg")
    foreign = live(there, title="Secretwords", main_picture=picture)
    PageViewRestriction.objects.create(page=foreign, restriction_type=PageViewRestriction.LOGIN)
    live(desk, main_picture=picture)
    html = show(desk, desk.author, picture)
    assert "Another page" in html
    assert "Тоҷикӣ" in html
    assert "ecretwords" not in html
    assert f"/pages/{foreign.pk}/" not in html
    for response in (put(desk, desk.author, picture, foreign), desk.browser(desk.author).get(way(picture, foreign))):
        assert "ecretwords" not in response.text
    assert list(Picture.objects.all()) == [picture]
    assert fresh(foreign).latest_revision == foreign.latest_revision


def test_a_journalist_gives_only_own_pages_a_new_version(desk: Desk) -> None:
    """Who may add pages edits those that are their own."""
    picture = make_picture()
    own, foreign = live(desk, main_picture=picture), live(desk, main_picture=picture)
    Page.objects.filter(pk=foreign.pk).update(owner=desk.editor)
    desk.section.group_permissions.filter(group=desk.author.groups.get(), permission__codename="change_page").delete()
    html = show(desk, desk.author, picture)
    assert (way(picture, own) in html, way(picture, foreign) in html) == (True, False)
    put(desk, desk.author, picture, foreign)
    assert list(Picture.objects.all()) == [picture]


def test_who_may_not_add_files_gives_no_new_version(desk: Desk) -> None:
    picture = make_picture()
    page = live(desk, main_picture=picture)
    group = desk.author.groups.get()
    picture.collection.group_permissions.filter(group=group, permission__codename="add_image").delete()
    assert "You may not add files to this collection" in show(desk, desk.author, picture)
    put(desk, desk.author, picture, page)
    assert list(Picture.objects.all()) == [picture]
    picture.collection.group_permissions.filter(group=group).delete()
    assert desk.browser(desk.author).get(picture.usage_url).status_code == 302


def test_an_alias_follows_its_page(desk: Desk) -> None:
    picture = make_picture()
    page = make_article(desk.section, main_picture=picture, owner=desk.author)
    alias = page.create_alias(parent=desk.section, update_slug="alias")
    html = show(desk, desk.author, picture)
    assert (way(picture, page) in html, way(picture, alias) in html) == (True, False)
    put(desk, desk.author, picture, page)
    assert latest(page).main_picture == successor(picture)


@pytest.mark.thorough
@pytest.mark.sql
def test_the_queries_do_not_grow_with_the_pages(desk: Desk) -> None:
    picture = make_picture()
    counts = []
    for number in (2, 8):
        for _each in range(number):
            live(desk, main_picture=picture)
        show(desk, desk.author, picture)
        with CaptureQueriesContext(connection) as asked:
            show(desk, desk.author, picture)
        counts.append(len(asked))
    assert counts[0] == counts[1]
