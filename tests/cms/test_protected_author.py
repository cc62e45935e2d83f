"""A protected author writes, is published, translated, reported, searched and exported: the name comes out nowhere."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.test import Client
from wagtail.models import Locale, WorkflowPage

from chorsu_articles.models import Person, ProtectedIdentity, PublicationAuthor, SectionPage
from chorsu_delivery.services import deliver_due, send
from chorsu_editorial.models import FourEyesTask
from chorsu_feedback.anchors import Anchor
from chorsu_feedback.reports import submit_report
from chorsu_search.writing import sync
from chorsu_translation.starting import start_translation
from cms.models import User
from tests.cms.crawl import crawl
from tests.editorial.desk import Desk, fresh
from tests.factories import make_person, make_user
from tests.whole_database import everything_but_the_names

pytestmark = pytest.mark.usefixtures("newsroom", "_messages_in_english")

# Part of every name and address that the author has, and of nothing else.
SECRET = "zulfiqarova"
ADDRESS = f"z.{SECRET}@example.org"
LINKS = re.compile(r"""(?:href|action|src|data-[\w-]*url[\w-]*)="([^"]+)\"""")
REPORTS = ("site-history", "locked", "workflow", "workflow_tasks", "aging-pages", "messages")


def read_admin(user: User, *starts: str, follow: bool) -> Iterator[tuple[str, str]]:
    """Yield addresses and answers of a user's admin; with ``follow`` also where they lead, one of each kind."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    links: dict[str, str] = {}
    for address in starts:
        text = text_of(client.get(address, follow=True))
        yield address, text
        for link in LINKS.findall(text):
            parts = urlsplit(urljoin(address, unescape(link)))
            if parts.netloc in {"", "testserver", "localhost"} and parts.path.startswith("/admin/"):
                links.setdefault(re.sub(r"\d+", "N", parts.path), f"{parts.path}?{parts.query}")
    for address in links.values() if follow else ():
        yield address, text_of(client.get(address))


def text_of(response: Any) -> str:
    """Return an answer's text; of a spreadsheet the texts of its parts."""
    content = response.getvalue()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"\n".join(parts.read(name) for name in parts.namelist())
    return content.decode(errors="replace") + response.headers.get("Content-Disposition", "")


@pytest.fixture
def desk() -> Desk:
    section = SectionPage.objects.get(kind="analysis", locale__language_code="ru")
    home = section.get_ancestors().get(depth=2)
    workflow = WorkflowPage.objects.get(page_id=home.pk).workflow
    author = make_user(
        "Journalists (ru)", "Translators (tg)", email=ADDRESS, first_name="Zulfiya", last_name=SECRET.title()
    )
    author.username = SECRET
    author.save()
    return Desk(
        section=section,
        task=FourEyesTask.objects.get(pk=workflow.tasks.get().pk),
        author=author,
        colleague=make_user("Journalists (ru)", first_name="Bakhrom"),
        editor=make_user("Editors (ru)", "Editors (tg)", first_name="Zarina"),
        other_editor=make_user("Editors (en)", first_name="Daler"),
    )


@pytest.fixture
def identity(desk) -> ProtectedIdentity:
    """Protect somebody who has a past: written texts, messages, a person with a page."""
    chief = make_user("Chief editors", first_name="Chief")
    person = make_person(f"Zulfiya {SECRET.title()}", about_en=f"{SECRET} was born", slug=SECRET)
    desk.in_review(title="Earlier", slug="earlier", author_links=[PublicationAuthor(person=person)])
    send(channel="mail", recipient=ADDRESS, subject="Hello", body="Text", key="waits")
    answer = desk.browser(chief).post(f"/admin/articles/names/add/?person={person.pk}", {"account": desk.author.pk})
    assert answer.status_code == 302
    desk.author.refresh_from_db()
    return ProtectedIdentity.objects.get()


@pytest.mark.parametrize("everybody", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_name_comes_out_nowhere(desk, identity, client, everybody):
    person = Person.objects.get(pk=identity.person_id)
    byline = {"author_links": [PublicationAuthor(person=person)]}
    page = desk.in_review(title="Later", slug="later", lead="Lead", **byline)
    desk.act(desk.editor, page, "reject", extra={"comment": "Shorter"})
    desk.press(desk.author, page, "action-submit", title="Later and shorter")
    desk.act(desk.editor, page, "approve")
    assert fresh(page).live
    assert [name.name for name in fresh(page).byline] == ["Editorial staff"]
    desk.press(desk.author, page, "action-save", title="A later version")
    desk.browser(desk.author).post(f"/admin/pages/{page.pk}/lock/")
    draft = desk.draft(title="Unfinished", slug="unfinished", **byline)
    translation = start_translation(source=page, locale=Locale.objects.get(language_code="tg"), user=desk.author)
    desk.press(desk.author, fresh(translation), "action-submit")
    submit_report(page=page, anchor=Anchor("First words", "", "."), suggestion="The first words")
    sync()
    while deliver_due():
        pass

    assert SECRET not in everything_but_the_names()
    for sent in mail.outbox:
        assert SECRET not in f"{sent.subject} {sent.body} {sent.alternatives}".lower()
    assert [ADDRESS] in [sent.to for sent in mail.outbox]

    queries = [f"/ru/search/?q={word}&language=all" for word in (SECRET, SECRET[:5], "words")]
    found = crawl(client, "/", "/ru/", "/tg/", "/sitemap.xml", "/robots.txt", f"/ru/people/{SECRET}/", *queries)
    assert any("later" in address for address in found)
    # Readers who look for the name are shown their own words.
    leaks = [at for at, got in found.items() if SECRET in got.text.lower() and SECRET not in at]
    assert leaks == []
    for query in queries[:2]:
        answer = found[query].context["results"]
        assert (answer.total, answer.corrected, answer.did_you_mean) == (0, "", "")

    number, versions = page.pk, [revision.pk for revision in page.revisions.order_by("pk")]
    addresses = [
        "/admin/",
        "/admin/pages/",
        "/admin/snippets/chorsu_articles/person/",
        f"/admin/pages/{number}/history/",
        f"/admin/pages/{number}/edit/",
        f"/admin/pages/{draft.pk}/edit/",
        f"/admin/pages/{translation.pk}/edit/",
        f"/admin/pages/{number}/revisions/{versions[0]}/revert/",
        f"/admin/pages/{number}/revisions/compare/{versions[0]}...{versions[-1]}/",
        f"/admin/pages/{number}/revisions/{versions[0]}/view/",
        f"/admin/pages/{number}/workflow_history/",
        f"/admin/api/main/pages/{number}/?fields=*",
        "/admin/api/main/pages/?fields=*",
        "/admin/pages/search/?q=" + SECRET[:4],
        f"/admin/snippets/chorsu_articles/person/?q={SECRET[:4]}",
        "/admin/snippets/chorsu_articles/person/?ordering=name_ru",
        f"/admin/snippets/chorsu_articles/person/history/{person.pk}/",
        f"/admin/snippets/chorsu_articles/person/usage/{person.pk}/",
        f"/admin/snippets/choose/chorsu_articles/person/?q={SECRET[:4]}",
        "/admin/snippets/choose/chorsu_articles/person/results/",
        f"/admin/users/edit/{desk.author.pk}/",
        f"/admin/users/?q={SECRET[:4]}",
        "/admin/translations/history/",
        "/admin/translations/history/?export=xlsx",
        f"/admin/translations/history/{page.translation_key}/",
        *(f"/admin/reports/{report}/" for report in REPORTS),
        *(f"/admin/reports/{report}/?export={kind}" for report in REPORTS for kind in ("csv", "xlsx")),
    ]
    administrator = make_user(superuser=True)
    chief = make_user("Chief editors")
    code_name = str(person)
    users = (desk.colleague, desk.editor, desk.author, administrator, chief)
    for user in users if everybody else (desk.colleague, administrator):
        starts = addresses if everybody or user == administrator else addresses[:6]
        seen = dict(read_admin(user, *starts, follow=everybody and user == desk.colleague))
        # What people type stands in the field that they typed it into; here that is the name's beginning.
        assert [at for at, text in seen.items() if SECRET in (text + at).lower()] == [], user
        if user in {desk.editor, administrator}:
            assert code_name in seen[f"/admin/pages/{number}/history/"], "the author is shown"
            assert code_name in seen[f"/admin/translations/history/{page.translation_key}/"]
