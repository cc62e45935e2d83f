"""Who deletes pages, and that what is scheduled happens at its time, whatever is wrong with another page."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import LogContext
from wagtail.models import Page, Revision

from chorsu_articles.models import AnalysisPage, HomePage, InfoPage, SectionPage
from chorsu_delivery.models import OutgoingMessage
from cms.models import User
from cms.publishing import publish_due
from tests.factories import make_article, make_section, make_user, signed_in

pytestmark = pytest.mark.usefixtures("newsroom", "_messages_in_english")


@pytest.fixture
def author(newsroom) -> User:
    return make_user("Journalists (ru)")


def draft(owner: User, parent: SectionPage | None = None, **fields: Any) -> AnalysisPage:
    page = make_article(parent or analysis(), live=False, owner=owner, **fields)
    page.save_revision(user=owner)
    return page


def one(page: Page) -> str:
    return reverse("wagtailadmin_pages:delete", args=[page.pk])


def several(page: Page) -> str:
    return f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'delete'])}?id={page.pk}"


def by_api(page: Page) -> str:
    return f"/admin/api/main/pages/{page.pk}/action/delete/"


def analysis() -> SectionPage:
    return SectionPage.objects.get(slug="analysis", locale__language_code="ru")


def exists(page: Page) -> bool:
    return Page.objects.filter(pk=page.pk).exists()


@pytest.mark.parametrize("way", [one, several])
def test_a_journalist_deletes_an_own_draft_and_an_administrator_anything(author, way):
    page, live = draft(author), draft(author, slug="live")
    live.latest_revision.publish()
    for user, each in ((author, page), (make_user(superuser=True), live)):
        signed_in(user).post(way(each))
        assert not exists(each)


@pytest.mark.parametrize("group", ["Editors (ru)", "Chief editors", "Journalists (ru)"])
def test_nobody_deletes_somebody_elses_draft(author, group):
    page = draft(author)
    before = analysis().numchild
    client = signed_in(make_user(group))
    for way in (one, several, by_api):
        client.post(way(page))
        assert exists(page)
    assert analysis().numchild == before
    if group == "Editors (ru)":
        said = [str(message) for message in get_messages(client.get(one(page)).wsgi_request)]
        assert any("people delete their own drafts that were never published" in each for each in said)


@pytest.mark.parametrize("withdrawn", [True, False])
def test_what_was_published_stays_also_for_its_author(withdrawn):
    chief = make_user("Chief editors")
    page = draft(chief)
    page.latest_revision.publish()
    if withdrawn:
        Page.objects.get(pk=page.pk).specific.unpublish()
    for way in (one, several, by_api):
        signed_in(chief).post(way(page))
        assert exists(page)


@pytest.mark.parametrize("way", [one, several])
def test_a_parent_takes_nobody_elses_draft_along(author, way):
    chief = make_user("Chief editors")
    client = signed_in(chief)
    section = make_section(analysis().get_parent(), title="Own", owner=chief, live=False)
    page = draft(author, section)
    client.post(way(section))
    assert exists(page)
    page.move(analysis(), pos="last-child")
    client.post(way(section))
    assert not exists(section)


def test_no_other_way_in_the_admin_deletes(author):
    chief = make_user("Chief editors")
    published = draft(chief, slug="published")
    published.latest_revision.publish()
    for page in (draft(author), Page.objects.get(pk=published.pk)):
        with LogContext(user=chief), pytest.raises(PermissionDenied), transaction.atomic():
            page.delete()
        assert exists(page)


AGO = timedelta(minutes=1)


@pytest.fixture
def chief(newsroom) -> User:
    return make_user("Chief editors", email="chief@example.org")


def approved(slug: str, time: datetime | None = None) -> InfoPage:
    """Return a page that was approved for a time, a minute ago unless told otherwise."""
    home = HomePage.objects.get(locale__language_code="ru")
    page = home.add_child(instance=InfoPage(title=slug.title(), slug=slug, live=False, locale=home.locale))
    page.go_live_at = timezone.now() + timedelta(days=1)
    revision = page.save_revision()
    revision.publish()
    time = time or timezone.now() - AGO
    revision.refresh_from_db()
    revision.content["go_live_at"] = time.isoformat()
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=time, content=revision.content)
    return InfoPage.objects.get(pk=page.pk)


def live(*pages: Page) -> list[bool]:
    return [Page.objects.get(pk=page.pk).live for page in pages]


def test_one_page_that_fails_holds_up_no_other_and_keeps_its_time(chief, caplog):
    first, poison, last = approved("first"), approved("poison"), approved("last")
    rival = approved("rival")
    Page.objects.filter(pk=rival.pk).update(slug="poison")
    Revision.objects.for_instance(rival).delete()
    with caplog.at_level(logging.ERROR, "cms.newsroom"):
        assert [publish_due(), publish_due()] == [2, 0]
    assert live(first, poison, last) == [True, False, True]
    assert Page.objects.get(pk=poison.pk).approved_schedule, "Wagtail forgets the time before it publishes"
    assert len(caplog.records) == 1
    message = OutgoingMessage.objects.get()
    assert (message.recipient, message.subject) == ("chief@example.org", "Could not go live, or be taken down: Poison")
    assert "poison" in message.body
    assert f"/admin/pages/{poison.pk}/edit/" in message.body

    Page.objects.filter(pk=rival.pk).update(slug="rival")
    assert publish_due() == 1
    assert live(poison) == [True]


def test_a_worker_that_dies_while_it_publishes_loses_no_time():
    page = approved("page")
    with mock.patch.object(InfoPage, "save", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        publish_due()
    assert live(page) == [False]
    assert publish_due() == 1
    assert live(page) == [True]


def test_what_expired_is_taken_down_and_what_isnt_due_waits():
    page, later = approved("page"), approved("later", timezone.now() + timedelta(hours=1))
    call_command("publish_scheduled", verbosity=0)
    assert live(page, later) == [True, False]
    InfoPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - AGO)
    call_command("publish_scheduled", verbosity=0)
    assert live(page) == [False]
    assert Page.objects.get(pk=page.pk).expired


def test_a_schedule_that_was_withdrawn_meanwhile_publishes_nothing():
    page = approved("page")
    keep = Revision.objects.for_instance(page).get()

    def withdraw(*_args, **_options):
        Revision.objects.filter(pk=keep.pk).update(approved_go_live_at=None)

    with mock.patch("cms.publishing._succeeds", side_effect=lambda _page, job: (withdraw(), job(), True)[2]):
        publish_due()
    assert live(page) == [False]


def go_live_at(typed: str, zone: str) -> datetime:
    """Return what the editor's form reads."""
    field = InfoPage.get_edit_handler().get_form_class().base_fields["go_live_at"]
    with timezone.override(ZoneInfo(zone)):
        return field.clean(typed)


@pytest.mark.parametrize(
    ("zone", "typed", "meant"),
    [
        ("Asia/Dushanbe", "2026-03-29 02:30", "2026-03-28T21:30:00+00:00"),
        ("Europe/Berlin", "2026-03-29 01:30", "2026-03-29T00:30:00+00:00"),
        ("Europe/Berlin", "2026-03-29 03:30", "2026-03-29T01:30:00+00:00"),
    ],
)
def test_a_time_is_read_in_the_newsrooms_zone_on_both_sides_of_a_change_of_clocks(zone, typed, meant):
    assert go_live_at(typed, zone) == datetime.fromisoformat(meant)


def test_an_hour_that_no_clock_shows_is_refused():
    with pytest.raises(ValidationError, match="Europe/Berlin"):
        go_live_at("2026-03-29 02:30", "Europe/Berlin")
