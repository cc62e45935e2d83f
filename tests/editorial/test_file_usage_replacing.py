"""Replacing a file in use in a page's draft: which uses are told to whom, and which drafts can be given another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.documents.models import Document
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page, PageLogEntry, PageViewRestriction

from chorsu_articles.models import Person, Picture
from chorsu_editorial.file_usage.views import _in_block, obstacle
from chorsu_editorial.refusals import ShareExceeded
from cms.models import User
from tests.counted_lines import count_queries
from tests.editorial.desk import Desk, fresh, latest, make_desk
from tests.editorial.test_file_usage import make_document
from tests.factories import make_picture, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(desk) -> Desk:
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


def show(desk: Desk, file: Any) -> str:
    response = desk.browser(desk.author).get(file.usage_url)
    assert response.status_code == 200
    return response.text


def way(file: Any, page: Page) -> str:
    name = "chorsu_editorial_replace_picture" if isinstance(file, Picture) else "chorsu_editorial_replace_document"
    return reverse(name, args=[file.pk, page.pk])


def put(desk: Desk, used: Any, page: Page, *, user: User | None = None, **data: Any) -> HttpResponse:
    """Send what the page's form sends, by default as the author."""
    upload = (
        SimpleUploadedFile("new.png", get_test_image_file(colour="red").file.getvalue(), "image/png")
        if isinstance(used, Picture)
        else SimpleUploadedFile("new.txt", b"two", "text/plain")
    )
    return desk.browser(user or desk.author).post(way(used, page), {"file": upload, **data})


def successor(file: Any) -> Any:
    return type(file).objects.exclude(pk=file.pk).get()


# What happens


def test_the_draft_shows_the_new_one_and_readers_the_old_until_it_is_approved(desk):
    collection = Collection.get_first_root_node().add_child(name="Archive")
    picture = make_picture(credit="A. Writer", kind="map", licence="CC BY 4.0", collection=collection)
    picture.tags.add("archive")
    picture.focal_point_x = picture.focal_point_y = picture.focal_point_width = picture.focal_point_height = 2
    picture.caption_ru = "Подпись"
    picture.save()
    block = {"picture": picture, "caption": "Words", "alt": "", "credit": None, "size": "text"}
    page = desk.in_review(main_picture=picture, body=[("picture", block)])
    desk.decide(desk.editor, page)

    response = put(desk, picture, page)
    new = successor(picture)
    assert response["Location"] == new.usage_url
    assert (fresh(page).main_picture, latest(page).main_picture) == (picture, new)
    shown = latest(page).body[0].value
    assert (shown["picture"], shown["caption"]) == (new, "Words")
    entry = PageLogEntry.objects.filter(page=page.pk).latest("timestamp")
    assert (entry.action, entry.user, fresh(page).latest_revision.user) == ("wagtail.edit", desk.author, desk.author)
    for name in ("title", "credit", "kind", "licence", "caption_ru", "collection_id"):
        assert getattr(new, name) == getattr(picture, name), name
    assert list(new.tags.names()) == ["archive"]
    assert (new.uploaded_by_user, new.focal_point_x) == (desk.author, None)
    assert new.file_hash != picture.file_hash
    desk.submit(desk.author, page)
    desk.decide(desk.editor, page)
    assert fresh(page).main_picture == new


def test_all_forms_of_blocks_and_links_show_the_new_one_and_keep_their_words():
    """Those that pages of other sites have, too."""
    field = StreamField(
        [
            ("image", ImageBlock()),
            ("file", DocumentChooserBlock()),
            ("text", blocks.RichTextBlock()),
            ("list", blocks.ListBlock(ImageChooserBlock())),
            ("card", blocks.StructBlock([("inner", blocks.StreamBlock([("picture", ImageChooserBlock())]))])),
        ]
    )
    old, new, other = (make_picture().pk for _ in range(3))
    document, newer = make_document(), make_document()

    def stored(key, file=document):
        embed = f'<embed embedtype="image" id="{key}" alt="id=&quot;{old}&quot;" format="left"/>'
        link = f'<a linktype="document" id="{file.pk}">{old}</a> <a linktype="page" id="{document.pk}">x</a>'
        return [
            {"type": "image", "value": {"image": key, "alt_text": "x", "decorative": False}, "id": "1"},
            {"type": "file", "value": file.pk, "id": "2"},
            {"type": "text", "value": f"<p>{old}</p>{embed}{link}", "id": "3"},
            {"type": "list", "value": [{"type": "item", "value": key, "id": "8"}], "id": "4"},
            {"type": "card", "value": {"inner": [{"type": "picture", "value": key, "id": "6"}]}, "id": "5"},
        ]

    both = [*stored(old), *stored(other)]
    pictures = Picture.objects.in_bulk()
    assert _in_block(field.stream_block, both, pictures[old], pictures[new]) == [*stored(new), *stored(other)]
    assert _in_block(field.stream_block, stored(old), document, newer) == stored(old, newer)


def test_what_refers_in_a_way_of_its_own_is_refused(desk, monkeypatch):
    picture = make_picture()
    page = live(desk, main_picture=picture)
    monkeypatch.setattr("chorsu_editorial.file_usage.views.replace", lambda *_arguments: None)
    response = put(desk, picture, page)
    assert response.status_code == 409
    assert "choose the new version in its editor" in response.text
    assert list(Picture.objects.all()) == [picture]
    assert latest(page).main_picture == picture


def test_a_draft_that_shows_it_no_more_is_refused(desk):
    picture = make_picture()
    page, other = live(desk, main_picture=picture), live(desk, main_picture=picture)
    put(desk, picture, page)
    assert fresh(other).latest_revision == other.latest_revision
    response = put(desk, picture, page)
    assert response.status_code == 409
    assert "doesn&#x27;t show it any more" in response.text
    assert Picture.objects.count() == 2


def test_it_takes_a_file_and_opening_the_page_changes_nothing(desk):
    picture, document = make_picture(), make_document()
    page = live(desk, main_picture=picture, body=[("file", {"document": document, "title": ""})])
    browser = desk.browser(desk.author)
    assert "Replace in this draft" in browser.get(way(picture, page), {"file": "x"}).text
    assert "error-message" in put(desk, picture, page, file="").text
    assert browser.get(f"/admin/images/{picture.pk}/replace/{10**30}/").status_code == 404
    # Only what the library takes.
    upload = SimpleUploadedFile("new.html", b"<script>", "text/html")
    assert put(desk, document, page, file=upload).status_code == 200
    assert fresh(page).latest_revision == page.latest_revision
    assert (list(Picture.objects.all()), list(Document.objects.all())) == ([picture], [document])


# In review, locked, waiting for its time


@pytest.mark.sql
def test_a_reviewer_puts_it_into_what_is_read_and_somebody_else_approves(desk):
    picture = make_picture()
    page = desk.in_review(main_picture=picture)
    assert way(picture, page) not in show(desk, picture)
    put(desk, picture, page, user=desk.editor)
    new = successor(picture)
    assert fresh(page).current_workflow_task_state.revision.as_object().main_picture == new
    with pytest.raises(ShareExceeded):
        desk.decide(desk.editor, page)
    desk.decide(desk.other_editor, page)
    assert fresh(page).main_picture == new


def lock(page: Any) -> None:
    page.locked, page.locked_by = True, make_user()
    page.save()


@pytest.mark.thorough
@pytest.mark.parametrize("state", ["locked", "scheduled", "in review"])
def test_what_nobody_else_changes_now_is_refused(desk, state):
    picture = make_picture()
    page = live(desk, main_picture=picture)
    assert way(picture, page) in show(desk, picture)
    page.save_revision()
    page = fresh(page)
    if state == "locked":
        lock(page)
    elif state == "scheduled":
        page.save_revision(approved_go_live_at=timezone.now() + timedelta(hours=3))
    else:
        desk.submit(desk.author, page)
    before = fresh(page).latest_revision
    assert way(picture, page) not in show(desk, picture)
    put(desk, picture, page)
    assert fresh(page).latest_revision == before
    assert list(Picture.objects.all()) == [picture]


@pytest.mark.sql
def test_the_lock_is_asked_for_once_more_before_anything_is_saved(desk, monkeypatch):
    picture = make_picture()
    page = live(desk, main_picture=picture)
    lock(page)
    monkeypatch.setattr(
        "chorsu_editorial.file_usage.views.obstacle", Mock(side_effect=["", obstacle(page, desk.author)])
    )
    response = put(desk, picture, page)
    assert response.status_code == 409
    assert "It is locked." in response.text
    assert list(Picture.objects.all()) == [picture]


# Who sees and does what


def test_uses_are_listed_with_language_and_state_and_without_names_of_what_one_may_not_see(desk):
    picture = make_picture()
    foreign = live(make_desk("tg"), title="Secretwords", main_picture=picture)
    PageViewRestriction.objects.create(page=foreign, restriction_type=PageViewRestriction.LOGIN)
    live(desk, title="One", main_picture=picture)
    desk.in_review(title="Two", main_picture=picture)
    Person.objects.create(name_ru="Автор", photo=picture)
    html = show(desk, picture)
    for text in ("One", "Two", "Русский", "live", "in review", "Another object (person)", "Another page", "Тоҷикӣ"):
        assert text in html
    for text in ("Автор", "ecretwords", f"/pages/{foreign.pk}/"):
        assert text not in html
    for response in (put(desk, picture, foreign), desk.browser(desk.author).get(way(picture, foreign))):
        assert "ecretwords" not in response.text
    assert list(Picture.objects.all()) == [picture]
    assert fresh(foreign).latest_revision == foreign.latest_revision


def test_a_journalist_gives_only_own_pages_a_new_version(desk):
    """Who may add pages edits those that are their own."""
    picture = make_picture()
    own, foreign = live(desk, main_picture=picture), live(desk, main_picture=picture)
    Page.objects.filter(pk=foreign.pk).update(owner=desk.editor)
    desk.section.group_permissions.filter(group=desk.author.groups.get(), permission__codename="change_page").delete()
    html = show(desk, picture)
    assert (way(picture, own) in html, way(picture, foreign) in html) == (True, False)
    put(desk, picture, foreign)
    assert list(Picture.objects.all()) == [picture]


def test_who_may_not_add_files_gives_no_new_version(desk):
    picture = make_picture()
    page = live(desk, main_picture=picture)
    group = desk.author.groups.get()
    picture.collection.group_permissions.filter(group=group, permission__codename="add_image").delete()
    assert "You may not add files to this collection" in show(desk, picture)
    put(desk, picture, page)
    assert list(Picture.objects.all()) == [picture]
    picture.collection.group_permissions.filter(group=group).delete()
    assert desk.browser(desk.author).get(picture.usage_url).status_code == 302


def test_an_alias_follows_its_page(desk):
    picture = make_picture()
    page = live(desk, main_picture=picture)
    alias = page.create_alias(parent=desk.section, update_slug="alias")
    html = show(desk, picture)
    assert (way(picture, page) in html, way(picture, alias) in html) == (True, False)


@pytest.mark.thorough
@pytest.mark.sql
def test_the_queries_do_not_grow_with_the_pages(desk):
    picture = make_picture()
    counts = []
    for number in (2, 8):
        for _each in range(number):
            live(desk, main_picture=picture)
        show(desk, picture)
        counts.append(count_queries(lambda: show(desk, picture)))
    assert counts[0] == counts[1]
