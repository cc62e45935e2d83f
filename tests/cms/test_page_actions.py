"""Each of Wagtail's actions with pages, as the admin and its API ask for it: done, or nothing of it stays.

No transaction of the test is around them: on PostgreSQL a lock outside of one is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.models.signals import post_save
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, PageLogEntry

from chorsu_articles.models import SectionPage
from tests.factories import make_article, make_home, make_section, make_user
from tests.whole_database import everything_but_the_names

pytestmark = [pytest.mark.sql, pytest.mark.django_db(transaction=True)]

# The address, what is posted, and how many entries the action logs at least: the last of them fails.
Way = tuple[str, dict[str, Any], int]


class Desk:
    """A section with two articles, one of them with an older version, an alias of it, another section, and a home."""

    def __init__(self) -> None:
        home = make_home()
        make_home("tg")
        self.section = make_section(home)
        self.other = make_section(home, title="Other")
        self.article = make_article(self.section, title="One")
        self.first = self.article.save_revision()
        self.article.save_revision(changed=True).publish()
        self.second = make_article(self.section, title="Two")
        self.second.save_revision()
        self.alias = self.article.create_alias(parent=self.other, update_slug="alias")
        self.client = Client(raise_request_exception=False)
        self.client.force_login(make_user(superuser=True))

    def api(self, page: Page, action: str, entries: int = 1, **data: Any) -> Way:
        return f"/admin/api/main/pages/{page.pk}/action/{action}/", data, entries

    def view(self, name: str, *arguments: int, entries: int = 1, query: str = "", **data: Any) -> Way:
        return reverse(f"wagtailadmin_pages:{name}", args=arguments) + query, data, entries

    def copy(self, page: Page, slug: str, entries: int = 1, **data: Any) -> Way:
        parent = self.other if page == self.article else self.other.get_parent()
        form = {"new_title": "Copy", "new_slug": slug, "new_parent_page": parent.pk, **data}
        return self.view("copy", page.pk, entries=entries, **form)

    def bulk(self, action: str, *pages: Page, **data: Any) -> Way:
        query = "&".join(f"id={page.pk}" for page in pages)
        return f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', action])}?{query}", data, len(pages)

    def ways(self) -> Iterator[Callable[[], Way]]:
        """Yield what to ask for, in an order in which each can be done; those that take pages away come last."""
        one, two, section, other = self.article, self.second, self.section, self.other
        yield lambda: self.copy(one, "copied")
        yield lambda: self.copy(one, "copied-live", entries=2, publish_copies="on")
        yield lambda: self.copy(section, "section-copied", entries=3, copy_subpages="on")
        yield lambda: self.copy(section, "section-alias", entries=3, copy_subpages="on", alias="on")
        yield lambda: self.api(one, "copy", slug="by-api", destination_page_id=other.pk)
        yield lambda: self.api(section, "copy", entries=3, recursive=True, slug="section-by-api")
        yield lambda: self.api(one, "create_alias", update_slug="alias-by-api", destination_page_id=other.pk)
        yield lambda: self.api(section, "copy_for_translation", locale="tg")
        yield lambda: self.view("convert_alias", self.alias.pk)
        yield lambda: self.api(Page.objects.get(slug="alias-by-api"), "convert_alias")
        yield lambda: self.view("set_page_position", two.pk, query="?position=0")
        yield lambda: self.view("move_confirm", two.pk, other.pk)
        yield lambda: self.api(two, "move", destination_page_id=section.pk, position="last-child")
        yield lambda: self.bulk("move", one, two, chooser=other.pk)
        yield lambda: self.bulk("move", one, two, chooser=section.pk)
        yield lambda: self.api(one, "revert_to_page_revision", revision_id=self.first.pk)
        yield lambda: self.api(one, "publish", reason="For the test")
        yield lambda: self.view("unpublish", section.pk, include_descendants="on", entries=3)
        yield lambda: self.bulk("publish", one, two, reason="For the test")
        yield lambda: self.bulk("unpublish", one, two)
        yield lambda: self.bulk("publish", section, include_descendants="on", reason="For the test")
        yield lambda: self.api(section, "unpublish", entries=3, recursive=True)
        yield lambda: self.view("delete", one.pk)
        yield lambda: self.bulk("delete", section, other)


@contextmanager
def failing_at(number: int) -> Iterator[list[PageLogEntry]]:
    """Let the request fail when it has logged so many entries."""
    logged: list[PageLogEntry] = []

    def fail(instance: PageLogEntry, **_: Any) -> None:
        logged.append(instance)
        if len(logged) == number:
            raise RuntimeError("Here the server died.")

    post_save.connect(fail, sender=PageLogEntry)
    try:
        yield logged
    finally:
        post_save.disconnect(fail, sender=PageLogEntry)


def test_each_is_done_or_nothing_of_it_stays():
    desk = Desk()
    for way in desk.ways():
        url, data, entries = way()
        before = everything_but_the_names()
        with failing_at(entries) as logged:
            answer = desk.client.post(url, data)
        assert (answer.status_code, len(logged)) == (500, entries), (url, data, answer.text[:500])
        assert everything_but_the_names() == before, url
        answer = desk.client.post(url, data)
        assert answer.status_code in {200, 201, 204, 302}, (url, data, answer.text[:2000])
        assert everything_but_the_names() != before, url
    assert not SectionPage.objects.filter(slug="other").exists()


def test_a_program_may_ask_for_each_outside_of_a_transaction():
    desk = Desk()
    copied = desk.section.copy(recursive=True, to=desk.other, update_attrs={"slug": "copied"})
    assert copied.get_children().count() == 2
    alias = copied.create_alias(parent=desk.other, recursive=True, update_slug="alias-of-section")
    assert alias.get_children().count() == 2
    desk.first.publish()
    desk.article.unpublish()
    copied.move(desk.section, pos="last-child")
    Page.objects.get(pk=copied.pk).delete()
    assert not Page.objects.filter(pk=copied.pk).exists()


def test_strangers_lock_nothing():
    home = make_home()
    for address in (
        reverse("wagtailadmin_pages:delete", args=[home.pk]),
        f"/admin/api/main/pages/{home.pk}/action/copy/",
    ):
        with CaptureQueriesContext(connection) as queries:
            assert Client().post(address).status_code in {302, 401, 403}
        assert not [query["sql"] for query in queries if "wagtailcore_page" in query["sql"]]
