"""After any sequence of an editor's acts, no reader page differs from one that is rendered anew."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.models import Page, PageViewRestriction, Site

from chorsu_articles.models import AnalysisPage, Person, Picture, Topic
from chorsu_editorial.refusals import FileInUse
from chorsu_translation.models import TranslationLink
from cms.outlet import MenuEntry, Outlet
from cms.publishing import publish_due
from tests.cms.cached import pages, without_caches, without_whole_pages
from tests.cms.content import block, full_body, item, make_full_article
from tests.factories import make_article, make_event, make_home, make_section

pytestmark = pytest.mark.django_db
__all__ = ["pages"]

ACTS = 20
PLAIN = ["/ru/", "/tg/", "/ru/analysis/", "/ru/events/", "/ru/moved-here/", "/ru/feed/", "/ru/people/madina-rakhimova/"]
PLAIN += ["/ru/about/", "/ru/countries/tj/"]


class Newsroom:
    """A small newsroom whose editors do one thing after another; each act may find nothing to do."""

    def __init__(self, chance: random.Random, monkeypatch: pytest.MonkeyPatch, settings: Any, folder: Any) -> None:
        settings.CHORSU_ARTICLES = {"PRIVATE_FOLDER": str(folder / "private")}
        self.chance = chance
        self.now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.now)
        self.number = 0
        self.home = make_home()
        # The host of the test's client: nothing with whole addresses is kept for others.
        Site.objects.update(hostname="testserver")
        self.sections = [make_section(self.home), make_section(self.home, "events")]
        self.document = Document(title="Report", file=ContentFile(b"text", "report.txt"))
        self.document._set_document_file_metadata()
        self.document.save()
        first = make_full_article(self.sections[0], pictures=1, published_on=self.now - timedelta(days=2))
        self.publish(first, body=[*full_body(1), block("file", {"document": self.document.pk, "title": ""})])
        older = {"published_on": self.now - timedelta(days=3), "main_picture": first.main_picture}
        make_article(self.sections[0], title="Second", **older)
        make_event(self.sections[1], starts_on=timezone.localdate() + timedelta(days=1), published_on=self.now)
        tajik = make_section(make_home("tg"))
        make_article(tajik, title="Сарлавҳа", translation_key=first.translation_key)
        self.outlet = Outlet.objects.create(site=Site.objects.get(), name_ru="Outlet")

    @property
    def words(self) -> str:
        """Return a text that was nowhere before."""
        self.number += 1
        return f"words {self.number}"

    def addresses(self) -> list[str]:
        """Return addresses of all pages that are or were."""
        found = [page.relative_url(None) for page in Page.objects.filter(depth__gt=2)]
        topics = [f"/ru/topics/{slug}/" for slug in Topic.objects.values_list("slug", flat=True)]
        return [*dict.fromkeys([*self.seen, *filter(None, found), *topics, *PLAIN])]

    seen: tuple[str, ...] = ()

    def act(self) -> str:
        """Do something, and return what it was."""
        acts = [getattr(self, name) for name in dir(self) if name.startswith("do_")]
        chosen: Callable[[], None] = self.chance.choice(acts)
        chosen()
        return chosen.__name__

    def some(self, **which: Any) -> Any:
        """Return one of the articles, as it is stored."""
        found = list(AnalysisPage.objects.filter(locale__language_code="ru", **which).order_by("pk"))
        return self.chance.choice(found) if found else None

    def publish(self, page: Any, **changes: Any) -> None:
        for name, value in changes.items():
            setattr(page, name, value)
        page.save_revision().publish()

    def do_publish(self) -> None:
        """Publish a new headline, or an article that was withdrawn."""
        self.publish(self.some(), title=self.words)

    def do_write(self) -> None:
        """Publish a new article."""
        make_article(self.chance.choice(self.sections[:1]), title=self.words, topics=list(Topic.objects.all()))

    def do_draft(self) -> None:
        """Save a draft."""
        page = self.some()
        page.title = self.words
        page.save_revision()

    def do_withdraw(self) -> None:
        """Withdraw an article."""
        if page := self.some(live=True):
            page.unpublish()

    def do_delete(self) -> None:
        """Delete an article if others are left."""
        if AnalysisPage.objects.filter(locale__language_code="ru").count() > 2:
            self.some().delete()

    def do_rename(self) -> None:
        """Give a page, or a section, another address."""
        page = self.chance.choice([self.some(), Page.objects.get(pk=self.sections[0].pk).specific])
        self.publish(page, slug=f"slug-{self.words.replace(' ', '-')}")

    def do_move(self) -> None:
        """Change the order of the menu."""
        first, second = (Page.objects.get(pk=section.pk).specific for section in self.sections)
        first.move(second, pos=self.chance.choice(["left", "right"]))

    def do_private(self) -> None:
        """Make a page private, or public again."""
        page = self.chance.choice([self.some(), Page.objects.get(pk=self.sections[1].pk)])
        found = PageViewRestriction.objects.filter(page=page).first()
        if found:
            found.delete()
        else:
            PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)

    def do_vocabulary(self) -> None:
        """Rename a topic, its address too, or a person."""
        topic, person = Topic.objects.order_by("pk").first(), Person.objects.order_by("pk").first()
        topic.name_ru, topic.slug = self.words, f"topic-{self.number}"
        topic.save()
        person.name_ru, person.name_withheld = self.words, self.chance.random() < 0.3
        person.save()

    def do_credit(self) -> None:
        """Change who made the pictures."""
        for picture in Picture.objects.all()[:2]:
            picture.credit = self.words
            picture.save()

    def do_document(self) -> None:
        """Rename the document."""
        # Nobody may while it is shown.
        with suppress(FileInUse), transaction.atomic():
            self.document.title = self.words
            self.document.save()

    def do_redirect(self) -> None:
        """Let an address that is none lead to an article, or nowhere."""
        if not Redirect.objects.filter(old_path="/ru/moved-here").delete()[0]:
            Redirect.add_redirect("/ru/moved-here", redirect_to=self.some())

    def do_outlet(self) -> None:
        """Change the outlet's name, or its menu."""
        outlet = Outlet.objects.get()
        outlet.name_ru = self.words
        leads_to = self.chance.choice([{"page": self.some()}, {"topic": Topic.objects.order_by("pk").first()}])
        outlet.menu_entries = [MenuEntry(**leads_to, label_ru=self.words)][: self.chance.randrange(3)]
        outlet.save()

    def do_arrange(self) -> None:
        """Let a story lead for a while, and show events."""
        home = type(self.home).objects.get(pk=self.home.pk)
        until = self.now + timedelta(hours=self.chance.randrange(1, 30))
        lead = {"story": self.some().pk, "until": until.isoformat(), "with_latest": True}
        events = {"heading": "", "number": "3", "shows": "both"}
        week = {"heading": "", "number": "3", "stories": [item(self.some().pk, "week")]}
        self.publish(home, arrangement=[block("lead", lead), block("events", events), block("week", week)])

    def do_schedule(self) -> None:
        """Let an article appear, or go, at its time."""
        time = self.chance.choice(["go_live_at", "expire_at"])
        self.publish(self.some(), **{time: self.now + timedelta(hours=2)})

    def do_wait(self) -> None:
        """Let time pass, and the worker do what is due."""
        self.now += timedelta(hours=self.chance.choice([1, 3, 26]))
        publish_due()

    def do_link(self) -> None:
        """Say that the Tajik article is a translation, or no more."""
        target = Page.objects.get(title="Сарлавҳа")
        if not TranslationLink.objects.filter(target=target).delete()[0]:
            TranslationLink.objects.create(target=target, source=self.some())


def shown(client: Client, address: str) -> tuple[int, bytes, str, str]:
    """Return what a reader gets."""
    response = client.get(address)
    headers = [response.headers.get(name, "") for name in ("Location", "ETag")]
    return response.status_code, b"" if response.status_code == 404 else response.content, headers[0], headers[1] or "-"


@pytest.mark.sql
@pytest.mark.parametrize(
    ("seed", "steps"), [(1, 12), *(pytest.param(seed, ACTS, marks=pytest.mark.slow) for seed in range(2, 12))]
)
def test_no_kept_page_differs_from_one_rendered_anew(client, pages, seed, steps, monkeypatch, settings, tmp_path):
    newsroom = Newsroom(random.Random(seed), monkeypatch, settings, tmp_path)
    kept = done = 0
    acts = []
    for _ in range(steps):
        addresses = newsroom.chance.sample(everything := newsroom.addresses(), min(4, len(everything)))
        for address in addresses:
            client.get(address)
        kept += len(pages())
        newsroom.seen = tuple(addresses)
        acts.append(newsroom.act())
        for address in newsroom.chance.sample(everything := newsroom.addresses(), min(4, len(everything))):
            found = shown(client, address)
            with without_caches():
                assert found == shown(client, address), (seed, acts, address)
            with without_whole_pages():
                assert found == shown(client, address), (seed, acts, address)
            done += found[0] == 200
    assert kept > steps
    assert done > steps
