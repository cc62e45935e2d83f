"""Publications with a block of every kind."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import Page, PageViewRestriction, WorkflowPage

from chorsu_articles.models import (
    AnalysisPage,
    Correction,
    Country,
    EventReportPage,
    Organisation,
    PublicationAuthor,
    SectionPage,
    Topic,
)
from chorsu_editorial.models import FourEyesTask
from cms.models import User
from tests.editorial.desk import Desk
from tests.factories import days_ago, make_article, make_event, make_home, make_person, make_picture, make_section

LANGUAGES = ("en", "ru", "tg", "kk", "ky", "uz", "fa")


def block_id(name: str) -> str:
    """Return the same block id for the same name."""
    return str(uuid5(NAMESPACE_URL, name))


def block(kind: str, value: Any, name: str = "") -> dict[str, Any]:
    """Return a block of a stream as it is stored."""
    return {"type": kind, "value": value, "id": block_id(name or kind)}


def item(value: Any, name: str) -> dict[str, Any]:
    """Return an item of a list as it is stored."""
    return {"type": "item", "value": value, "id": block_id(name)}


def full_body(pictures: int = 2) -> list[dict[str, Any]]:
    """Return a body with every kind of block that needs no other page, and so many pictures in its gallery."""
    shown = [make_picture(credit=f"Photographer {number}") for number in range(pictures)]
    gallery = [
        item({"picture": picture.pk, "caption": f"Caption {number}", "alt": f"Seen {number}"}, f"picture{number}")
        for number, picture in enumerate(shown)
    ]
    return [
        block("paragraph", "<p>The river is low [1], they say [2] and again [1], but [7] is no note.</p>"),
        block("heading", {"text": "The measurements", "level": "h2"}),
        block("heading", {"text": "By hand", "level": "h3"}, "h3"),
        block(
            "quotation",
            {"text": "<p>آب کم است.</p>", "who": "Gulnora Saidova", "role": "hydrologist", "language": "fa"},
        ),
        block("picture", {"picture": shown[0].pk, "caption": "A lake", "alt": "Water", "size": "wide"}),
        block("gallery", {"pictures": gallery}),
        block("video", {"url": "https://www.youtube.com/watch?v=aqz-KE-bpKQ", "caption": "The lake"}),
        block("facts", {"title": "In short", "items": [item("<p>One fact</p>", "fact")]}),
        block(
            "table",
            {
                "columns": [{"type": "text", "heading": "City"}, {"type": "number", "heading": "Rain"}],
                "rows": [{"values": ["Khorog", "12.50"]}],
                "caption": "Rain by city",
            },
        ),
        block("pull_quote", {"text": "Count the water."}),
        block("passage", {"text": "<p>Об кам аст.</p>", "language": "tg"}),
        block("footnotes", {"notes": [item("<p>First note</p>", "note1"), item("<p>Second note</p>", "note2")]}),
    ]


def make_full_article(section: Any = None, *, pictures: int = 2, **fields: Any) -> AnalysisPage:
    """Return a live article with everything that its page can show."""
    values: dict[str, Any] = {
        "title": "Headline",
        "published_on": days_ago(1),
        "main_picture": make_picture(credit="Somebody", licence="CC BY 4.0"),
        "main_picture_caption": "The valley",
        "main_picture_alt": "Green fields",
        "body": full_body(pictures),
        "key_points": [block("point", "Less water")],
        "references": [block("reference", {"text": "<p>A book</p>"})],
    }
    article = make_article(section, **{**values, **fields})
    article.author_links = [PublicationAuthor(person=make_person("Мадина Рахимова"))]
    article.corrections = [Correction(date=date(2026, 11, 20), text="The year was wrong.")]
    article.topics = [Topic.objects.get_or_create(slug="water", defaults={"name_ru": "Вода"})[0]]
    article.countries = [Country.objects.get_or_create(code="TJ", defaults={"name_ru": "Таджикистан"})[0]]
    article.save()
    return article


def make_full_event(section: Any = None, **fields: Any) -> EventReportPage:
    """Return a live event report with all its facts."""
    values: dict[str, Any] = {
        "published_on": days_ago(2),
        "starts_on": date(2026, 11, 24),
        "ends_on": date(2026, 11, 26),
        "venue": "National Library",
        "city": "Dushanbe",
        "country": Country.objects.get_or_create(code="TJ", defaults={"name_ru": "Таджикистан"})[0],
        "participants": [block("participant", {"name": "Anna Lee", "role": "chair", "organisation": "A School"})],
    }
    report = make_event(section, **{**values, **fields})
    report.organisers = [Organisation.objects.get_or_create(slug="institute", defaults={"name_ru": "Институт"})[0]]
    report.save()
    return report


def article_in(code: str, **fields: Any) -> AnalysisPage:
    """Return a live article in a language beside the newsroom's first."""
    make_home("ru")
    return make_article(make_section(make_home(code)), **fields)


def soup_of(client: Client, address: str, status: int = 200, **options: Any) -> BeautifulSoup:
    """Return what stands at an address, for whoever the client is."""
    response = client.get(address, **options)
    assert response.status_code == status, address
    return BeautifulSoup(response.content, "html.parser")


def read(client: Client, page: Page) -> BeautifulSoup:
    """Return a page as an anonymous reader gets it."""
    return soup_of(client, page.url)


def restrict(page: Page, kind: str = "login") -> PageViewRestriction:
    """Let nobody read a page who isn't signed in, or doesn't know its password."""
    return PageViewRestriction.objects.create(page=page, restriction_type=kind, password="open sesame")


def section(code: str = "ru", kind: str = "analysis") -> SectionPage:
    """Return a section of a newsroom that was set up."""
    return SectionPage.objects.get(locale__language_code=code, kind=kind)


def desk_of_newsroom(author: User, colleague: User, editor: User, other_editor: User) -> Desk:
    """Return the desk of the Russian section of articles."""
    workflow = WorkflowPage.objects.get(page_id=section().get_parent().pk).workflow
    task = FourEyesTask.objects.get(pk=workflow.tasks.get().pk)
    return Desk(section(), task, author, colleague, editor, other_editor)
