"""Who deletes pages: people their own drafts that were never published, and administrators."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import LogContext
from wagtail.models import Page

from chorsu_articles.models import AnalysisPage, SectionPage
from cms.models import User
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom", "_messages_in_english")


@pytest.fixture
def author(newsroom: None) -> User:
    return make_user("Journalists (ru)")


def draft(owner: User, parent: Page | None = None, **fields: Any) -> AnalysisPage:
    section = parent or SectionPage.objects.get(slug="analysis", locale__language_code="ru")
    page = AnalysisPage(title="Draft", lead="Lead", live=False, owner=owner, locale=section.locale, **fields)
    section.add_child(instance=page)
    page.save_revision(user=owner)
    return page


def one(page: Page) -> tuple[str, dict[str, str]]:
    return reverse("wagtailadmin_pages:delete", args=[page.pk]), {}


def several(page: Page) -> tuple[str, dict[str, str]]:
    return f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'delete'])}?id={page.pk}", {}


def by_api(page: Page) -> tuple[str, dict[str, str]]:
    return f"/admin/api/main/pages/{page.pk}/action/delete/", {}


def exists(page: Page) -> bool:
    return Page.objects.filter(pk=page.pk).exists()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("way", [one, several])
def test_a_journalist_deletes_an_own_draft_and_an_administrator_anything(author: User, way: Any) -> None:
    page, live = draft(author), draft(author, slug="live")
    live.latest_revision.publish()
    for user, each in ((author, page), (make_user(superuser=True), live)):
        url, data = way(each)
        signed_in(user).post(url, data)
        assert not exists(each)


@pytest.mark.parametrize("group", ["Editors (ru)", "Chief editors", "Journalists (ru)"])
def test_nobody_deletes_somebody_elses_draft(author: User, group: str) -> None:
    page = draft(author)
    before = Page.objects.get(pk=page.get_parent().pk).numchild
    client = signed_in(make_user(group))
    for way in (one, several, by_api):
        url, data = way(page)
        client.post(url, data)
        assert exists(page)
    assert Page.objects.get(pk=page.get_parent().pk).numchild == before
    if group == "Editors (ru)":
        said = [str(message) for message in get_messages(client.get(one(page)[0]).wsgi_request)]
        assert any("people delete their own drafts that were never published" in each for each in said)


@pytest.mark.parametrize("withdrawn", [True, False])
def test_what_was_published_stays_also_for_its_author(withdrawn: bool) -> None:
    chief = make_user("Chief editors")
    page = draft(chief)
    page.latest_revision.publish()
    if withdrawn:
        Page.objects.get(pk=page.pk).specific.unpublish()
    for way in (one, several, by_api):
        url, data = way(page)
        signed_in(chief).post(url, data)
        assert exists(page)


@pytest.mark.parametrize("way", [one, several])
def test_a_parent_takes_nobody_elses_draft_along(author: User, way: Any) -> None:
    chief = make_user("Chief editors")
    home = SectionPage.objects.get(slug="analysis", locale__language_code="ru").get_parent()
    section = home.add_child(
        instance=SectionPage(title="Own", kind="analysis", locale=home.locale, owner=chief, live=False)
    )
    page = draft(author, section)
    url, data = way(section)
    signed_in(chief).post(url, data)
    assert exists(page)
    own = signed_in(chief)
    page.move(SectionPage.objects.get(slug="analysis", locale__language_code="ru"), pos="last-child")
    own.post(url, data)
    assert not exists(section)


def test_no_other_way_in_the_admin_deletes(author: User) -> None:
    chief = make_user("Chief editors")
    published = draft(chief, slug="published")
    published.latest_revision.publish()
    for page in (draft(author), Page.objects.get(pk=published.pk)):
        with LogContext(user=chief), pytest.raises(PermissionDenied), transaction.atomic():
            page.delete()
        assert exists(page)
