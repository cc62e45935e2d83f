"""The sizes of pictures: made at publication, else one at a time, and never in a reader's way."""

from __future__ import annotations

import errno
import threading
import time
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from django.core.management import call_command
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.images.models import AbstractImage

from chorsu_articles.models import Picture, PictureRendition
from chorsu_articles.pictures import files as picture_files
from chorsu_articles.pictures import renditions
from chorsu_articles.pictures.files import picture_turn
from chorsu_articles.pictures.renditions import PUBLISHED, PUBLISHED_ELSEWHERE, make_due_renditions, sizes_of
from tests.cms.content import block, item
from tests.factories import make_article, make_picture, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def publish(**fields):
    page = make_article(**fields)
    page.save_revision().publish()
    return page


def test_a_published_pages_pictures_are_made_in_all_sizes(client):
    main, shown, _other = (make_picture() for _number in range(3))
    gallery = block("gallery", {"pictures": [item({"picture": shown.pk, "caption": "", "alt": ""}, "one")]})
    page = publish(main_picture=main, body=[gallery])
    assert [make_due_renditions(), make_due_renditions(), make_due_renditions()] == [1, 1, 0]
    made = set(PictureRendition.objects.values_list("image", "filter_spec"))
    assert made == {
        *((main.pk, spec) for spec in PUBLISHED + PUBLISHED_ELSEWHERE), *((shown.pk, spec) for spec in PUBLISHED),
    }  # fmt: skip
    client.get(page.url)
    assert PictureRendition.objects.count() == len(made)


def test_a_template_may_ask_for_a_picture_that_it_was_not_given():
    tags = "{% sharing_picture x as s %}{% article_picture x 'card' %}{% whole_picture x as w %}"
    assert Template(f"{{% load chorsu_articles_tags %}}{tags}").render(Context()).strip() == ""


def test_pages_of_long_ago_drafts_and_lost_files_are_left_alone():
    old = publish(main_picture=make_picture())
    type(old).objects.update(last_published_at=timezone.now() - timedelta(hours=1))
    make_article(main_picture=make_picture(), live=False).save_revision()
    lost, kept = (publish(main_picture=make_picture()).main_picture for _number in range(2))
    lost.file.storage.delete(lost.file.name)
    call_command("make_renditions")
    assert set(PictureRendition.objects.values_list("image", flat=True)) == {kept.pk}


def test_a_picture_that_could_not_be_read_is_tried_again_after_growing_pauses(monkeypatch):
    picture = publish(main_picture=make_picture()).main_picture
    now, tried = 1_000, []

    def unreadable(*_specs):
        tried.append(now)
        raise OSError(errno.ESTALE, "Stale file handle")

    monkeypatch.setattr(renditions, "time", SimpleNamespace(monotonic=lambda: now))
    with monkeypatch.context() as disk:
        disk.setattr(AbstractImage, "get_renditions", unreadable)
        for second in range(1_000, 1_120, 5):
            now = second
            assert make_due_renditions() == 0
    assert tried == [1_000, 1_015, 1_045, 1_105]
    assert make_due_renditions() == 0
    now = 1_225
    assert make_due_renditions() == 1
    assert picture.renditions.count() == len(PUBLISHED + PUBLISHED_ELSEWHERE)


def test_while_others_are_made_readers_see_the_stored_picture(client):
    page = publish(main_picture=make_picture())
    picture = page.main_picture
    with picture_turn(1):
        busy = client.get(page.url).content.decode()
    assert f'src="{picture.file.url}"' in busy
    assert f'width="{picture.width}"' in busy
    assert picture.file.url not in client.get(page.url).content.decode()
    # Of a picture that has some sizes, those are shown, and not beside them one that is cut in another way.
    picture.renditions.exclude(filter_spec=PUBLISHED[0]).delete()
    with picture_turn(1):
        [shown] = sizes_of(Picture.objects.get(), PUBLISHED)
    assert shown.filter_spec == PUBLISHED[0]


def test_while_others_are_made_the_librarys_screens_show_the_stored_pictures_at_once(client, monkeypatch):
    client.force_login(make_user(superuser=True))
    pictures = [make_picture() for _number in range(20)]
    chosen = reverse("wagtailimages_chooser:chosen", args=[pictures[0].pk])
    turn = Mock(acquire=Mock(return_value=False))
    with monkeypatch.context() as patch:
        patch.setattr(picture_files, "_TURN", turn)
        library = client.get(reverse("wagtailimages:index")).content.decode()
        chooser = client.get(reverse("wagtailimages_chooser:choose")).content.decode()
        preview = client.get(chosen).json()["result"]["preview"]
    assert {call.kwargs["timeout"] for call in turn.acquire.mock_calls} == {0}
    assert preview["url"] == pictures[0].file.url
    for picture in pictures:
        assert picture.file.url in library
    assert pictures[-1].file.url in chooser
    assert not PictureRendition.objects.exists()
    assert client.get(chosen).json()["result"]["preview"]["url"] != pictures[0].file.url


@pytest.mark.usefixtures("transactional_db")
def test_a_process_decodes_one_picture_at_a_time_and_none_twice(monkeypatch):
    picture = make_picture()
    now, most, made = [], [], []
    lock = threading.Lock()
    plain = AbstractImage.create_rendition

    def slow(self, each):
        with lock:
            now.append(1)
            most.append(len(now))
        time.sleep(0.05)
        made.append(each.spec)
        try:
            return plain(self, each)
        finally:
            now.pop()

    monkeypatch.setattr(AbstractImage, "create_rendition", slow)
    answers = at_once(*[lambda: Picture.objects.get(pk=picture.pk).get_renditions("width-30", "width-20")] * 5)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert max(most) == 1
    assert sorted(made) == ["width-20", "width-30"]


@pytest.mark.thorough
@pytest.mark.usefixtures("transactional_db", "memory_cache")
def test_ten_readers_beside_the_one_for_whom_sizes_are_made_wait_for_nothing(monkeypatch):
    page = publish(main_picture=make_picture())
    pages: list[str] = []
    answered = threading.Condition()
    plain = AbstractImage.create_rendition

    def when_the_others_have_their_page(self, each):
        with answered:
            assert answered.wait_for(lambda: len(pages) >= 10, timeout=30), "they wait"
        return plain(self, each)

    def read():
        html = Client().get(page.url).content.decode()
        with answered:
            pages.append(html)
            answered.notify_all()
        return html

    monkeypatch.setattr(AbstractImage, "create_rendition", when_the_others_have_their_page)
    answers = at_once(*[read] * 11)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert sum(f'src="{page.main_picture.file.url}"' in answer for answer in answers) == 10
